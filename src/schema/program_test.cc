#include "schema/program.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "schema/detail/schema_cases.h"
#include "schema/program_builder.h"

namespace barbacane::schema {
namespace {

using detail::Bench;

struct Case {
  std::string_view schema;
  std::string_view value;
  bool valid;
};

void expect(const std::vector<Case>& cases, Dialect dialect = Dialect::kDraft202012) {
  for (const Case& each : cases) {
    Bench bench(each.schema, dialect);
    ASSERT_TRUE(bench.built()) << each.schema << "\n" << bench.errors();
    EXPECT_EQ(bench.run(each.value), each.valid ? Verdict::kValid : Verdict::kInvalid)
        << each.schema << " against " << each.value;
    EXPECT_EQ(bench.explain(each.value).empty(), each.valid)
        << each.schema << " against " << each.value;
  }
}

TEST(Program, TellsTypesApart) {
  expect({{"true", "1", true},
          {"false", "1", false},
          {"{}", "null", true},
          {R"({"type":"integer"})", "1", true},
          {R"({"type":"integer"})", "-10", true},
          {R"({"type":"integer"})", "1.0", true},
          {R"({"type":"integer"})", "10e-1", true},
          {R"({"type":"integer"})", "1e400", true},
          {R"({"type":"integer"})", "1.5", false},
          {R"({"type":"integer"})", R"("1")", false},
          {R"({"type":"number"})", "1.5", true},
          {R"({"type":["string","null"]})", "null", true},
          {R"({"type":["string","null"]})", "false", false},
          {R"({"type":"boolean"})", "false", true},
          {R"({"type":"array"})", "[]", true},
          {R"({"type":"object"})", "[]", false}});
}

TEST(Program, ComparesNumbersExactly) {
  expect({{R"({"minimum":1})", "1", true},
          {R"({"minimum":1})", "0.9999999999999999999999", false},
          {R"({"exclusiveMinimum":1})", "1", false},
          {R"({"exclusiveMinimum":1})", "1.0000000000000000000001", true},
          {R"({"maximum":9007199254740992})", "9007199254740993", false},
          {R"({"maximum":18446744073709551616})", "18446744073709551617", false},
          {R"({"maximum":18446744073709551616})", "18446744073709551616", true},
          {R"({"maximum":1e400})", "1e399", true},
          {R"({"maximum":1e400})", "1e401", false},
          {R"({"exclusiveMaximum":3})", "2", true},
          {R"({"exclusiveMaximum":3})", "3.0", false},
          {R"({"minimum":1.5,"maximum":2.5})", "2", true},
          {R"({"minimum":1.5,"maximum":2.5})", "3", false},
          {R"({"multipleOf":0.01})", "0.07", true},
          {R"({"multipleOf":0.01})", "0.075", false},
          {R"({"multipleOf":3})", "-9", true},
          {R"({"multipleOf":3})", "10", false},
          {R"({"multipleOf":3})", "9.0", true},
          {R"({"minimum":1})", R"("0")", true}});
}

TEST(Program, CountsCodePoints) {
  expect({{R"({"maxLength":2})", R"("éé")", true},
          {R"({"maxLength":1})", R"("😀")", true},
          {R"({"maxLength":1})", R"("é́")", false},
          {R"({"minLength":2})", R"("😀")", false},
          {R"({"minLength":2.0})", R"("ab")", true},
          {R"({"minLength":1,"maxLength":3})", R"("abcd")", false},
          {R"({"minLength":1e100})", R"("abcd")", false},
          {R"({"maxLength":1e100})", R"("abcd")", true},
          {R"({"pattern":"^a+$"})", R"("aaa")", true},
          {R"({"pattern":"b"})", R"("aaa")", false}});
}

TEST(Program, ComparesConstantsByValue) {
  expect({{R"({"const":1})", "1.0", true},
          {R"({"const":1})", "true", false},
          {R"({"const":{"a":[1,2],"b":null}})", R"({"b":null,"a":[1.0,2]})", true},
          {R"({"const":{"a":1}})", R"({"a":1,"b":1})", false},
          {R"({"enum":["a","b",3]})", R"("b")", true},
          {R"({"enum":["a","b",3]})", "3e0", true},
          {R"({"enum":["a","b",3]})", R"("c")", false},
          {R"({"enum":["a","b","c","d","e","f","g","h","i","j"]})", R"("j")", true},
          {R"({"enum":["a","b","c","d","e","f","g","h","i","j"]})", R"("k")", false},
          {R"({"enum":[[false]]})", "[0]", false},
          {R"({"uniqueItems":true})", "[1,2,1.0]", false},
          {R"({"uniqueItems":true})", "[1,true]", true},
          {R"({"uniqueItems":true})", "[1,2,3,4,5,6,7,8,9,10,1e1]", false},
          {R"({"uniqueItems":true})", R"([{"a":1,"b":2},{},[],"",0,false,null,{"b":2,"a":1.0}])",
           false},
          {R"({"uniqueItems":true})", R"([1,2,3,4,5,6,7,8,9,10,"1","2"])", true}});
}

TEST(Program, ChecksMembers) {
  constexpr std::string_view kUser =
      R"({"type":"object","required":["id","name"],"additionalProperties":false,
          "properties":{"id":{"type":"integer","minimum":1},"name":{"type":"string"},
                        "tags":{"type":"array","items":{"type":"string"},"maxItems":2}},
          "patternProperties":{"^x-":{"type":"string"}}})";
  expect({{kUser, R"({"id":1,"name":"a"})", true},
          {kUser, R"({"id":1,"name":"a","tags":["b"],"x-y":"z"})", true},
          {kUser, R"({"id":0,"name":"a"})", false},
          {kUser, R"({"id":1})", false},
          {kUser, R"({"id":1,"name":"a","other":1})", false},
          {kUser, R"({"id":1,"name":"a","x-y":1})", false},
          {kUser, R"({"id":1,"name":"a","tags":["b",1]})", false},
          {kUser, R"({"id":1,"name":"a","tags":["b","c","d"]})", false},
          {R"({"propertyNames":{"maxLength":3}})", R"({"abc":1})", true},
          {R"({"propertyNames":{"maxLength":3}})", R"({"abcd":1})", false},
          {R"({"properties":{"a":{"type":"string"}},"patternProperties":{"a":{"minLength":2}}})",
           R"({"a":"b"})", false},
          {R"({"additionalProperties":{"type":"string"},"properties":{"a":true}})",
           R"({"a":1,"b":"c"})", true},
          {R"({"additionalProperties":{"type":"string"},"required":["b"]})", R"({"b":1})", false},
          {R"({"dependentRequired":{"a":["b"]}})", R"({"a":1})", false},
          {R"({"dependentRequired":{"a":["b"]}})", R"({"a":1,"b":1})", true},
          {R"({"dependentSchemas":{"a":{"minProperties":2}}})", R"({"a":1})", false},
          {R"({"minProperties":1,"maxProperties":1})", R"({})", false},
          {R"({"minProperties":1,"maxProperties":1})", R"({"a":1})", true}});
}

