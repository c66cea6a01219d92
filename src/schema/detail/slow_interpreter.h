#pragma once

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/detail/slow_document.h"
#include "schema/detail/slow_json.h"
#include "schema/detail/slow_words.h"

/// JSON Schema straight from the specification's text: the slow model that `Program` is compared
/// with, in tests and fuzz targets only.
///
/// Every keyword is looked up by name and evaluated in full, whatever the others said; annotations
/// are sets that are passed up. It shares no code with the real validator and wants no speed. What
/// it does not know: `contentEncoding` and the like (annotations anyway), custom vocabularies,
/// references between documents, `readOnly` in requests.
namespace barbacane::schema::slow {

class Interpreter {
 public:
  enum class Answer : std::uint8_t {
    kValid,
    kInvalid,
    kUnclear,  ///< the schema leads back to itself with the same value, or takes too long
  };

  explicit Interpreter(const Document& document)
      : document_(document), modern_(document.dialect() == Dialect::kDraft202012) {}

  Answer judge(const Json& instance) {
    unclear_ = false;
    steps_ = 0;
    running_.clear();
    const Result result = evaluate(document_.root(), instance, {});
    if (unclear_) return Answer::kUnclear;
    return result.valid ? Answer::kValid : Answer::kInvalid;
  }

 private:
  /// What a schema says of a value: whether it is good, and which members and elements were looked
  /// at on the way.
  struct Result {
    bool valid = true;
    std::set<std::string, std::less<>> members = {};
    std::set<std::size_t> elements = {};

    void require(bool condition) { valid = valid && condition; }
    void take_annotations(const Result& other) {
      members.insert(other.members.begin(), other.members.end());
      elements.insert(other.elements.begin(), other.elements.end());
    }
  };
  /// The resources on the way to where we are, outermost first.
  using Scope = std::vector<std::string>;

  struct At {
    const Json& schema;
    const Json& instance;
    const Scope& scope;
    Result& result;

    const Json* keyword(std::string_view name) const { return schema.find(name); }
    bool is(Json::Kind kind) const { return instance.is(kind); }
  };

  static constexpr int kMostSteps = 20'000;
  static constexpr auto kSameAgain = 3;

  Result evaluate(const Json& schema, const Json& instance, Scope scope) {
    if (schema.is(Json::Kind::kBoolean)) return {.valid = schema.boolean};
    const std::pair place(&schema, &instance);
    if (unclear_ || ++steps_ > kMostSteps || std::ranges::count(running_, place) >= kSameAgain) {
      unclear_ = true;
      return {};
    }
    running_.push_back(place);
    const std::string base = document_.base_of(schema);
    if (scope.empty() || scope.back() != base) scope.push_back(base);

    Result result;
    const At at{schema, instance, scope, result};
    if (const Json* ref = at.keyword("$ref")) follow(at, *ref, Reference::kStatic);
    if (modern_ || at.keyword("$ref") == nullptr) {
      check_general(at);
      check_number(at);
      check_string(at);
      check_array(at);
      check_object(at);
      check_in_place(at);
      check_unevaluated(at);
    }
    running_.pop_back();
    return result;
  }

  Result evaluate_inside(const At& at, const Json& schema, const Json& instance) {
    return evaluate(schema, instance, at.scope);
  }

  enum class Reference : std::uint8_t { kStatic, kDynamic };

  void follow(const At& at, const Json& ref, Reference kind) {
    const auto target = document_.resolve(at.schema, ref.text);
    if (!target) {
      unclear_ = true;
      return;
    }
    const Json* schema = target->schema;
    if (kind == Reference::kDynamic &&
        document_.dynamic_anchor(target->resource, target->fragment) == schema) {
      for (const std::string& resource : at.scope) {
        if (const Json* outer = document_.dynamic_anchor(resource, target->fragment)) {
          schema = outer;
          break;
        }
      }
    }
    apply_here(at, *schema);
  }

  /// The value must satisfy it, and what it looked at counts.
  void apply_here(const At& at, const Json& schema) {
    const Result inner = evaluate_inside(at, schema, at.instance);
    at.result.require(inner.valid);
    at.result.take_annotations(inner);
  }

  // --- any type

  static bool has_type(const Json& instance, std::string_view type) {
    switch (instance.kind) {
      case Json::Kind::kNull:
        return type == "null";
      case Json::Kind::kBoolean:
        return type == "boolean";
      case Json::Kind::kString:
        return type == "string";
      case Json::Kind::kArray:
        return type == "array";
      case Json::Kind::kObject:
        return type == "object";
      case Json::Kind::kNumber:
        break;
    }
    return type == "number" || (type == "integer" && Decimal(instance.text).is_integer());
  }

  bool is_nullable(const At& at) const {
    const Json* nullable = at.keyword("nullable");
    return document_.dialect() == Dialect::kOpenApi30 && nullable != nullptr && nullable->boolean;
  }

