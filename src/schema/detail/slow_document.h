#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "schema/detail/slow_json.h"
#include "schema/program_builder.h"

/// A schema document of the slow model: which schema has which base URI, and what a reference means
/// (JSON Schema 2020-12, core 8.2). URIs are `https://slow.example/NAME` throughout, so that
/// resolving one is no science.
namespace barbacane::schema::slow {

inline constexpr std::string_view kBase = "https://slow.example/";
inline constexpr std::string_view kMain = "https://slow.example/main";

/// What a JSON Pointer leads to (RFC 6901); null when nothing is there.
inline const Json* find(const Json& root, std::string_view pointer) {
  const Json* at = &root;
  while (at != nullptr && !pointer.empty()) {
    const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
    std::string token;
    for (std::size_t c = 1; c < end; ++c) {
      const bool escaped = pointer[c] == '~' && c + 1 < end;
      token += !escaped ? pointer[c] : pointer[++c] == '1' ? '/' : '~';
    }
    if (at->is(Json::Kind::kArray)) {
      const auto index = token.size() == 1 ? static_cast<std::size_t>(token[0] - '0') : 10;
      at = index < at->items.size() ? &at->items[index] : nullptr;
    } else {
      at = at->find(token);
    }
    pointer.remove_prefix(end);
  }
  return at;
}

/// Percent-escapes of a fragment taken back.
inline std::string without_percent(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%') {
      plain += static_cast<char>(std::stoi(std::string(text.substr(at + 1, 2)), nullptr, 16));
      at += 2;
    } else {
      plain += text[at];
    }
  }
  return plain;
}

class Document {
 public:
  /// Borrows the root.
  Document(const Json& root, Dialect dialect) : root_(root), dialect_(dialect) {
    resources_.emplace(kMain, &root);
    index(root, std::string(kMain));
  }

  const Json& root() const { return root_; }
  Dialect dialect() const { return dialect_; }

  /// Of a schema; of one that no keyword leads to, the document's.
  std::string base_of(const Json& schema) const {
    const auto found = bases_.find(&schema);
    return found == bases_.end() ? std::string(kMain) : found->second;
  }

  struct Target {
    const Json* schema;
    std::string resource;
    std::string fragment;
  };
  /// Nothing when a reference leads nowhere.
  std::optional<Target> resolve(const Json& from, std::string_view reference) const {
    const std::size_t hash = reference.find('#');
    const std::string_view uri = reference.substr(0, hash);
    Target target;
    target.resource = uri.empty() ? base_of(from) : absolute(uri);
    if (hash != std::string_view::npos) target.fragment = reference.substr(hash + 1);
    const auto resource = resources_.find(target.resource);
    if (resource == resources_.end()) return std::nullopt;
    if (target.fragment.empty() || target.fragment[0] == '/') {
      target.schema = find(*resource->second, without_percent(target.fragment));
    } else {
      const auto anchor = anchors_.find({target.resource, target.fragment});
      target.schema = anchor == anchors_.end() ? nullptr : anchor->second.schema;
    }
    if (target.schema == nullptr) return std::nullopt;
    return target;
  }

  /// The schema with that `$dynamicAnchor` in a resource; null when there is none.
  const Json* dynamic_anchor(const std::string& resource, const std::string& name) const {
    const auto found = anchors_.find({resource, name});
    return found != anchors_.end() && found->second.dynamic ? found->second.schema : nullptr;
  }

  /// Whether some schema can lead back to itself for the same value, which nobody can evaluate.
  bool leads_back() const {
    std::map<const Json*, State> states;
    return std::ranges::any_of(bases_,
                               [&](const auto& entry) { return leads_back(*entry.first, states); });
  }

  /// Calls back with each schema that is directly inside a schema.
  template <class Callback>
  void for_each_inside(const Json& schema, Callback callback) const {
    for (const auto& [name, value] : schema.members) {
      if (holds(kSchemas, name) && is_schema(value)) callback(value);
      if (holds(kLists, name)) {
        for (const Json& item : value.items) callback(item);
      }
      if (holds(kMaps, name)) {
        for (const auto& [key, member] : value.members) {
          if (is_schema(member)) callback(member);
        }
      }
    }
  }