TEST(Program, WantsMoreNamesThanAWordHasBits) {
  std::string schema = R"({"required":[)", value = "{";
  for (int i = 0; i < 200; ++i) {
    schema += (i == 0 ? "\"p" : ",\"p") + std::to_string(i) + "\"";
    value += (i == 0 ? "\"p" : ",\"p") + std::to_string(i) + "\":{}";
  }
  schema += "]}";
  Bench bench(schema);
  ASSERT_TRUE(bench.built());
  EXPECT_EQ(bench.run(value + "}"), Verdict::kValid);
  EXPECT_EQ(bench.run(value.substr(0, value.rfind(',')) + "}"), Verdict::kInvalid);
  EXPECT_EQ(bench.explain("{}").size(), 100u);
}

TEST(Program, ChecksElements) {
  expect(
      {{R"({"prefixItems":[{"type":"string"}],"items":{"type":"integer"}})", R"(["a",1,2])", true},
       {R"({"prefixItems":[{"type":"string"}],"items":{"type":"integer"}})", R"(["a","b"])", false},
       {R"({"prefixItems":[{"type":"string"}],"items":false})", R"(["a","b"])", false},
       {R"({"contains":{"const":1}})", "[2,1]", true},
       {R"({"contains":{"const":1}})", "[]", false},
       {R"({"contains":{"const":1},"minContains":2,"maxContains":3})", "[1,1,2]", true},
       {R"({"contains":{"const":1},"minContains":2,"maxContains":3})", "[1,1,1,1]", false},
       {R"({"contains":{"const":1},"minContains":0})", "[]", true},
       {R"({"minItems":1,"maxItems":2})", "[]", false},
       {R"({"minItems":1,"maxItems":2})", "[1,2]", true}});
}

