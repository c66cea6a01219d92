#include "schema/sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schema/detail/sample_pattern.h"
#include "schema/pattern.h"

namespace barbacane::schema {
namespace {

using testing::HasSubstr;
using testing::Not;

using Direction = Sampler::Direction;

std::optional<std::string> sample(std::string schema, Direction direction = Direction::kResponse,
                                  SampleOptions options = {}) {
  Sampler sampler(direction);
  sampler.add("test", std::move(schema));
  sampler.want("test");
  return sampler.sample("test", options);
}

constexpr SampleOptions kRequired{.properties = SampleOptions::Properties::kRequired};

struct Case {
  const char* schema;
  const char* sample;
};

void expect_samples(std::initializer_list<Case> cases) {
  for (const Case& each : cases) {
    EXPECT_EQ(sample(each.schema).value_or("none"), each.sample) << each.schema;
  }
}

TEST(Sample, TakesWhatTheAuthorWrote) {
  expect_samples({
      {R"({"const":{"a":[1,null]}})", R"({"a":[1,null]})"},
      {R"({"enum":["red","green"]})", R"("red")"},
      {R"({"enum":[null,"red"]})", R"("red")"},
      {R"({"type":"string","example":"Ada"})", R"("Ada")"},
      {R"({"type":"string","examples":["Ada","Bob"]})", R"("Ada")"},
      {R"({"type":"string","default":"Ada"})", R"("Ada")"},
      {R"({"type":"object","example":{"name":"Ada"}})", R"({"name":"Ada"})"},
      {R"({"type":"integer","enum":[5,6],"maximum":9,"minimum":6})", "6"},
  });
}

TEST(Sample, PassesOverExamplesThatBreakTheirSchema) {
  expect_samples({
      {R"({"type":"string","example":7})", R"("string")"},
      {R"({"type":"string","maxLength":3,"examples":["too long","ok"]})", R"("ok")"},
      {R"({"type":"object","example":{"name":1},"properties":{"name":{"type":"string"}}})",
       R"({"name":"string"})"},
      {R"({"type":"array","example":[1,"a"],"items":{"type":"integer"}})", "[1]"},
  });
}

TEST(Sample, MakesScalarsByType) {
  expect_samples({
      {R"({"type":"string"})", R"("string")"},
      {R"({"type":"integer"})", "1"},
      {R"({"type":"number"})", "1"},
      {R"({"type":"boolean"})", "true"},
      {R"({"type":"null"})", "null"},
      {R"({"type":["null","integer"]})", "1"},
      {R"({"minLength":1})", R"("string")"},
      {R"({"maximum":0})", "0"},
      {"true", "{}"},
      {"{}", "{}"},
      {"false", "none"},
  });
}

TEST(Sample, KeepsBounds) {
  expect_samples({
      {R"({"type":"integer","minimum":18})", "18"},
      {R"({"type":"integer","exclusiveMinimum":18})", "19"},
      {R"({"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1})", "0.5"},
      {R"({"type":"number","exclusiveMinimum":7,"exclusiveMaximum":7.01})", "7.0001"},
      {R"({"type":"integer","multipleOf":7})", "7"},
      {R"({"type":"number","multipleOf":0.25,"minimum":10.1})", "10.25"},
      {R"({"type":"integer","maximum":-3})", "-3"},
      {R"({"type":"integer","minimum":9007199254740993})", "9007199254740993"},
      {R"({"type":"integer","minimum":5,"maximum":4})", "none"},
      {R"({"type":"string","minLength":10})", R"("stringabcd")"},
      {R"({"type":"string","maxLength":2})", R"("a")"},
      {R"({"type":"string","maxLength":0})", R"("")"},
      {R"({"type":"string","minLength":100000000})", "none"},
  });
}

/// Every format the validator asserts has a sample that it accepts.
TEST(Sample, MakesTextsOfFormats) {
  for (const char* format :
       {"date-time", "date", "time", "duration", "email", "idn-email", "hostname", "idn-hostname",
        "ipv4", "ipv6", "uri", "uri-reference", "iri", "iri-reference", "uri-template", "uuid",
        "json-pointer", "relative-json-pointer", "regex"}) {
    const std::string schema = std::string(R"({"type":"string","format":")") + format + "\"}";
    EXPECT_TRUE(sample(schema)) << format;
    const auto many =
        sample(R"({"type":"array","minItems":5,"uniqueItems":true,"items":)" + schema + "}");
    EXPECT_TRUE(many) << format;
  }
  expect_samples({
      {R"({"type":"string","format":"email"})", R"("ada@example.com")"},
      {R"({"type":"string","format":"email","maxLength":6})", R"("a@b.co")"},
      {R"({"type":"string","format":"uri","minLength":25})", R"("https://example.com/aaaaa")"},
      {R"({"type":"string","format":"colour"})", R"("string")"},
      {R"({"type":"integer","format":"int32","minimum":2147483648})", "none"},
  });
}

TEST(Sample, MakesTextsOfPatterns) {
  for (const char* pattern :
       {"^[a-z]{3}-[0-9]{4}$", "^\\\\d+$", "^(cat|dog)s?$", "^[A-Z][a-z]*( [A-Z][a-z]*)*$",
        "^#?([a-fA-F0-9]{6}|[a-fA-F0-9]{3})$", "^\\\\+[1-9]\\\\d{1,14}$", "abc", "^$", "^.{8,}$",
        "^[^/]+$", "^\\\\w+@\\\\w+\\\\.com$", "^(\\\\d{3})-\\\\1$", "^\\\\u00e9+$",
        "^\\\\p{Lu}{2}$", "^(?:[0-9]{1,3}\\\\.){3}[0-9]{1,3}$", "^(?!x)[a-z]+$", "^[0-9a-f]{40}$",
        "^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9]).{8,}$"}) {
    const std::string schema = std::string(R"({"type":"string","pattern":")") + pattern + "\"}";
    EXPECT_TRUE(sample(schema)) << pattern;
  }
  expect_samples({
      {R"({"type":"string","pattern":"^[a-z]{3}-[0-9]{4}$"})", R"("abc-1234")"},
      {R"({"type":"string","pattern":"^[a-z]+$","minLength":12,"maxLength":12})",
       R"("abcdefghijkl")"},
      {R"({"type":"string","pattern":"^[a-z]+$","maxLength":1})", R"("a")"},
      {R"({"type":"string","pattern":"^a$","minLength":2})", "none"},
      {R"({"type":"string","pattern":"^a{100000}$"})", "none"},
      {R"({"type":"string","pattern":"^(((a{999}){999}){999})$"})", "none"},
  });
}

TEST(Sample, MakesObjects) {
  expect_samples({
      {R"({"properties":{"b":{"type":"integer"},"a":{"type":"boolean"}}})", R"({"b":1,"a":true})"},
      {R"({"type":"object","required":["x"]})", R"({"x":"string"})"},
      {R"({"type":"object","required":["x"],"additionalProperties":{"type":"integer"}})",
       R"({"x":1})"},
      {R"({"type":"object","additionalProperties":{"type":"integer"}})", R"({"property1":1})"},
      {R"({"type":"object","minProperties":2})", R"({"property1":"string","property2":"string"})"},
      {R"({"properties":{"a":true,"b":true,"c":true},"maxProperties":2,"required":["c"]})",
       R"({"a":"string","c":"string"})"},
      {R"({"type":"object","minProperties":1,"propertyNames":{"pattern":"^[a-z]{2}$"}})",
       R"({"ab":"string"})"},
      {R"({"type":"object","patternProperties":{"^x-":{"type":"integer"}},
           "additionalProperties":false,"minProperties":1})",
       R"({"x-":1})"},
      {R"({"properties":{"a":{"type":"integer"},"b":false}})", R"({"a":1})"},
      {R"({"properties":{"a":{"type":"integer"}},"required":["a"],
           "dependentRequired":{"a":["b"]}})",
       R"({"a":1,"b":"string"})"},
      {R"({"type":"object","required":["x"],"additionalProperties":false})", "none"},
  });
}