  void check_general(const At& at) {
    if (const Json* type = at.keyword("type")) {
      bool good = at.is(Json::Kind::kNull) && is_nullable(at);
      if (type->is(Json::Kind::kString)) good = good || has_type(at.instance, type->text);
      for (const Json& one : type->items) good = good || has_type(at.instance, one.text);
      at.result.require(good);
    }
    if (const Json* values = at.keyword("enum")) {
      at.result.require(std::ranges::any_of(
          values->items, [&](const Json& value) { return equal(value, at.instance); }));
    }
    if (const Json* value = at.keyword("const")) at.result.require(equal(*value, at.instance));
  }

  // --- numbers

  void check_number(const At& at) {
    if (!at.is(Json::Kind::kNumber)) return;
    const Decimal value(at.instance.text);
    const auto against = [&](std::string_view keyword, auto good) {
      const Json* bound = at.keyword(keyword);
      if (bound == nullptr || !bound->is(Json::Kind::kNumber)) return;
      at.result.require(good(Decimal::compare(value, Decimal(bound->text))));
    };
    against("minimum",
            [&](int c) { return is_exclusive(at, "exclusiveMinimum") ? c > 0 : c >= 0; });
    against("maximum",
            [&](int c) { return is_exclusive(at, "exclusiveMaximum") ? c < 0 : c <= 0; });
    against("exclusiveMinimum", [](int c) { return c > 0; });
    against("exclusiveMaximum", [](int c) { return c < 0; });
    if (const Json* divisor = at.keyword("multipleOf")) {
      at.result.require(value.is_multiple_of(Decimal(divisor->text)));
    }
    if (const Json* format = at.keyword("format"); format != nullptr && value.is_integer()) {
      if (format->text == "int32") at.result.require(fits(value, "2147483648"));
      if (format->text == "int64") at.result.require(fits(value, "9223372036854775808"));
    }
  }

  static bool fits(const Decimal& value, std::string_view half) {
    return Decimal::compare(value, Decimal("-" + std::string(half))) >= 0 &&
           Decimal::compare(value, Decimal(half)) < 0;
  }

  /// OpenAPI 3.0: a boolean that modifies the bound.
  static bool is_exclusive(const At& at, std::string_view keyword) {
    const Json* flag = at.keyword(keyword);
    return flag != nullptr && flag->is(Json::Kind::kBoolean) && flag->boolean;
  }

  // --- sizes, strings

  static void check_size(const At& at, std::size_t size, std::string_view least,
                         std::string_view most) {
    const Decimal value(std::to_string(size));
    if (const Json* bound = at.keyword(least)) {
      at.result.require(Decimal::compare(value, Decimal(bound->text)) >= 0);
    }
    if (const Json* bound = at.keyword(most)) {
      at.result.require(Decimal::compare(value, Decimal(bound->text)) <= 0);
    }
  }

  static bool matches_pattern(std::string_view source, std::string_view text) {
    const auto* known =
        std::ranges::find_if(kPatterns, [&](const Word& word) { return word.name == source; });
    return known->matches(text);
  }

  static void check_string(const At& at) {
    if (!at.is(Json::Kind::kString)) return;
    check_size(at, code_points(at.instance.text), "minLength", "maxLength");
    if (const Json* pattern = at.keyword("pattern")) {
      at.result.require(matches_pattern(pattern->text, at.instance.text));
    }
    const Json* format = at.keyword("format");
    for (const Word& word : kFormats) {
      if (format == nullptr || format->text != word.name) continue;
      at.result.require(word.matches(at.instance.text));
    }
  }

  // --- arrays

  void check_array(const At& at) {
    if (!at.is(Json::Kind::kArray)) return;
    const auto& elements = at.instance.items;
    check_size(at, elements.size(), "minItems", "maxItems");
    if (const Json* unique = at.keyword("uniqueItems"); unique != nullptr && unique->boolean) {
      for (std::size_t a = 0; a < elements.size(); ++a) {
        for (std::size_t b = a + 1; b < elements.size(); ++b) {
          at.result.require(!equal(elements[a], elements[b]));
        }
      }
    }
    const Json* items = at.keyword("items");
    const bool is_list = items != nullptr && items->is(Json::Kind::kArray);
    const Json* front = modern_ ? at.keyword("prefixItems") : is_list ? items : nullptr;
    const Json* rest = is_list ? at.keyword("additionalItems") : items;
    for (std::size_t index = 0; index < elements.size(); ++index) {
      const bool in_front = front != nullptr && index < front->items.size();
      if (in_front) {
        check_element(at, front->items[index], index);
      } else if (rest != nullptr) {
        check_element(at, *rest, index);
      }
    }
    check_contains(at);
  }

  void check_element(const At& at, const Json& schema, std::size_t index) {
    at.result.require(evaluate_inside(at, schema, at.instance.items[index]).valid);
    at.result.elements.insert(index);
  }