TEST(Program, CombinesSchemas) {
  expect(
      {{R"({"allOf":[{"minimum":1},{"maximum":3}]})", "4", false},
       {R"({"anyOf":[{"type":"string"},{"minimum":3}]})", "2", false},
       {R"({"anyOf":[{"type":"string"},{"minimum":3}]})", R"("a")", true},
       {R"({"oneOf":[{"multipleOf":2},{"multipleOf":3}]})", "4", true},
       {R"({"oneOf":[{"multipleOf":2},{"multipleOf":3}]})", "6", false},
       {R"({"not":{"type":"string"}})", "1", true},
       {R"({"not":{"type":"string"}})", R"("")", false},
       {R"({"if":{"minimum":10},"then":{"multipleOf":10},"else":{"multipleOf":2}})", "12", false},
       {R"({"if":{"minimum":10},"then":{"multipleOf":10},"else":{"multipleOf":2}})", "4", true},
       {R"({"$ref":"#/$defs/a","minimum":5,"$defs":{"a":{"type":"integer"}}})", "4", false},
       {R"({"$ref":"#/$defs/a","minimum":5,"$defs":{"a":{"type":"integer"}}})", "5", true}});
}

TEST(Program, FollowsRecursiveSchemas) {
  constexpr std::string_view kTree =
      R"({"type":"object","required":["v"],"properties":{"v":{"type":"integer"},
          "children":{"type":"array","items":{"$ref":"#"}}}})";
  expect({{kTree, R"({"v":1,"children":[{"v":2,"children":[]},{"v":3}]})", true},
          {kTree, R"({"v":1,"children":[{"v":2,"children":[{"v":"x"}]},{"v":3}]})", false}});
}

TEST(Program, SeesWhatOthersHaveEvaluated) {
  constexpr std::string_view kClosed =
      R"({"allOf":[{"properties":{"a":true}}],"anyOf":[{"properties":{"b":{"const":1}},
          "required":["b"]},{"properties":{"c":true},"required":["c"]}],
          "unevaluatedProperties":false})";
  expect(
      {{kClosed, R"({"a":1,"b":1})", true},
       {kClosed, R"({"a":1,"c":1})", true},
       {kClosed, R"({"a":1,"b":2,"c":1})", false},
       {kClosed, R"({"a":1,"b":1,"d":1})", false},
       {R"({"prefixItems":[true],"contains":{"type":"string"},"unevaluatedItems":false})",
        R"([1,"a","b"])", true},
       {R"({"prefixItems":[true],"contains":{"type":"string"},"unevaluatedItems":false})",
        R"([1,"a",2])", false},
       {R"({"if":{"properties":{"a":{"const":1}},"required":["a"]},
               "unevaluatedProperties":false})",
        R"({"a":1})", true},
       {R"({"if":{"properties":{"a":{"const":1}},"required":["a"]},
               "unevaluatedProperties":false})",
        R"({"a":2})", false},
       {R"({"properties":{"n":{"unevaluatedProperties":false,"allOf":[{"properties":{"x":true}}]}},
               "unevaluatedProperties":{"type":"integer"}})",
        R"({"n":{"x":1},"o":3})", true}});
}