 private:
  static constexpr std::array<std::string_view, 11> kSchemas = {"additionalProperties",
                                                                "propertyNames",
                                                                "items",
                                                                "contains",
                                                                "not",
                                                                "if",
                                                                "then",
                                                                "else",
                                                                "unevaluatedItems",
                                                                "unevaluatedProperties",
                                                                "additionalItems"};
  static constexpr std::array<std::string_view, 5> kLists = {"allOf", "anyOf", "oneOf",
                                                             "prefixItems", "items"};
  static constexpr std::array<std::string_view, 6> kMaps = {
      "properties",  "patternProperties", "$defs",
      "definitions", "dependentSchemas",  "dependencies"};

  template <std::size_t N>
  static bool holds(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
  }

  static bool is_schema(const Json& value) {
    return value.is(Json::Kind::kObject) || value.is(Json::Kind::kBoolean);
  }

  static std::string absolute(std::string_view uri) {
    return uri.contains("://") ? std::string(uri) : std::string(kBase).append(uri);
  }

  void index(const Json& schema, std::string base) {
    // Before 2019-09 nothing beside `$ref` counts.
    const bool only_ref = dialect_ != Dialect::kDraft202012 && schema.find("$ref") != nullptr;
    if (const Json* id = schema.find("$id"); id != nullptr && !only_ref) {
      base = absolute(id->text);
      resources_.emplace(base, &schema);
    }
    bases_.emplace(&schema, base);
    for (const std::string_view keyword : {"$anchor", "$dynamicAnchor"}) {
      if (const Json* name = schema.find(keyword)) {
        anchors_.emplace(std::pair(base, name->text), Anchor{&schema, keyword != "$anchor"});
      }
    }
    for_each_inside(schema, [&](const Json& inner) { index(inner, base); });
  }

  enum class State : std::uint8_t { kUnknown, kOpen, kDone };

  bool leads_back(const Json& schema, std::map<const Json*, State>& states) const {
    State& state = states[&schema];
    if (state != State::kUnknown) return state == State::kOpen;
    state = State::kOpen;
    bool back = false;
    const auto visit = [&](const Json& next) { back = leads_back(next, states) || back; };
    for (const std::string_view keyword : {"$ref", "$dynamicRef"}) {
      const Json* ref = schema.find(keyword);
      const auto target = ref == nullptr ? std::nullopt : resolve(schema, ref->text);
      if (!target) continue;
      visit(*target->schema);
      for (const auto& [name, anchor] : anchors_) {
        if (keyword == "$dynamicRef" && name.second == target->fragment) visit(*anchor.schema);
      }
    }
    for (const std::string_view keyword : {"allOf", "anyOf", "oneOf"}) {
      const Json* list = schema.find(keyword);
      for (std::size_t at = 0; list != nullptr && at < list->items.size(); ++at) {
        visit(list->items[at]);
      }
    }
    for (const std::string_view keyword : {"not", "if", "then", "else"}) {
      if (const Json* inner = schema.find(keyword)) visit(*inner);
    }
    for (const std::string_view keyword : {"dependentSchemas", "dependencies"}) {
      const Json* inner = schema.find(keyword);
      for (std::size_t at = 0; inner != nullptr && at < inner->members.size(); ++at) {
        visit(inner->members[at].second);
      }
    }
    states[&schema] = State::kDone;
    return back;
  }

  struct Anchor {
    const Json* schema;
    bool dynamic;
  };

  const Json& root_;
  Dialect dialect_;
  std::map<const Json*, std::string> bases_;
  std::map<std::string, const Json*, std::less<>> resources_;
  std::map<std::pair<std::string, std::string>, Anchor> anchors_;
};

}  // namespace barbacane::schema::slow
