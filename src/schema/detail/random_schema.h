#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/detail/choices.h"
#include "schema/detail/random_value.h"
#include "schema/detail/slow_document.h"
#include "schema/detail/slow_json.h"
#include "schema/detail/slow_words.h"

/// Schemas at random, with values that may fit, for comparing the validator with the slow model.
///
/// Every schema compiles (unless it leads back to itself for the same value), and all keywords of
/// its dialect come up, in combinations nobody would write.
namespace barbacane::schema::slow {

inline constexpr std::string_view kDivisors[] = {"1",
                                                 "2",
                                                 "0.1",
                                                 "0.0001",
                                                 "1.5",
                                                 "3",
                                                 "1e-7",
                                                 "1e17",
                                                 "7",
                                                 "1e400",
                                                 "9007199254740993",
                                                 "12345678901234567890123"};
class RandomSchema {
 public:
  RandomSchema(Choices& choices, Dialect dialect)
      : choices_(choices), values_(choices), dialect_(dialect) {}

  Json document() {
    plan();
    const Place main{"main", root_is_dynamic_};
    Json root = schema(kDepth, main);
    if (!root.is(Json::Kind::kObject)) root = Json::object();
    Json definitions = Json::object();
    for (std::size_t at = 0; at < definitions_.size(); ++at) {
      definitions.add(std::string(kDefinitions[at]), definition(at));
    }
    if (root_is_dynamic_) root.add("$dynamicAnchor", Json::string("dyn"));
    root.add(std::string(definitions_keyword()), std::move(definitions));
    return root;
  }

  /// May try to be good for a document made here.
  Json value(const Json& document) {
    return values_.good_for(document, *document.find(definitions_keyword()), 4);
  }

 private:
  static constexpr int kDepth = 3;
  /// Names of definitions, and how a pointer in a URI has them.
  static constexpr std::array<std::string_view, 4> kDefinitions = {"n0", "n1", "a/b", "p%q"};
  static constexpr std::array<std::string_view, 4> kDefinitionTokens = {"n0", "n1", "a~1b",
                                                                        "p%25q"};

  struct Definition {
    bool resource = false;  ///< has an `$id`
    bool anchor = false;
    bool dynamic = false;  ///< has `$dynamicAnchor: dyn`, at its root or inside
    bool inner = false;    ///< the dynamic anchor stands in a definition of its own
  };
  /// Where a schema is being made.
  struct Place {
    std::string name;      ///< of the resource
    bool dynamic = false;  ///< `#dyn` is there
    /// References for the same value go to definitions from here on, so that few lead back.
    std::size_t from = 0;
    bool root = false;  ///< and to the root
  };

  /// Behind a member or an element, where any reference will come to an end.
  static Place inside(const Place& place) { return {place.name, place.dynamic, 0, true}; }

  bool modern() const { return dialect_ == Dialect::kDraft202012; }
  std::string_view definitions_keyword() const { return modern() ? "$defs" : "definitions"; }

  /// What there will be to refer to, before any reference is made.
  void plan() {
    definitions_.resize(choices_.below(kDefinitions.size() + 1));
    root_is_dynamic_ = modern() && choices_.once_in(3);
    for (Definition& one : definitions_) {
      one.resource = dialect_ != Dialect::kOpenApi30 && choices_.once_in(2);
      one.anchor = modern() && choices_.once_in(3);
      one.dynamic = modern() && one.resource && choices_.once_in(2);
      one.inner = one.dynamic && choices_.once_in(2);
    }
  }

  Json definition(std::size_t at) {
    const Definition& plan = definitions_[at];
    const std::string name = "r" + std::to_string(at);
    const Place place =
        plan.resource ? Place{name, plan.dynamic, at + 1} : Place{"main", root_is_dynamic_, at + 1};
    Json made = schema(kDepth - 1, place);
    if (!made.is(Json::Kind::kObject) || (!modern() && made.find("$ref") != nullptr)) {
      made = Json::object({{"minLength", Json::number("2")}});
    }
    if (plan.resource) made.add("$id", Json::string(choices_.once_in(2) ? name : absolute(name)));
    if (plan.anchor) made.add("$anchor", Json::string("anchor" + std::to_string(at)));
    if (plan.dynamic && !plan.inner) made.add("$dynamicAnchor", Json::string("dyn"));
    if (plan.inner) {
      Json inner = schema(1, place);
      if (!inner.is(Json::Kind::kObject) || inner.find("$id") != nullptr)
        inner = Json::object({{"type", Json::string("null")}});
      inner.add("$dynamicAnchor", Json::string("dyn"));
      made.add("$defs", Json::object({{"in", std::move(inner)}}));
    }
    return made;
  }