TEST(Program, AssertsFormats) {
  expect({{R"({"format":"date"})", R"("2024-02-29")", true},
          {R"({"format":"date"})", R"("2023-02-29")", false},
          {R"({"format":"date"})", "20", true},
          {R"({"format":"unheard-of"})", R"("x")", true},
          {R"({"type":"integer","format":"int32"})", "2147483647", true},
          {R"({"type":"integer","format":"int32"})", "2147483648", false},
          {R"({"format":"int32"})", "0.5", true},
          {R"({"format":"int64"})", "-9223372036854775808", true},
          {R"({"format":"int64"})", "-9223372036854775809", false},
          {R"({"format":"int64"})", R"("x")", true}});
  Bench annotated(R"({"format":"date"})", Dialect::kDraft202012,
                  {.formats = BuildOptions::Formats::kAnnotate});
  EXPECT_EQ(annotated.run(R"("tomorrow")"), Verdict::kValid);
}

TEST(Program, ReadsOpenApi30) {
  expect({{R"({"type":"string","nullable":true})", "null", true},
          {R"({"type":"string","nullable":false})", "null", false},
          {R"({"nullable":true,"minLength":1})", "null", true},
          {R"({"nullable":false})", "null", true},
          // `nullable` widens `type` and nothing else.
          {R"({"type":"string","nullable":true,"enum":["a"]})", "null", false},
          {R"({"type":"string","nullable":true,"enum":["a",null]})", "null", true},
          {R"({"type":"string","nullable":true,"enum":["a"]})", R"("b")", false},
          {R"({"type":"string","enum":["a"]})", "null", false},
          {R"({"minimum":1,"exclusiveMinimum":true})", "1", false},
          {R"({"minimum":1,"exclusiveMinimum":false})", "1", true},
          {R"({"maximum":1,"exclusiveMaximum":true})", "0.9", true},
          {R"({"maximum":1,"exclusiveMaximum":true})", "1", false},
          {R"({"properties":{"a":{"$ref":"#/x","minLength":9}},"x":{"type":"string"}})",
           R"({"a":"b"})", true}},
         Dialect::kOpenApi30);
  // Elsewhere the word means nothing.
  expect({{R"({"type":"string","nullable":true})", "null", false}});
}

TEST(Program, ReadsDraft07) {
  expect({{R"({"items":[{"type":"string"}],"additionalItems":false})", R"(["a"])", true},
          {R"({"items":[{"type":"string"}],"additionalItems":false})", R"(["a",1])", false},
          {R"({"items":{"type":"string"},"additionalItems":false})", R"(["a","b"])", true},
          {R"({"dependencies":{"a":["b"],"c":{"required":["d"]}}})", R"({"a":1})", false},
          {R"({"dependencies":{"a":["b"],"c":{"required":["d"]}}})", R"({"c":1})", false},
          {R"({"dependencies":{"a":["b"],"c":{"required":["d"]}}})", R"({"c":1,"d":1})", true},
          {R"({"properties":{"a":{"$ref":"#/definitions/b","maxLength":1}},
               "definitions":{"b":{"type":"string"}}})",
           R"({"a":"long"})", true}},
         Dialect::kDraft07);
}