TEST(Sample, MakesArrays) {
  expect_samples({
      {R"({"type":"array","items":{"type":"integer"}})", "[1]"},
      {R"({"type":"array","minItems":3,"items":{"type":"integer"}})", "[1,1,1]"},
      {R"({"type":"array","minItems":3,"uniqueItems":true,"items":{"type":"integer"}})", "[1,2,3]"},
      {R"({"type":"array","minItems":2,"uniqueItems":true,
           "items":{"properties":{"id":{"type":"integer"}},"required":["id"]}})",
       R"([{"id":1},{"id":2}])"},
      {R"({"type":"array","minItems":2,"uniqueItems":true,"items":{"type":"boolean"}})",
       "[true,false]"},
      {R"({"type":"array","minItems":3,"uniqueItems":true,"items":{"type":"boolean"}})", "none"},
      {R"({"type":"array","maxItems":0})", "[]"},
      {R"({"prefixItems":[{"type":"string"},{"type":"integer"}],"items":false})",
       R"(["string",1])"},
      {R"({"type":"array","items":{"type":"integer"},"contains":{"minimum":5},"minContains":2})",
       "[5,5]"},
      {R"({"type":"array","minItems":1000000000})", "none"},
  });
}

TEST(Sample, ReadsSchemasThatApplyTogetherAsOne) {
  expect_samples({
      {R"({"allOf":[{"properties":{"a":{"type":"integer"}}},{"required":["a","b"]},
           {"properties":{"a":{"minimum":5}}}]})",
       R"({"a":5,"b":"string"})"},
      {R"({"anyOf":[{"type":"null"},{"type":"integer"}]})", "1"},
      {R"({"oneOf":[{"type":"integer"},{"type":"string"}]})", "1"},
      {R"({"type":"string","oneOf":[{"type":"integer"},{"maxLength":2}]})", R"("a")"},
      {R"({"oneOf":[{"type":"number","multipleOf":5},{"type":"number","multipleOf":3}]})", "5"},
      {R"({"if":{"properties":{"k":{"const":"x"}}},"then":{"required":["y"]},
           "properties":{"k":{"type":"string"}},"required":["k"]})",
       R"({"k":"x","y":"string"})"},
      {R"({"$ref":"#/$defs/a","$defs":{"a":{"type":"integer","minimum":3}}})", "3"},
      {R"({"$ref":"#name","$defs":{"a":{"$anchor":"name","type":"integer"}}})", "1"},
      {R"({"not":{"type":"object"}})", R"("string")"},
  });
}

