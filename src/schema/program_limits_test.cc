// What a run refuses to decide, and what it must decide all the same.
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schema/detail/schema_cases.h"
#include "schema/program.h"
#include "schema/program_builder.h"

namespace barbacane::schema {
namespace {

using detail::Bench;

struct OpaqueCase {
  std::string_view schema;
  Verdict verdict;
};

TEST(ProgramLimits, DecidesOfOpaqueStringsWhatNeedsNoContent) {
  const std::vector<OpaqueCase> cases = {
      {R"({"type":"string","format":"binary"})", Verdict::kValid},
      {R"({"type":"string","contentMediaType":"image/png"})", Verdict::kValid},
      {R"({"maxLength":10})", Verdict::kValid},
      {R"({"maxLength":9})", Verdict::kInvalid},
      {R"({"minLength":11})", Verdict::kInvalid},
      {R"({"type":"integer"})", Verdict::kInvalid},
      {R"({"const":10})", Verdict::kInvalid},
      {R"({"enum":[1,null,["0123456789"]]})", Verdict::kInvalid},
      {R"({"pattern":"^a"})", Verdict::kLimit},
      {R"({"not":{"pattern":"^a"}})", Verdict::kLimit},
      {R"({"format":"date"})", Verdict::kLimit},
      {R"({"const":"0123456789"})", Verdict::kLimit},
      {R"({"enum":[1,"0123456789"]})", Verdict::kLimit},
  };
  Tape tape;
  tape.begin();
  tape.opaque(10);
  for (const OpaqueCase& each : cases) {
    Bench bench(each.schema);
    ASSERT_TRUE(bench.built()) << each.schema << "\n" << bench.errors();
    EXPECT_EQ(bench.run(tape.built()), each.verdict) << each.schema;
    const auto failures = bench.explain(tape.built());
    EXPECT_EQ(failures.size(), each.verdict == Verdict::kValid ? 0u : 1u) << each.schema;
    if (each.verdict != Verdict::kLimit) continue;
    EXPECT_EQ(failures.at(0).sentence, "cannot be checked, because it is too large or is no text");
  }
}

TEST(ProgramLimits, ComparesNoOpaqueStrings) {
  for (const int count : {2, 7, 50}) {
    Tape tape;
    tape.begin();
    tape.open_object();
    tape.name("files");
    tape.open_array();
    for (int i = 0; i < count; ++i) tape.opaque(100);
    tape.close();
    tape.close();
    Bench bench(R"({"properties":{"files":{"uniqueItems":true,"items":{"type":"string"}}}})");
    EXPECT_EQ(bench.run(tape.built()), Verdict::kLimit);
    const auto failures = bench.explain(tape.built());
    ASSERT_EQ(failures.size(), 1u);
    EXPECT_EQ(failures[0].instance, "/files");
    EXPECT_EQ(failures[0].keyword, "uniqueItems");
    Bench constant(R"({"const":{"files":["a","b"]}})");
    EXPECT_EQ(constant.run(tape.built()), Verdict::kLimit);
  }
}

/// Five alternatives told apart by a constant, with whatever they are made of around it.
std::string tagged_union(std::string_view keyword, std::string_view before,
                         std::string_view after) {
  std::string schema = R"({"$ref":"#/$defs/any","$defs":{"base":{"type":"object","properties":)"
                       R"({"next":{"$ref":"#/$defs/any"},"kind":{"type":"string"}}},"any":{")";
  schema += std::string(keyword) + R"(":[)";
  for (int i = 0; i < 5; ++i) {
    schema +=
        (i == 0 ? R"({"$ref":"#/$defs/t)" : R"(,{"$ref":"#/$defs/t)") + std::to_string(i) + "\"}";
  }
  schema += "]}";
  // Not twice, else every level doubles the work whatever the tag.
  const bool deeper = before.find("allOf") == std::string_view::npos;
  const std::string next = deeper ? R"("next":{"$ref":"#/$defs/any"},)" : "";
  for (int i = 0; i < 5; ++i) {
    schema += ",\"t" + std::to_string(i) + "\":{" + std::string(before) + R"("properties":{)" +
              next + R"("kind":{"const":"t)" + std::to_string(i) + "\"}}" + std::string(after) +
              "}";
  }
  return schema + "}}";
}

TEST(ProgramLimits, TellsTaggedAlternativesApartBeforeGoingDeeper) {
  // The tag stands behind what is nested, and only the last alternative fits.
  std::string value = R"({"kind":"t4"})";
  for (int i = 0; i < 25; ++i) value = R"({"next":)" + value + R"(,"kind":"t4"})";
  std::string wrong = R"({"kind":"t5"})";
  for (int i = 0; i < 25; ++i) wrong = R"({"next":)" + wrong + R"(,"kind":"t4"})";
  const std::vector<std::string> schemas = {
      tagged_union("oneOf", "", ""),
      tagged_union("anyOf", R"("type":"object",)", R"(,"required":["kind"])"),
      tagged_union("oneOf", "", R"(,"unevaluatedProperties":false)"),
      tagged_union("oneOf", "", R"(,"patternProperties":{"^x-":true})"),
      tagged_union("oneOf", R"("allOf":[{"$ref":"#/$defs/base"}],)", ""),
      tagged_union("oneOf", R"("allOf":[{"$ref":"#/$defs/base"},{)", R"(}])"),
      tagged_union("anyOf", R"("allOf":[{"$ref":"#/$defs/base"},{)",
                   R"(}],"unevaluatedProperties":false)"),
  };
  for (const std::string& schema : schemas) {
    Bench bench(schema);
    ASSERT_TRUE(bench.built()) << schema << "\n" << bench.errors();
    EXPECT_EQ(bench.run(value), Verdict::kValid) << schema;
    EXPECT_EQ(bench.run(wrong), Verdict::kInvalid) << schema;
    EXPECT_FALSE(bench.explain(wrong).empty()) << schema;
  }
}

/// A schema that asks of one value what `leaf` says, a thousand times.
std::string asked_often(const std::string& leaf) {
  std::string schema = R"({"allOf":[)";
  for (int i = 0; i < 1000; ++i) {
    schema.append(i == 0 ? "" : ",").append(R"({"anyOf":[)").append(leaf).append(",true]}");
  }
  return schema + "]}";
}

TEST(ProgramLimits, CountsTheWorkNotOnlyTheSchemas) {
  std::string numbers = "[0";
  for (int i = 1; i < 100'000; ++i) numbers += "," + std::to_string(i);
  std::string members = R"({"0":0)";
  for (int i = 1; i < 100'000; ++i) members += ",\"" + std::to_string(i) + "\":0";
  const std::string text = "\"" + std::string(500'000, 'a') + "\"";
  const std::string digits(500'000, '7');
  struct Case {
    std::string leaf;
    std::string value;
  };
  const std::vector<Case> cases = {
      {R"({"uniqueItems":true,"contains":false})", numbers + "]"},
      {R"({"items":{"type":"integer"},"contains":false})", numbers + "]"},
      {R"({"pattern":"b"})", text},
      {R"({"maxLength":499999})", text},
      {R"({"format":"email"})", text},
      {R"({"type":"integer","maximum":3})", digits},
      {R"({"multipleOf":5})", digits},
      {R"({"enum":[[["x"]]]})", "[[" + text + "]]"},
      {R"({"dependentRequired":{"a":["b"],"c":["d"]}})", members + R"(,"a":1,"b":1,"e":1})"},
  };
  for (const Case& each : cases) {
    Bench bench(asked_often(each.leaf));
    ASSERT_TRUE(bench.built()) << bench.errors();
    EXPECT_EQ(bench.run(each.value), Verdict::kLimit) << each.leaf;
  }
}

/// Each string stays within the limit of one match; together they would take half a minute.
TEST(ProgramLimits, AddsUpWhatPatternsCost) {
  Bench bench(R"_({"items":{"pattern":"^(?!(a+)+$)"}})_");
  ASSERT_TRUE(bench.built()) << bench.errors();
  const auto many = [](int count, std::string_view text) {
    std::string json = "[";
    for (int i = 0; i < count; ++i) json.append(i == 0 ? "\"" : ",\"").append(text).append("\"");
    return json + "]";
  };
  Tape tape;
  EXPECT_EQ(bench.run(*tape.read(many(3, "aaaaaaaaaaaaaaa!"))), Verdict::kValid);
  EXPECT_EQ(bench.run(*tape.read(many(50'000, "aaaaaaaaaaaaaaa!"))), Verdict::kLimit);
  EXPECT_EQ(bench.run(*tape.read(many(20'000, "an ordinary sentence"))), Verdict::kValid);
}

TEST(ProgramLimits, GivesAReasonWhenItGivesUp) {
  Bench bench(asked_often(R"({"pattern":"b"})"));
  const auto failures = bench.explain("\"" + std::string(500'000, 'a') + "\"");
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0].instance, "");
  EXPECT_EQ(failures[0].sentence, "takes too many steps to check");
}

TEST(ProgramLimits, DecidesBetweenAlternativesThatMultiply) {
  Bench either(R"({"anyOf":[{"properties":{"a":{"$ref":"#"}},"type":"object"},
                            {"properties":{"a":{"$ref":"#"}},"required":["a"],"type":"object"},
                            {"type":"integer"}]})");
  std::string value = "null";
  for (int i = 0; i < 100; ++i) value = R"({"a":)" + value + "}";
  EXPECT_EQ(either.run(value), Verdict::kInvalid);
  value.replace(value.find("null"), 4, "1");
  EXPECT_EQ(either.run(value), Verdict::kValid);
}

/// Every alternative asks the same of the same parts: twice the work for each level, or none.
TEST(ProgramLimits, AsksWhatAlternativesShareOnce) {
  const auto binary = [](std::string_view more) {
    return R"({"type":"object","properties":{"left":{"$ref":"#"},"right":{"$ref":"#"}},)" +
           std::string(R"("required":["left","right")") + std::string(more) + "]}";
  };
  const std::string schema = R"({"anyOf":[{"type":"integer"},)" + binary(R"(,"a")") + "," +
                             binary(R"(,"b")") + "," + binary(R"(,"c")") + "]}";
  const auto nested = [](std::string value, int levels, std::string_view tag) {
    for (int i = 0; i < levels; ++i) {
      value = R"({"left":[0],"right":)" + value + R"(,")" + std::string(tag) + R"(":1})";
      value.replace(value.find("[0]"), 3, R"({"left":1,"right":2,"c":3})");
    }
    return value;
  };
  Bench bench(schema);
  ASSERT_TRUE(bench.built()) << bench.errors();
  EXPECT_EQ(bench.run(nested("1", 100, "c")), Verdict::kValid);
  EXPECT_EQ(bench.run(nested("1.5", 100, "c")), Verdict::kInvalid);
  EXPECT_FALSE(bench.explain(nested("1.5", 100, "c")).empty());
  // In each branch but the last something else is wrong, found only behind the shared parts.
  const auto strict = [](std::string_view kind) {
    return R"({"type":"object","properties":{"next":{"$ref":"#"},"z":{"items":{"const":")" +
           std::string(kind) + R"("}}},"required":["next","z"]})";
  };
  Bench late(R"({"anyOf":[{"type":"integer"},)" + strict("a") + "," + strict("b") + "," +
             strict("c") + "]}");
  ASSERT_TRUE(late.built()) << late.errors();
  std::string value = "1";
  for (int i = 0; i < 100; ++i) value = R"({"next":)" + value + R"(,"z":["c"]})";
  EXPECT_EQ(late.run(value), Verdict::kValid);
  value.replace(value.rfind("\"c\""), 3, "\"d\"");
  EXPECT_EQ(late.run(value), Verdict::kInvalid);
  EXPECT_FALSE(late.explain(value).empty());
}

TEST(ProgramLimits, TakesLargeValuesOfPlainSchemas) {
  std::string text = "[";
  for (int i = 0; i < 20'000; ++i) {
    const std::string id = std::to_string(i);
    text += (i == 0 ? "" : ",") + (R"({"id":")" + id + R"(","tags":["a","b","c"],"x-n":)" + id) +
            R"(,"at":"2024-05-17"})";
  }
  Bench bench(R"({"uniqueItems":true,"items":{"type":"object","oneOf":[
      {"properties":{"id":{"pattern":"^[0-9]+$"},"at":{"format":"date"},
                     "tags":{"uniqueItems":true,"items":{"enum":["a","b","c"]}}},
       "patternProperties":{"^x-":{"type":"integer"}},"required":["id"]},
      {"required":["other"]}]}})");
  EXPECT_EQ(bench.run(text + "]"), Verdict::kValid);
}

TEST(ProgramLimits, HashesEqualNumbersEqually) {
  Bench bench(R"({"uniqueItems":true})");
  const std::string rest = ",1,2,3,4,5,6,7]";
  EXPECT_EQ(bench.run("[10,1e1" + rest), Verdict::kInvalid);
  EXPECT_EQ(bench.run("[1e2000000000000000000,1e3000000000000000000" + rest), Verdict::kInvalid);
  EXPECT_EQ(bench.run("[1e18446744073709551616,1.0" + rest), Verdict::kInvalid);
  EXPECT_EQ(bench.run("[1e18446744073709551616,8" + rest), Verdict::kValid);
}

TEST(ProgramLimits, LooksForReadOnlyOnceInEachSchema) {
  std::string schema = R"({"required":["id"],"allOf":[{"$ref":"#/$defs/d0"}],"$defs":{)";
  for (int i = 0; i < 16; ++i) {
    schema += "\"d" + std::to_string(i) + R"(":{"allOf":[)";
    for (int j = 0; j < 20; ++j) {
      schema += (j == 0 ? "" : ",") + (R"({"$ref":"#/$defs/d)" + std::to_string(i + 1) + "\"}");
    }
    schema += "]},";
  }
  schema += R"("d16":{"properties":{"id":{"readOnly":true}}}}})";
  Bench bench(schema, Dialect::kDraft202012, {.direction = BuildOptions::Direction::kRequest});
  ASSERT_TRUE(bench.built()) << bench.errors();
}

TEST(ProgramLimits, KnowsNoNewKeywordsInOpenApi30) {
  for (const std::string_view schema :
       {R"({"const":1})", R"({"if":true,"then":false})", R"({"prefixItems":[false]})",
        R"({"contains":false})", R"({"patternProperties":{"a":false}})",
        R"({"propertyNames":false})", R"({"dependentRequired":{"a":["b"]}})",
        R"({"dependentSchemas":{"a":false}})", R"({"unevaluatedProperties":false})",
        R"({"unevaluatedItems":false})"}) {
    Bench bench(schema, Dialect::kOpenApi30);
    ASSERT_TRUE(bench.built()) << schema << "\n" << bench.errors();
    for (const std::string_view value : {R"({"a":2})", "[2]", "2"}) {
      EXPECT_EQ(bench.run(value), Verdict::kValid) << schema << " against " << value;
    }
  }
}

TEST(ProgramLimits, SaysOnceThatItIsAboutAName) {
  Bench bench(R"({"propertyNames":{"anyOf":[{"maxLength":1},{"pattern":"^x"}]}})");
  const auto failures = bench.explain(R"({"ab":1})");
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0].sentence,
            "has the name 'ab', which must match one of 2 alternatives: must have at most 1 "
            "character, but has 2; or must match the pattern ^x, but is 'ab'");
}

}  // namespace
}  // namespace barbacane::schema