TEST(Program, LetsRequestsOmitWhatIsReadOnly) {
  constexpr BuildOptions kRequest{.direction = BuildOptions::Direction::kRequest};
  const std::vector<std::string_view> schemas = {
      R"({"required":["id"],"properties":{"id":{"type":"integer","readOnly":true}}})",
      R"({"required":["id"],"properties":{"id":{"$ref":"#/$defs/id"}},
          "$defs":{"id":{"readOnly":true,"type":"integer"}}})",
      R"({"required":["id"],"properties":{"id":{"allOf":[{"$ref":"#/$defs/id"},{}]}},
          "$defs":{"id":{"readOnly":true,"type":"integer"}}})",
      R"({"allOf":[{"$ref":"#/$defs/base"},{"required":["id"]}],
          "$defs":{"base":{"properties":{"id":{"readOnly":true,"type":"integer"}}}}})",
  };
  for (const std::string_view schema : schemas) {
    Bench request(schema, Dialect::kDraft202012, kRequest);
    ASSERT_TRUE(request.built()) << schema;
    EXPECT_EQ(request.run("{}"), Verdict::kValid) << schema;
    EXPECT_EQ(request.run(R"({"id":1})"), Verdict::kValid) << schema;
    EXPECT_EQ(request.run(R"({"id":"x"})"), Verdict::kInvalid) << schema;
    EXPECT_EQ(Bench(schema).run("{}"), Verdict::kInvalid) << schema;
  }
}

TEST(Program, LetsResponsesOmitWhatIsWriteOnly) {
  constexpr BuildOptions kRequest{.direction = BuildOptions::Direction::kRequest};
  constexpr BuildOptions kResponse{.direction = BuildOptions::Direction::kResponse};
  const std::string_view schema =
      R"({"required":["pin","id"],"properties":{"pin":{"writeOnly":true},"id":{"readOnly":true}}})";
  Bench response(schema, Dialect::kDraft202012, kResponse);
  EXPECT_EQ(response.run(R"({"id":1})"), Verdict::kValid);
  EXPECT_EQ(response.run(R"({"pin":1})"), Verdict::kInvalid);
  EXPECT_EQ(Bench(schema, Dialect::kDraft202012, kRequest).run(R"({"id":1})"), Verdict::kInvalid);
}

TEST(Program, TakesOpaqueStringsForWhatTheyAre) {
  Bench bench(R"({"type":"string","format":"binary","maxLength":10})");
  Tape tape;
  tape.begin();
  tape.opaque(10);
  EXPECT_EQ(bench.run(tape.built()), Verdict::kValid);
  tape.begin();
  tape.opaque(11);
  EXPECT_EQ(bench.run(tape.built()), Verdict::kInvalid);
}

TEST(Program, GivesUpOnValuesNestedTooDeep) {
  Bench bench(R"({"items":{"$ref":"#"}})");
  Tape tape;
  for (const int depth : {200, 300}) {
    tape.begin();
    for (int i = 0; i < depth; ++i) tape.open_array();
    for (int i = 0; i < depth; ++i) tape.close();
    EXPECT_EQ(bench.run(tape.built()), depth < 256 ? Verdict::kValid : Verdict::kLimit);
    EXPECT_EQ(bench.explain(tape.built()).empty(), depth < 256);
  }
  // Also where a failure would mean the opposite.
  Bench negated(R"({"not":{"$ref":"#/$defs/l"},"$defs":{"l":{"items":{"$ref":"#/$defs/l"}}}})");
  EXPECT_EQ(negated.run(tape.built()), Verdict::kLimit);
}

TEST(Program, AnswersHugeValuesInBoundedTime) {
  std::string numbers = "[0";
  for (int i = 1; i < 200'000; ++i) numbers += "," + std::to_string(i);
  Bench unique(R"({"uniqueItems":true})");
  EXPECT_EQ(unique.run(numbers + "]"), Verdict::kValid);
  EXPECT_EQ(unique.run(numbers + ",17]"), Verdict::kInvalid);
}

TEST(Program, KeepsOneBlockForWhatIsShared) {
  std::string schema = R"({"$defs":{"a":{"type":"string","minLength":1}},"properties":{)";
  for (int i = 0; i < 100; ++i) {
    schema += (i == 0 ? "\"p" : ",\"p") + std::to_string(i) + R"(":{"$ref":"#/$defs/a"})";
  }
  Bench bench(schema + "}}");
  ASSERT_TRUE(bench.built());
  EXPECT_LT(bench.program().footprint(), 100'000u);
}

}  // namespace
}  // namespace barbacane::schema