/// With all properties written, both branches would match.
TEST(Sample, FindsAWayThroughBranchesThatExcludeEachOther) {
  for (const char* schema :
       {R"({"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"integer"}},
            "oneOf":[{"required":["a"]},{"required":["b"]}]})",
        R"({"oneOf":[{"type":"object","properties":{"a":{}},"required":["a"],
                      "additionalProperties":false},
                     {"type":"object","properties":{"a":{},"b":{}},"required":["b"],
                      "additionalProperties":false}]})",
        R"({"oneOf":[{"properties":{"kind":{"const":"cat"}},"required":["kind"]},
                     {"properties":{"kind":{"const":"dog"}},"required":["kind"]}]})",
        R"({"properties":{"deep":{"properties":{"x":{"type":"integer","not":{"const":1}}}}}})"}) {
    EXPECT_TRUE(sample(schema)) << schema;
  }
}

TEST(Sample, EndsRecursion) {
  expect_samples({
      {R"({"type":"object","properties":{"name":{"type":"string"},"child":{"$ref":"#"}}})",
       R"({"name":"string"})"},
      {R"({"type":"object","properties":{"children":{"type":"array","items":{"$ref":"#"}}},
           "required":["children"]})",
       R"({"children":[]})"},
      {R"({"type":"object","required":["next"],
           "properties":{"next":{"oneOf":[{"$ref":"#"},{"type":"null"}]}}})",
       R"({"next":null})"},
      {R"({"type":"object","required":["next"],"properties":{"next":{"$ref":"#"}}})", "none"},
      {R"({"$ref":"#/$defs/a","$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"}]},
           "b":{"allOf":[{"type":"integer"}]}}})",
       "1"},
  });
}