  static std::string absolute(const std::string& name) { return std::string(kBase) + name; }

  /// Empty when there is nothing to refer to.
  std::string reference(const Place& place) {
    const bool anywhere = choices_.once_in(32);
    const std::size_t first = anywhere ? 0 : place.from;
    const std::size_t at = first + choices_.below(definitions_.size() - first + 1);
    if (at == definitions_.size()) {
      if (!anywhere && !place.root) return "";
      return choices_.once_in(2) ? "#" : place.name == "main" ? "main#" : "main";
    }
    const Definition& to = definitions_[at];
    const std::string number = std::to_string(at);
    std::string uri = to.resource ? "r" + number : "main";
    uri = uri == place.name ? "" : choices_.once_in(2) ? uri : absolute(uri);
    if (to.anchor && choices_.once_in(2)) return uri + "#anchor" + number;
    if (to.inner && choices_.once_in(2)) return uri + "#/$defs/in";
    if (to.resource) return uri.empty() ? "#" : uri;
    return uri + "#/" + std::string(definitions_keyword()) + "/" +
           std::string(kDefinitionTokens[at]);
  }

  /// Always one that can be resolved to begin with.
  std::string dynamic_reference(const Place& place) {
    if (!place.root && !choices_.once_in(8)) return reference(place);
    if (place.dynamic && !choices_.once_in(3)) return "#dyn";
    for (std::size_t at = 0; at < definitions_.size(); ++at) {
      if (definitions_[at].dynamic && choices_.once_in(2)) return "r" + std::to_string(at) + "#dyn";
    }
    if (root_is_dynamic_) return "main#dyn";
    return reference(place);
  }

  // --- schemas

  Json schema(int depth, const Place& place) {
    if (dialect_ != Dialect::kOpenApi30 && choices_.once_in(8)) {
      return Json::of(!choices_.once_in(3));
    }
    Json made = Json::object();
    Place here = place;
    if (modern() && depth < kDepth - 1 && choices_.once_in(16)) {
      here.name = "inline" + std::to_string(inline_resources_++);
      here.dynamic = choices_.once_in(2);
      made.add("$id", Json::string(here.name));
      if (here.dynamic) made.add("$dynamicAnchor", Json::string("dyn"));
    }
    for (std::size_t keywords = 1 + choices_.below(4); keywords > 0; --keywords) {
      add_keyword(made, depth, here);
    }
    return made;
  }

  void add_keyword(Json& made, int depth, const Place& place) {
    switch (choices_.below(depth > 0 ? 9 : 4)) {
      case 0:
        return add_type(made);
      case 1:
        return add_number_keyword(made);
      case 2:
        return add_string_keyword(made);
      case 3:
        return add_size_keyword(made);
      case 4:
        return add_object_keyword(made, depth - 1, place);
      case 5:
        return add_array_keyword(made, depth - 1, place);
      case 6:
      case 7:
        return add_branching_keyword(made, depth - 1, place);
      default:
        return add_reference(made, place);
    }
  }

  void add_type(Json& made) {
    switch (choices_.below(modern() ? 5 : 4)) {
      case 0:
      case 1: {
        // OpenAPI 3.0 has no type `null`.
        const bool no_null = dialect_ == Dialect::kOpenApi30;
        made.set(
            "type",
            Json::string(std::string(kTypes[no_null ? 1 + choices_.below(6) : choices_.below(7)])));
        if (no_null && choices_.once_in(2)) made.set("nullable", Json::of(choices_.once_in(2)));
        return;
      }
      case 2: {
        Json values = Json::array();
        for (std::size_t left = 1 + choices_.below(6); left > 0; --left) {
          Json value = values_.any(2);
          const auto same = [&](const Json& other) { return equal(other, value); };
          if (std::ranges::none_of(values.items, same)) values.items.push_back(std::move(value));
        }
        return made.set("enum", std::move(values));
      }
      case 3:
        if (dialect_ != Dialect::kOpenApi30) made.set("const", values_.any(2));
        return;
      default: {
        const std::size_t first = choices_.below(6);
        return made.set("type", Json::array({Json::string(std::string(kTypes[first])),
                                             Json::string(std::string(kTypes[first + 1]))}));
      }
    }
  }

