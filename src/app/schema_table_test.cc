#include "app/schema_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barbacane::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> rows(std::string_view schema) {
  std::vector<std::string> all;
  for (const SchemaRow& row : schema_rows(schema)) {
    all.push_back(row.member + " | " + row.type + " | " + row.fallback + " | " + row.words);
  }
  return all;
}

TEST(SchemaTable, ShowsMembersWithTypeDefaultAndLimits) {
  EXPECT_THAT(rows(R"({
    "type": "object",
    "required": ["path"],
    "properties": {
      "path": {"type": "string", "minLength": 1},
      "status": {"type": "integer", "default": 302, "enum": [301, 302], "description": "the answer"},
      "ratio": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
      "on": {"type": "boolean", "default": false},
      "key": {"type": "string", "writeOnly": true},
      "url": {"type": "string", "format": "uri", "pattern": "^https:"}
    }})"),
              ElementsAre("path | string | required | at least 1 characters",
                          "status | integer | 302 | the answer; one of 301, 302",
                          "ratio | number |  | at most 1; more than 0", "on | boolean | false | ",
                          "key | string |  | secret, write a reference such as env://NAME",
                          "url | string (uri) |  | matches ^https:"));
}

TEST(SchemaTable, FollowsWhatIsNested) {
  EXPECT_THAT(rows(R"({
    "properties": {
      "rules": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/rule"}},
      "headers": {"type": "object", "additionalProperties": {"type": "string"}},
      "tenants": {"type": "object", "additionalProperties": {"properties": {"id": {}}}},
      "timeout": {"type": ["number", "string"]},
      "methods": {"type": "array", "minItems": 2, "items": {"enum": ["GET", 5]}},
      "target": {"oneOf": [{"type": "string"}, {"type": "object", "properties": {"host": {}}}]}
    },
    "$defs": {"rule": {"type": "object", "required": ["path"], "properties": {
      "path": {"type": "string", "description": "where"}, "forbidden": false}}}})"),
              ElementsAre("rules | list of object |  | not empty",
                          "rules[].path | string | required | where",
                          "headers | map of string |  | ", "tenants | map of object |  | ",
                          "tenants.*.id | any |  | ", "timeout | number or string |  | ",
                          "methods | list of string or number |  | each one of GET, 5; at least 2 "
                          "entries",
                          "target | string or object |  | ", "target.host | any |  | "));
}

TEST(SchemaTable, EndsInSchemasThatContainThemselves) {
  EXPECT_FALSE(rows(R"({"properties": {"a": {"$ref": "#"}}})").empty());
  EXPECT_FALSE(rows(R"({"properties": {"a": {"$ref": "#/properties/a"}}})").empty());
  EXPECT_FALSE(rows(R"({"properties": {"a": {"type": "array", "items": {"$ref": "#/properties/a"}},
                        "b": {"anyOf": [{"$ref": "#"}, {"$ref": "#"}]}}})")
                   .empty());
  std::string many = "{\"$ref\": \"#\"}";
  for (int i = 0; i < 50; ++i) many += ", {\"$ref\": \"#\"}";
  EXPECT_EQ(rows("{\"properties\": {\"a\": {}}, \"anyOf\": [" + many + "]}").size(), 1U);
  EXPECT_FALSE(
      rows("{\"properties\": {\"a\": {\"oneOf\": [" + many + "]}}, \"oneOf\": [" + many + "]}")
          .empty());
}

TEST(SchemaTable, HasNoRowsForAnythingElse) {
  for (const char* schema : {"", "true", "[]", "{}", "{\"properties\": 5}", "not json"}) {
    EXPECT_THAT(rows(schema), IsEmpty()) << schema;
  }
}

}  // namespace
}  // namespace barbacane::app