TEST(Sample, LeavesOutWhatTheOtherSideWrites) {
  const std::string schema =
      R"({"required":["id","secret"],"properties":{
          "id":{"type":"integer","readOnly":true},"secret":{"type":"string"},
          "made":{"type":"string","readOnly":true},"pin":{"type":"integer","writeOnly":true}}})";
  EXPECT_EQ(sample(schema, Direction::kRequest), R"({"secret":"string","pin":1})");
  EXPECT_EQ(sample(schema, Direction::kResponse), R"({"id":1,"secret":"string","made":"string"})");
  EXPECT_EQ(sample(schema, Direction::kRequest, kRequired), R"({"secret":"string"})");
}

TEST(Sample, LeavesOutOfResponsesWhatIsWriteOnlyAlsoWhereItIsRequired) {
  EXPECT_EQ(sample(R"({"required":["id","pin"],"properties":{
                "id":{"type":"integer"},"pin":{"$ref":"#/$defs/pin"}},
                "$defs":{"pin":{"type":"integer","writeOnly":true}}})",
                   Direction::kResponse),
            R"({"id":1})");
}

TEST(Sample, LeavesTheSameOutOfAuthorsExamples) {
  const std::string schema =
      R"({"example":{"pin":1234,"name":"Ada","cards":[{"number":"4","cvc":"5"}]},
          "required":["pin"],"properties":{
          "pin":{"type":"integer","writeOnly":true},"name":{"type":"string","readOnly":true},
          "cards":{"type":"array","items":{"properties":{"cvc":{"writeOnly":true}}}}}})";
  EXPECT_EQ(sample(schema, Direction::kResponse), R"({"name":"Ada","cards":[{"number":"4"}]})");
  EXPECT_EQ(sample(schema, Direction::kRequest),
            R"({"pin":1234,"cards":[{"number":"4","cvc":"5"}]})");
}

TEST(Sample, KeepsToRequiredPropertiesWhenAsked) {
  const std::string schema =
      R"({"required":["a"],"properties":{"a":{"type":"array","items":true},"b":{}}})";
  EXPECT_EQ(sample(schema, Direction::kRequest, kRequired), R"({"a":[]})");
}

TEST(Sample, StaysSmall) {
  std::string wide = R"({"$defs":{"o":{"type":"object","properties":{)";
  for (int i = 0; i < 60; ++i) {
    wide += (i == 0 ? "\"p" : ",\"p") + std::to_string(i) +
            R"(":{"type":"object","properties":{"q":{"$ref":"#/$defs/t"}}})";
  }
  wide += R"(}},"t":{"type":"object","properties":{"x":{"type":"string"}}}},"$ref":"#/$defs/o"})";
  const auto value = sample(wide);
  ASSERT_TRUE(value);
  EXPECT_LT(value->size(), 8192U);
  EXPECT_GT(value->size(), 1000U);
  EXPECT_EQ(sample(R"({"type":"array","minItems":2000,"items":{"type":"string","minLength":99}})"),
            std::nullopt)
      << "more than 64 KiB";
}