  void add_number_keyword(Json& made) {
    static constexpr std::string_view kBounds[] = {"minimum", "maximum", "exclusiveMinimum",
                                                   "exclusiveMaximum"};
    const std::size_t which = choices_.below(6);
    if (which == 4) {
      return made.set("multipleOf", Json::number(std::string(choices_.one_of(kDivisors))));
    }
    if (which == 5) {
      return made.set("format", Json::string(choices_.once_in(2) ? "int64" : "int32"));
    }
    if (dialect_ == Dialect::kOpenApi30 && which >= 2) {
      return made.set(std::string(kBounds[which]), Json::of(!choices_.once_in(3)));
    }
    made.set(std::string(kBounds[which]), Json::number(std::string(choices_.one_of(kNumbers))));
  }

  void add_string_keyword(Json& made) {
    switch (choices_.below(4)) {
      case 0:
        return made.set("pattern", Json::string(std::string(choices_.one_of(kPatterns).name)));
      case 1:
        return made.set("format", Json::string(std::string(choices_.one_of(kFormats).name)));
      case 2:
        return add_annotation(made);
      default:
        return add_size(made, "minLength", "maxLength");
    }
  }

  /// Things that must not make any difference.
  void add_annotation(Json& made) {
    switch (choices_.below(4)) {
      case 0:
        return made.set("format", Json::string("colour"));
      case 1:
        return made.set("default", Json::object({{"$ref", Json::string("nowhere")}}));
      case 2:
        return made.set("x-note", Json::object({{"$id", Json::string("main")}}));
      default:
        return made.set("title", Json::string("minLength"));
    }
  }

  void add_size(Json& made, std::string_view least, std::string_view most) {
    static constexpr std::string_view kSizes[] = {"0", "1", "2", "3", "2.0", "1e0"};
    made.set(
        std::string(choices_.once_in(2) ? least : most),
        Json::number(std::string(kSizes[choices_.below(dialect_ == Dialect::kOpenApi30 ? 4 : 6)])));
  }

  void add_size_keyword(Json& made) {
    switch (choices_.below(4)) {
      case 0:
        return add_size(made, "minItems", "maxItems");
      case 1:
        return add_size(made, "minProperties", "maxProperties");
      case 2:
        return made.set("uniqueItems", Json::of(!choices_.once_in(4)));
      default:
        return made.set("required", names());
    }
  }

  Json names() {
    Json list = Json::array({Json::string(std::string(choices_.one_of(kNames)))});
    if (choices_.once_in(2)) {
      std::string second(choices_.one_of(kNames));
      if (second != list.items[0].text) list.items.push_back(Json::string(std::move(second)));
    }
    return list;
  }

  template <class Names>
  Json schemas_by(const Names& from, int depth, const Place& place) {
    Json map = Json::object();
    for (std::size_t left = 1 + choices_.below(4); left > 0; --left) {
      map.set(std::string(choices_.one_of(from)), schema(depth, place));
    }
    return map;
  }

  void add_object_keyword(Json& made, int depth, const Place& place) {
    const bool few = dialect_ == Dialect::kOpenApi30;
    switch (choices_.below(few ? 4 : modern() ? 11 : 7)) {
      case 0:
      case 1:
      case 2:
        return made.set("properties", schemas_by(kNames, depth, inside(place)));
      case 3:
        return made.set("additionalProperties", schema(depth, inside(place)));
      case 4: {
        std::array<std::string_view, std::size(kPatterns)> patterns;
        std::ranges::transform(kPatterns, patterns.begin(), &Word::name);
        return made.set("patternProperties", schemas_by(patterns, depth, inside(place)));
      }
      case 5:
        return made.set("propertyNames", schema(depth, inside(place)));
      case 6:
        if (!modern()) {
          Json dependencies = schemas_by(kNames, depth, place);
          dependencies.members.front().second = names();
          return made.set("dependencies", std::move(dependencies));
        }
        return made.set("dependentSchemas", schemas_by(kNames, depth, place));
      case 7:
        return made.set("dependentRequired",
                        Json::object({{std::string(choices_.one_of(kNames)), names()}}));
      default:
        return made.set("unevaluatedProperties", schema(depth, inside(place)));
    }
  }

