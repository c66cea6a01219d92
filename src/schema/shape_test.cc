#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schema/detail/schema_cases.h"
#include "schema/program.h"

namespace barbacane::schema {
namespace {

using detail::Bench;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

Shape shape_of(std::string_view schema, Dialect dialect = Dialect::kDraft202012) {
  Bench bench(schema, dialect);
  EXPECT_TRUE(bench.built()) << bench.errors();
  return bench.program().shape(bench.schema());
}

TEST(Shape, KnowsTheTypesThroughEveryCombination) {
  struct Case {
    std::string_view schema;
    unsigned types;
    bool typed;
  };
  const std::vector<Case> cases = {
      {"{}", TypeSet::kAll, false},
      {"true", TypeSet::kAll, false},
      {R"({"type":"integer"})", TypeSet::kInteger, true},
      {R"({"type":["number","null"]})", TypeSet::kNumber | TypeSet::kNull, true},
      {R"({"enum":["a",1,2.5]})", TypeSet::kString | TypeSet::kNumber, true},
      {R"({"const":true})", TypeSet::kBoolean, true},
      {R"({"type":"string","enum":["a",1]})", TypeSet::kString, true},
      {R"({"$ref":"#/$defs/a","$defs":{"a":{"type":"array"}}})", TypeSet::kArray, true},
      {R"({"allOf":[{"type":["string","integer"]},{"type":["integer","null"]}]})",
       TypeSet::kInteger, true},
      {R"({"anyOf":[{"type":"string"},{"type":"integer"}]})", TypeSet::kString | TypeSet::kInteger,
       true},
      {R"({"oneOf":[{"type":"string"},{}]})", TypeSet::kAll, false},
      {R"({"minimum":3})", TypeSet::kAll, false},
      {R"({"not":{"type":"string"}})", TypeSet::kAll, false},
  };
  for (const Case& each : cases) {
    const Shape shape = shape_of(each.schema);
    EXPECT_EQ(shape.types.bits, each.types) << each.schema;
    EXPECT_EQ(shape.typed, each.typed) << each.schema;
  }
  EXPECT_EQ(shape_of(R"({"type":"string","nullable":true})", Dialect::kOpenApi30).types.bits,
            TypeSet::kString | TypeSet::kNull);
}

TEST(Shape, KnowsWhetherKeywordsOfNumbersArePresent) {
  EXPECT_TRUE(shape_of(R"({"minimum":3})").numeric_keywords);
  EXPECT_TRUE(shape_of(R"({"anyOf":[{"multipleOf":3},{}]})").numeric_keywords);
  EXPECT_FALSE(shape_of(R"({"minLength":3})").numeric_keywords);
}

TEST(Shape, KnowsTheMembersOfObjects) {
  Bench bench(R"({"allOf":[{"properties":{"b":{"type":"integer"}},"required":["b"]},
                           {"$ref":"#/$defs/x"}],
                  "properties":{"a":{"type":"string"}},"required":["a"],
                  "oneOf":[{"properties":{"c":{"type":"boolean"}},"required":["c"]},{}],
                  "$defs":{"x":{"properties":{"d":{"type":"array"}},
                                "additionalProperties":{"type":"null"}}}})");
  const Shape shape = bench.program().shape(bench.schema());
  std::vector<std::string> names;
  std::vector<unsigned> types;
  for (const Shape::Property& property : shape.properties) {
    names.push_back(property.name);
    types.push_back(bench.program().shape(property.schema).types.bits);
  }
  EXPECT_THAT(names, ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(types,
              ElementsAre(TypeSet::kString, TypeSet::kInteger, TypeSet::kBoolean, TypeSet::kArray));
  EXPECT_THAT(shape.required, ElementsAre("a", "b"));
  ASSERT_TRUE(shape.additional.has_value());
  EXPECT_EQ(bench.program().shape(*shape.additional).types.bits, TypeSet::kNull);
  EXPECT_TRUE(shape.open);
}

TEST(Shape, KnowsWhetherUndeclaredMembersMayBeThere) {
  EXPECT_FALSE(shape_of(R"({"additionalProperties":false})").open);
  EXPECT_FALSE(shape_of(R"({"allOf":[{"additionalProperties":false}]})").open);
  EXPECT_FALSE(shape_of(R"({"unevaluatedProperties":false})").open);
  EXPECT_FALSE(shape_of(R"({"oneOf":[{"additionalProperties":false}]})").open);
  EXPECT_TRUE(shape_of(R"({"oneOf":[{"additionalProperties":false},{}]})").open);
  EXPECT_TRUE(shape_of(R"({"additionalProperties":{}})").open);
}

TEST(Shape, KnowsTheMembersThatPatternsKnow) {
  Bench bench(R"({"allOf":[{"patternProperties":{"^b":{"type":"boolean"}}}],
                  "patternProperties":{"^n_":{"type":"integer"}},
                  "additionalProperties":false})");
  const Shape shape = bench.program().shape(bench.schema());
  std::vector<std::string> sources;
  std::vector<unsigned> types;
  for (const Shape::PatternProperty& property : shape.patterns) {
    sources.push_back(property.pattern->source());
    types.push_back(bench.program().shape(property.schema).types.bits);
  }
  EXPECT_THAT(sources, UnorderedElementsAre("^n_", "^b"));
  EXPECT_THAT(types, UnorderedElementsAre(TypeSet::kInteger, TypeSet::kBoolean));
  EXPECT_FALSE(shape.open);
}

TEST(Shape, LeavesRoomForNamesThatABranchMayForbid) {
  EXPECT_TRUE(shape_of(R"({"if":{"required":["a"]},"then":{"additionalProperties":false}})").open);
  EXPECT_FALSE(shape_of(R"({"properties":{"a":{}},"additionalProperties":false})").open);
}

TEST(Shape, KnowsTheElementsOfArrays) {
  Bench bench(R"({"prefixItems":[{"type":"string"},{"type":"integer"}],
                  "items":{"type":"boolean"}})");
  const Shape shape = bench.program().shape(bench.schema());
  ASSERT_EQ(shape.prefix_items.size(), 2u);
  EXPECT_EQ(bench.program().shape(shape.prefix_items[1]).types.bits, TypeSet::kInteger);
  ASSERT_TRUE(shape.items.has_value());
  EXPECT_EQ(bench.program().shape(*shape.items).types.bits, TypeSet::kBoolean);
}

TEST(Shape, EndsOnRecursiveSchemas) {
  const Shape shape = shape_of(R"({"properties":{"next":{"$ref":"#"}},"type":"object"})");
  EXPECT_EQ(shape.types.bits, TypeSet::kObject);
  EXPECT_EQ(shape.properties.size(), 1u);
}

}  // namespace
}  // namespace barbacane::schema