/// References that double on every level.
TEST(Sample, BoundsItsWork) {
  std::string doubling = R"({"$ref":"#/$defs/d40","$defs":{"d0":{"type":"integer"})";
  for (int i = 1; i <= 40; ++i) {
    const std::string below = R"({"$ref":"#/$defs/d)" + std::to_string(i - 1) + "\"}";
    doubling += ",\"d" + std::to_string(i) + R"(":{"type":"object","required":["a","b"],)" +
                R"("properties":{"a":)" + below + ",\"b\":" + below + "}}";
  }
  EXPECT_EQ(sample(doubling + "}}"), std::nullopt);
}

TEST(Sampler, KnowsTheSharedTable) {
  Sampler sampler(Direction::kResponse);
  sampler.add("routes", R"({"schemas":{"User":{"type":"object","required":["pet"],
      "properties":{"pet":{"$ref":"#/schemas/a~1b"}}},"a/b":{"type":"integer"}},
      "list":[{"$ref":"#/schemas/User"}]})");
  sampler.set_shared_table("routes");
  sampler.want("routes#/list/0");
  EXPECT_EQ(sampler.sample("routes#/list/0"), R"({"pet":1})");
}

TEST(Sampler, DoesWithoutSchemasThatDoNotCompile) {
  Sampler sampler(Direction::kResponse);
  sampler.add("all", R"([{"type":"integer"},{"pattern":"("},{"type":"boolean"},{"type":7}])");
  for (const char* uri : {"all#/0", "all#/1", "all#/2", "all#/3", "all#/4"}) sampler.want(uri);
  EXPECT_EQ(sampler.sample("all#/0"), "1");
  EXPECT_EQ(sampler.sample("all#/1"), std::nullopt);
  EXPECT_EQ(sampler.sample("all#/2"), "true");
  EXPECT_EQ(sampler.sample("all#/3"), std::nullopt);
  EXPECT_EQ(sampler.sample("all#/4"), std::nullopt);
}

TEST(Sampler, SaysWhatIsWrongWithAValue) {
  Sampler sampler(Direction::kResponse);
  sampler.add("all", R"({"properties":{"a":{"minimum":3}}})");
  sampler.want("all");
  EXPECT_TRUE(sampler.check("all", R"({"a":3})")->empty());
  const auto failures = sampler.check("all", R"({"a":2})");
  ASSERT_EQ(failures->size(), 1U);
  EXPECT_EQ(failures->front().instance, "/a");
  EXPECT_FALSE(sampler.check("all", "{")->empty());
  EXPECT_EQ(sampler.check("other", "1"), std::nullopt);
}

TEST(PatternSampler, GivesUpOnWhatItDoesNotUnderstand) {
  for (const char* source : {"(", ")", "[a", "*", "(?i)a", "\\"}) {
    EXPECT_FALSE(PatternSampler::parse(source)) << source;
  }
  EXPECT_FALSE(PatternSampler::parse(std::string(1000, '(')));
  EXPECT_FALSE(PatternSampler::parse(std::string(10000, 'a')));
}

TEST(PatternSampler, WritesReadableText) {
  const Case cases[] = {
      {"^[a-z]{3}$", "abc"},
      {"[0-9]{4}-[0-9]{2}", "1234-12"},
      {"[A-Z]{2}", "AB"},
      {"\\.\\/\\x41\\u{1F600}", "./A😀"},
      {"a|b", "a"},
      {"\\d\\w\\s", "1b "},
      {"(?<y>[a-z])\\1", "aa"},
      {"(?<y>[a-z])\\k<y>", "aa"},
      {"^(?!x)\\p{Lu}\\P{L}[^\\x00-\\x7F]$", "A2é"},
      {"[^a-z]", "1"},
      {"[\\d-]", "1"},
  };
  for (const Case& each : cases) {
    const auto sampler = PatternSampler::parse(each.schema);
    ASSERT_TRUE(sampler) << each.schema;
    EXPECT_EQ(sampler->text({}), each.sample) << each.schema;
  }
}

}  // namespace
}  // namespace barbacane::schema