  void check_contains(const At& at) {
    const Json* schema = at.keyword("contains");
    if (schema == nullptr) return;
    std::size_t found = 0;
    for (std::size_t index = 0; index < at.instance.items.size(); ++index) {
      if (!evaluate_inside(at, *schema, at.instance.items[index]).valid) continue;
      ++found;
      at.result.elements.insert(index);
    }
    const bool bounded = modern_ && at.keyword("minContains") != nullptr;
    if (!bounded) at.result.require(found > 0);
    if (modern_) check_size(at, found, "minContains", "maxContains");
  }

  // --- objects

  void check_object(const At& at) {
    if (!at.is(Json::Kind::kObject)) return;
    check_size(at, at.instance.members.size(), "minProperties", "maxProperties");
    if (const Json* required = at.keyword("required")) require_members(at, *required);
    for (const auto& [name, value] : at.instance.members) check_member(at, name, value);

    for (const std::string_view keyword : {"dependentRequired", "dependencies"}) {
      if (modern_ != (keyword == "dependentRequired")) continue;
      for (const auto& [name, names] : members_of(at.keyword(keyword))) {
        if (at.instance.find(name) != nullptr) require_members(at, names);
      }
    }
  }

  static const Json::Members& members_of(const Json* object) {
    static const Json::Members none;
    return object == nullptr ? none : object->members;
  }

  static void require_members(const At& at, const Json& names) {
    for (const Json& name : names.items) at.result.require(at.instance.find(name.text) != nullptr);
  }

  void check_member(const At& at, const std::string& name, const Json& value) {
    bool declared = false;
    const auto check = [&](const Json& schema) {
      declared = true;
      at.result.require(evaluate_inside(at, schema, value).valid);
      at.result.members.insert(name);
    };
    if (const Json* properties = at.keyword("properties")) {
      if (const Json* schema = properties->find(name)) check(*schema);
    }
    if (const Json* patterns = at.keyword("patternProperties")) {
      for (const auto& [pattern, schema] : patterns->members) {
        if (matches_pattern(pattern, name)) check(schema);
      }
    }
    if (const Json* additional = at.keyword("additionalProperties"); additional && !declared) {
      check(*additional);
    }
    if (const Json* names = at.keyword("propertyNames")) {
      at.result.require(evaluate_inside(at, *names, Json::string(name)).valid);
    }
  }

  // --- schemas for the same value

  void check_in_place(const At& at) {
    if (const Json* ref = at.keyword("$dynamicRef"); ref != nullptr && modern_) {
      follow(at, *ref, Reference::kDynamic);
    }
    if (const Json* all = at.keyword("allOf")) {
      for (const Json& schema : all->items) apply_here(at, schema);
    }
    for (const std::string_view keyword : {"anyOf", "oneOf"}) {
      const Json* branches = at.keyword(keyword);
      if (branches == nullptr) continue;
      int good = 0;
      for (const Json& schema : branches->items) {
        const Result inner = evaluate_inside(at, schema, at.instance);
        if (!inner.valid) continue;
        ++good;
        at.result.take_annotations(inner);
      }
      at.result.require(keyword == "anyOf" ? good > 0 : good == 1);
    }
    if (const Json* schema = at.keyword("not")) {
      at.result.require(!evaluate_inside(at, *schema, at.instance).valid);
    }
    if (const Json* schema = at.keyword("if")) {
      const Result condition = evaluate_inside(at, *schema, at.instance);
      if (condition.valid) at.result.take_annotations(condition);
      if (const Json* then = at.keyword(condition.valid ? "then" : "else")) apply_here(at, *then);
    }
    const Json* dependents = at.keyword(modern_ ? "dependentSchemas" : "dependencies");
    for (const auto& [name, schema] : members_of(dependents)) {
      if (schema.is(Json::Kind::kArray)) continue;
      if (at.is(Json::Kind::kObject) && at.instance.find(name) != nullptr) apply_here(at, schema);
    }
  }

  void check_unevaluated(const At& at) {
    if (!modern_) return;
    const Json* elements = at.keyword("unevaluatedItems");
    for (std::size_t index = 0; elements != nullptr && index < at.instance.items.size(); ++index) {
      if (!at.result.elements.contains(index)) check_element(at, *elements, index);
    }
    const Json* members = at.keyword("unevaluatedProperties");
    for (const auto& [name, value] : at.instance.members) {
      if (members == nullptr || at.result.members.contains(name)) continue;
      at.result.require(evaluate_inside(at, *members, value).valid);
      at.result.members.insert(name);
    }
  }

  const Document& document_;
  bool modern_;
  bool unclear_ = false;
  int steps_ = 0;
  std::vector<std::pair<const Json*, const Json*>> running_;
};

}  // namespace barbacane::schema::slow
