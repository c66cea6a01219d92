#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "schema/detail/choices.h"
#include "schema/detail/slow_json.h"

/// Values at random, for comparing the validator with the slow model.
///
/// Names, strings and numbers come from small pools, so that schemas and values meet, and the pools
/// hold what goes wrong easily: numbers that are equal in other letters, beyond 64 bits, near a
/// bound; text whose bytes are not its characters; names that need escapes.
namespace barbacane::schema::slow {

inline constexpr std::string_view kNames[] = {"a", "b", "c", "ab", "x1", "é", "", "a/b~c", "$ref"};
inline constexpr std::string_view kStrings[] = {
    "",         "a",    "b",         "ab",   "aa",
    "é",        "日本", "🐲",        "b\n",  "1.5",
    "10.0.0.1", "/~1",  "256.0.0.1", "a\"b", "the quick brown fox jumps"};
inline constexpr std::string_view kNumbers[] = {"0",
                                                "1",
                                                "2",
                                                "3",
                                                "-0",
                                                "1.0",
                                                "10e-1",
                                                "-1",
                                                "0.1",
                                                "0.3",
                                                "1.5",
                                                "0.0075",
                                                "2147483648",
                                                "-2147483648",
                                                "9007199254740993",
                                                "9007199254740992.0",
                                                "9223372036854775807",
                                                "9223372036854775808",
                                                "-9223372036854775809",
                                                "18446744073709551616",
                                                "1e19",
                                                "123456789012345678901234567890",
                                                "123456789012345678901234567890.5",
                                                "1e400",
                                                "-1e400",
                                                "1E+2",
                                                "100",
                                                "3e-300",
                                                "0.1000000000000000055511151231257827"};
inline constexpr std::string_view kTypes[] = {"null",   "boolean", "integer", "number",
                                              "string", "array",   "object"};

class RandomValue {
 public:
  explicit RandomValue(Choices& choices) : choices_(choices) {}

  Json any(int depth) {
    switch (choices_.below(depth > 0 ? 8 : 5)) {
      case 0:
        return {};
      case 1:
        return Json::of(choices_.once_in(2));
      case 2:
      case 3:
        return Json::number(std::string(choices_.one_of(kNumbers)));
      case 4:
        return Json::string(std::string(choices_.one_of(kStrings)));
      case 5:
        return any_array(depth);
      default:
        return any_object(depth);
    }
  }

  /// A value that may try to be good for a schema; behind references, for one of `definitions`.
  Json good_for(const Json& hint, const Json& definitions, int depth) {
    if (choices_.once_in(4) || !hint.is(Json::Kind::kObject)) return any(depth);
    if (const Json* constant = hint.find("const"); constant && !choices_.once_in(4)) {
      return *constant;
    }
    if (const Json* values = hint.find("enum"); values && !choices_.once_in(4)) {
      return choices_.one_of(values->items);
    }
    for (const std::string_view keyword : {"allOf", "anyOf", "oneOf"}) {
      const Json* branches = hint.find(keyword);
      if (branches != nullptr && choices_.once_in(2)) {
        return good_for(choices_.one_of(branches->items), definitions, depth);
      }
    }
    if (const Json* members = hint.find("properties"); members && choices_.once_in(2)) {
      return object_for(*members, definitions, depth);
    }
    if (hint.find("$ref") != nullptr || hint.find("$dynamicRef") != nullptr) {
      if (definitions.members.empty() || depth <= 0) return any(depth);
      return good_for(choices_.one_of(definitions.members).second, definitions, depth - 1);
    }
    return value_of_type(likely_type(hint), hint, definitions, depth);
  }

 private:
  /// The type a schema has something to say about.
  std::string_view likely_type(const Json& hint) {
    if (const Json* type = hint.find("type"); type != nullptr && type->is(Json::Kind::kString)) {
      return type->text;
    }
    for (const auto& [keyword, value] : hint.members) {
      if (keyword.contains("ropert") || keyword == "required") return "object";
      if (keyword.contains("tems") || keyword == "contains") return "array";
      if (keyword.contains("imum") || keyword == "multipleOf") return "number";
      if (keyword.contains("Length") || keyword == "pattern") return "string";
    }
    return choices_.one_of(kTypes);
  }

  Json any_array(int depth) {
    Json made = Json::array();
    for (std::size_t left = choices_.below(4); left > 0; --left) {
      made.items.push_back(any(depth - 1));
    }
    return made;
  }

  Json any_object(int depth) {
    Json made = Json::object();
    for (std::size_t left = choices_.below(4); left > 0; --left) {
      made.set(std::string(choices_.one_of(kNames)), any(depth - 1));
    }
    return made;
  }

  Json object_for(const Json& properties, const Json& definitions, int depth) {
    Json made = choices_.once_in(3) ? any_object(depth) : Json::object();
    for (const auto& [name, schema] : properties.members) {
      if (!choices_.once_in(3)) made.set(name, good_for(schema, definitions, depth - 1));
    }
    return made;
  }

  Json value_of_type(std::string_view type, const Json& hint, const Json& definitions, int depth) {
    if (type == "string") return Json::string(std::string(choices_.one_of(kStrings)));
    if (type == "number" || type == "integer") {
      return Json::number(std::string(choices_.one_of(kNumbers)));
    }
    if (type == "boolean") return Json::of(choices_.once_in(2));
    if (type == "object") return any_object(depth);
    if (type == "null") return {};
    const Json* items = hint.find("items");
    if (items == nullptr || items->is(Json::Kind::kArray)) return any_array(depth);
    Json made = Json::array();
    for (std::size_t left = choices_.below(4); left > 0; --left) {
      made.items.push_back(good_for(*items, definitions, depth - 1));
    }
    return made;
  }

  Choices& choices_;
};

}  // namespace barbacane::schema::slow