  void add_array_keyword(Json& made, int depth, const Place& place) {
    const bool few = dialect_ == Dialect::kOpenApi30;
    switch (choices_.below(few ? 1 : modern() ? 7 : 4)) {
      case 0:
        return made.set("items", schema(depth, inside(place)));
      case 1:
        if (modern()) return made.set("prefixItems", list(depth, inside(place)));
        made.set("items", list(depth, inside(place)));
        return made.set("additionalItems", schema(depth, inside(place)));
      case 2:
      case 3:
        made.set("contains", schema(depth, inside(place)));
        if (modern() && choices_.once_in(2)) add_size(made, "minContains", "maxContains");
        return;
      case 4:
        return add_size(made, "minContains", "maxContains");
      default:
        return made.set("unevaluatedItems", schema(depth, inside(place)));
    }
  }

  Json list(int depth, const Place& place) {
    Json made = Json::array();
    for (std::size_t left = 1 + choices_.below(3); left > 0; --left) {
      made.items.push_back(schema(depth, place));
    }
    return made;
  }

  /// Mostly told apart by a member, or nearly so.
  Json alternatives(int depth, const Place& place) {
    if (choices_.once_in(2)) return list(depth, place);
    const std::string tag(choices_.one_of(kNames));
    Json made = Json::array();
    for (std::size_t left = 2 + choices_.below(3); left > 0; --left) {
      made.items.push_back(tagged(tag, depth, place));
    }
    return made;
  }

  Json tagged(const std::string& tag, int depth, const Place& place) {
    Json values = Json::array();
    for (std::size_t left = 1 + choices_.below(2); left > 0; --left) {
      const Json value = choices_.once_in(8) ? values_.any(1) : Json::string(text());
      const auto same = [&](const Json& other) { return equal(other, value); };
      if (std::ranges::none_of(values.items, same)) values.items.push_back(value);
    }
    Json property = Json::object();
    property.add("enum", std::move(values));
    Json properties = Json::object();
    properties.add(tag, std::move(property));
    Json names = Json::array();
    if (!choices_.once_in(8)) names.items.push_back(Json::string(tag));
    Json head = Json::object();
    if (!choices_.once_in(8)) head.add("type", Json::string("object"));
    head.add("properties", std::move(properties));
    if (!names.items.empty()) head.add("required", std::move(names));
    if (choices_.once_in(2)) return head;
    Json parts = Json::array();
    parts.items.push_back(std::move(head));
    parts.items.push_back(schema(depth, place));
    Json branch = Json::object();
    branch.add("allOf", std::move(parts));
    return branch;
  }

  std::string text() { return std::string(choices_.one_of(kStrings)); }

  void add_branching_keyword(Json& made, int depth, const Place& place) {
    switch (choices_.below(dialect_ == Dialect::kOpenApi30 ? 4 : 5)) {
      case 0:
        return made.set("allOf", list(depth, place));
      case 1:
        return made.set("anyOf", alternatives(depth, place));
      case 2:
        return made.set("oneOf", alternatives(depth, place));
      case 3:
        return made.set("not", schema(depth, place));
      default:
        made.set("if", schema(depth, place));
        if (!choices_.once_in(4)) made.set("then", schema(depth, place));
        if (!choices_.once_in(4)) made.set("else", schema(depth, place));
    }
  }

  void add_reference(Json& made, const Place& place) {
    const bool dynamic = modern() && choices_.once_in(2);
    std::string to = dynamic ? dynamic_reference(place) : reference(place);
    if (to.empty()) return add_type(made);
    made.set(dynamic ? "$dynamicRef" : "$ref", Json::string(std::move(to)));
  }

  Choices& choices_;
  RandomValue values_;
  Dialect dialect_;
  std::vector<Definition> definitions_;
  bool root_is_dynamic_ = false;
  int inline_resources_ = 0;
};

}  // namespace barbacane::schema::slow
