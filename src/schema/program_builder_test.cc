#include "schema/program_builder.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schema/detail/schema_cases.h"
#include "schema/detail/uri.h"

namespace barbacane::schema {
namespace {

using detail::Bench;
using ::testing::HasSubstr;
using Documents = std::vector<std::pair<std::string, std::string>>;

constexpr auto k2020 = Dialect::kDraft202012;
constexpr auto k30 = Dialect::kOpenApi30;
constexpr auto k07 = Dialect::kDraft07;

TEST(ProgramBuilder, NamesThePlaceOfWhatCannotBeCompiled) {
  struct Case {
    std::string_view schema;
    std::string_view place;
    std::string_view message;
    std::string_view hint;
    Dialect dialect = k2020;
  };
  const std::vector<Case> cases = {
      {R"({"minLength":-1})", "/minLength", "'minLength' must be a non-negative integer", ""},
      {R"({"minLength":1.5})", "/minLength", "'minLength' must be a non-negative integer", ""},
      {R"({"maxItems":"3"})", "/maxItems", "'maxItems' must be a non-negative integer", ""},
      {R"({"contains":true,"minContains":-1})", "/minContains", "non-negative integer", ""},
      {R"({"minimum":"1"})", "/minimum", "'minimum' must be a number", ""},
      {R"({"exclusiveMinimum":true,"minimum":1})", "/exclusiveMinimum",
       "'exclusiveMinimum' must be a number", "OpenAPI 3.0"},
      {R"({"multipleOf":0})", "/multipleOf", "must be a number above 0", ""},
      {R"({"multipleOf":-0.5})", "/multipleOf", "must be a number above 0", ""},
      {R"({"type":"strin"})", "/type", "unknown type 'strin'", "did you mean 'string'?"},
      {R"({"type":"file"})", "/type", "unknown type 'file'", ""},
      {R"({"type":["string",1]})", "/type", "must name a type", ""},
      {R"({"type":[]})", "/type", "at least one", ""},
      {R"({"type":{}})", "/type", "must name a type, not an object", ""},
      {R"({"enum":"a"})", "/enum", "'enum' must be a list of values, not a string", ""},
      {R"({"pattern":"("})", "/pattern", "'(' is not a regular expression: ", ""},
      {R"({"pattern":1})", "/pattern", "'pattern' must be a string", ""},
      {R"({"patternProperties":{"a/[":true}})", "/patternProperties/a~1[",
       "is not a regular expression", ""},
      {R"({"patternProperties":[]})", "/patternProperties", "must be an object", ""},
      {R"({"format":1})", "/format", "'format' must be a string", ""},
      {R"({"required":true})", "/required", "must be a list of property names",
       "of the object it belongs to"},
      {R"({"required":["a",1]})", "/required", "must be a list of strings, not of a number", ""},
      {R"({"properties":{"a":{"required":"b"}}})", "/properties/a/required", "list", ""},
      {R"({"properties":[]})", "/properties", "must be an object of schemas", ""},
      {R"({"properties":{"a b":3}})", "/properties/a b",
       "must be an object or a boolean, not a number", ""},
      {R"({"items":[{}]})", "/items", "must be a schema, not a list", "prefixItems"},
      {R"({"items":[{}]})", "/items", "must be a schema, not a list", "OpenAPI 3.0", k30},
      {R"({"prefixItems":{}})", "/prefixItems", "must be a list of schemas", ""},
      {R"({"allOf":{}})", "/allOf", "must be a list of schemas", ""},
      {R"({"anyOf":[]})", "/anyOf", "must have at least one schema", ""},
      {R"({"allOf":[{},{"not":1}]})", "/allOf/1/not", "must be an object or a boolean", ""},
      {R"({"uniqueItems":1})", "/uniqueItems", "must be true or false", ""},
      {R"({"dependentRequired":{"a":"b"}})", "/dependentRequired/a", "list of property names", ""},
      {R"({"dependentRequired":{"a":[1]}})", "/dependentRequired/a", "must be strings", ""},
      {R"({"$ref":"#/$defs/usr","$defs":{"user":{}}})", "/$ref",
       "the reference '#/$defs/usr' leads nowhere: there is no 'usr' at 'test.json#/$defs'",
       "did you mean 'user'?"},
      {R"({"$ref":"other.json"})", "/$ref", "no document has the URI 'other.json'", ""},
      {R"({"$ref":"#nowhere"})", "/$ref", "no schema has the anchor 'nowhere'", ""},
      {R"({"$ref":"#/$defs/a","$defs":{"a":1}})", "/$ref", "leads to a number", ""},
      {R"({"$ref":1})", "/$ref", "'$ref' must be a string", ""},
      {R"({"$dynamicRef":"#gone"})", "/$dynamicRef", "leads nowhere", ""},
      {R"({"$schema":"https://example.org/mine"})", "/$schema", "unknown dialect", "draft-07"},
      {R"({"type":"string","nullable":1})", "/nullable", "must be true or false", "", k30},
      {R"({"definitions":{"a":{"type":"x"}},"$ref":"#/definitions/a"})", "/definitions/a/type",
       "unknown type", "", k07},
      {"3", "", "a schema must be an object or a boolean, not a number", ""},
  };
  for (const Case& each : cases) {
    Bench bench(each.schema, each.dialect);
    ASSERT_EQ(bench.error_list().size(), 1u) << each.schema << "\n" << bench.errors();
    const SchemaError& error = bench.error_list().front();
    EXPECT_EQ(error.place, "test.json#" + std::string(each.place)) << each.schema;
    EXPECT_THAT(error.message, HasSubstr(std::string(each.message))) << each.schema;
    EXPECT_THAT(error.hint, HasSubstr(std::string(each.hint))) << each.schema;
  }
}

TEST(ProgramBuilder, CollectsEveryError) {
  Bench bench(R"({"type":"strin","minLength":"1","properties":{"a":{"pattern":"["},
                  "b":{"$ref":"#/gone"},"c":{"$ref":"#/gone"}}})");
  EXPECT_EQ(bench.error_list().size(), 5u) << bench.errors();
}

TEST(ProgramBuilder, LooksOnlyAtWhatIsReached) {
  Bench bench(R"({"$defs":{"broken":{"type":"strin"}},"type":"string"})");
  EXPECT_TRUE(bench.built()) << bench.errors();
}

TEST(ProgramBuilder, RefusesSchemasThatOnlyLeadToThemselves) {
  const std::vector<std::string_view> schemas = {
      R"({"$ref":"#"})",
      R"({"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}})",
      R"({"allOf":[{"$ref":"#"}]})",
      R"({"not":{"$ref":"#"}})",
      R"({"if":{"$ref":"#/$defs/a"},"$defs":{"a":{"anyOf":[{"type":"string"},{"$ref":"#"}]}}})",
      R"({"dependentSchemas":{"a":{"$ref":"#"}}})",
  };
  for (const std::string_view schema : schemas) {
    Bench bench(schema);
    ASSERT_FALSE(bench.built()) << schema;
    EXPECT_THAT(bench.error_list().front().message, HasSubstr("circular $ref detected: "))
        << schema;
    EXPECT_THAT(bench.error_list().front().place, HasSubstr("test.json#")) << schema;
  }
  EXPECT_TRUE(Bench(R"({"properties":{"a":{"$ref":"#"}}})").built());
  EXPECT_TRUE(Bench(R"({"propertyNames":{"$ref":"#"}})").built());
}

TEST(ProgramBuilder, ReportsWhatIsNotJsonAndWhatIsNotThere) {
  Bench bench("{");
  ASSERT_FALSE(bench.built());
  EXPECT_EQ(bench.error_list().front().place, "test.json#");
  EXPECT_THAT(bench.error_list().front().message, HasSubstr("not a JSON document"));

  const Bench wanted(Documents{{"a.json", "{}"}}, "a.json#/x");
  ASSERT_FALSE(wanted.built());
  EXPECT_EQ(wanted.error_list().front().place, "a.json#/x");
  EXPECT_FALSE(Bench(Documents{{"a.json", "{}"}}, "b.json").built());
}

TEST(ProgramBuilder, FindsReferencesAmongDocuments) {
  struct Case {
    Documents documents;
    std::string wanted;
  };
  const std::string text = R"({"type":"string"})";
  // Each wants a string in the end.
  const std::vector<Case> cases = {
      {{{"a.json", R"({"$ref":"b.json"})"}, {"b.json", text}}, "a.json"},
      {{{"x/a.json", R"({"$ref":"../y/b.json#/s"})"}, {"y/b.json", R"({"s":{"type":"string"}})"}},
       "x/a.json"},
      {{{"a",
         R"({"$defs":{"b":{"$id":"https://e.org/s/b","type":"string"}},"$ref":"https://e.org/s/b"})"}},
       "a"},
      {{{"a", R"({"$id":"https://e.org/a","$ref":"s/b","$defs":{"b":{"$id":"s/b","$ref":"c",
                  "$defs":{"c":{"$id":"c","type":"string"}}}}})"}},
       "a"},
      {{{"a", R"({"$ref":"#here","$defs":{"b":{"$anchor":"here","type":"string"}}})"}}, "a"},
      {{{"a", R"({"$ref":"b#here"})"},
        {"b", R"({"$defs":{"b":{"$anchor":"here","type":"string"}}})"}},
       "a"},
      {{{"a", R"({"$ref":"#/$defs/a~1b%25%20c","$defs":{"a/b% c":{"type":"string"}}})"}}, "a"},
      {{{"a", R"({"$ref":"#/$defs/a%25","$defs":{"a%":{"type":"string"}}})"}}, "a"},
      {{{"a", R"({"$ref":"#/list/1","list":[true,{"type":"string"}]})"}}, "a"},
      {{{"a", R"({"paths":{"/u%20{id}":{"s":{"type":"string"}}}})"}}, "a#/paths/~1u%20{id}/s"},
      {{{"urn:x:y", R"({"$ref":"#/$defs/b","$defs":{"b":{"type":"string"}}})"}}, "urn:x:y"},
      {{{"openapi.json", R"({"components":{"schemas":{"A":{"$ref":"https://e.org/b"},
                             "B":{"$id":"https://e.org/b","type":"string"}}}})"}},
       "openapi.json#/components/schemas/A"},
      // An `$id` where nobody looks for schemas is found when nothing else has the URI.
      {{{"odd.json",
         R"({"a":{"$ref":"https://e.org/b"},"somewhere":[{"$id":"https://e.org/b","type":"string"}]})"}},
       "odd.json#/a"},
  };
  for (const Case& each : cases) {
    Bench bench(each.documents, each.wanted);
    ASSERT_TRUE(bench.built()) << each.documents.front().second << "\n" << bench.errors();
    EXPECT_EQ(bench.run(R"("x")"), Verdict::kValid) << each.documents.front().second;
    EXPECT_EQ(bench.run("1"), Verdict::kInvalid) << each.documents.front().second;
  }
}

TEST(ProgramBuilder, FindsReferencesIntoLongLists) {
  constexpr int kLength = 100;
  for (const int index : {0, 1, 23, 24, 25, 99}) {
    std::string list;
    for (int i = 0; i < kLength; ++i) {
      list += (i == 0 ? "" : ",") + std::string(i == index ? R"({"type":"string"})" : "[{},[1]]");
    }
    const std::string reference = "#/list/" + std::to_string(index);
    Bench bench(R"({"$ref":")" + reference + R"(","list":[)" + list + "]}");
    ASSERT_TRUE(bench.built()) << index << '\n' << bench.errors();
    EXPECT_EQ(bench.run("1"), Verdict::kInvalid) << index;
    EXPECT_EQ(bench.run(R"("x")"), Verdict::kValid) << index;
    const Bench behind(R"({"$ref":"#/list/100","list":[)" + list + "]}");
    ASSERT_FALSE(behind.built());
    EXPECT_THAT(behind.error_list().front().message, HasSubstr("there is no '100' at"));
  }
}

TEST(ProgramBuilder, SharesOneTableAmongDocuments) {
  ProgramBuilder builder;
  builder.add("routes.json", R"({"schemas":{"Name":{"type":"string"},
      "User":{"$id":"https://e.org/user","properties":{"name":{"$ref":"#/schemas/Name"}}}}})");
  builder.add("op.json", R"({"schema":{"$ref":"#/schemas/User"}})");
  builder.set_shared_table("routes.json");
  const SchemaId id = builder.want("op.json#/schema");
  EXPECT_EQ(builder.want("op.json#/schema"), id);
  const auto program = builder.build();
  ASSERT_TRUE(program.has_value()) << program.error().front().message;
  Tape tape;
  Scratch scratch;
  EXPECT_EQ(program->run(id, *tape.read(R"({"name":"a"})"), scratch), Verdict::kValid);
  EXPECT_EQ(program->run(id, *tape.read(R"({"name":1})"), scratch), Verdict::kInvalid);
  const auto failures = program->explain(id, *tape.read(R"({"name":1})"), scratch);
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures.front().schema, "routes.json#/schemas/Name/type");
}

TEST(ProgramBuilder, ResolvesDynamicReferencesByWhoAsks) {
  const Documents documents = {
      {"https://e.org/list", R"({"$id":"https://e.org/list","type":"array",
          "items":{"$dynamicRef":"#item"},"$defs":{"any":{"$dynamicAnchor":"item"}}})"},
      {"https://e.org/strings", R"({"$id":"https://e.org/strings","$ref":"list",
          "$defs":{"s":{"$dynamicAnchor":"item","type":"string"}}})"},
      {"https://e.org/numbers", R"({"$id":"https://e.org/numbers","$ref":"list",
          "$defs":{"n":{"$dynamicAnchor":"item","type":"number"}}})"},
  };
  Bench strings(documents, "https://e.org/strings");
  ASSERT_TRUE(strings.built()) << strings.errors();
  EXPECT_EQ(strings.run(R"(["a"])"), Verdict::kValid);
  EXPECT_EQ(strings.run("[1]"), Verdict::kInvalid);
  Bench numbers(documents, "https://e.org/numbers");
  EXPECT_EQ(numbers.run("[1]"), Verdict::kValid);
  EXPECT_EQ(numbers.run(R"(["a"])"), Verdict::kInvalid);
  Bench any(documents, "https://e.org/list");
  EXPECT_EQ(any.run(R"(["a",1])"), Verdict::kValid);
}

TEST(ProgramBuilder, KnowsTheStandardMetaSchemas) {
  struct Case {
    std::string_view metaschema;
    std::string_view schema;
    bool valid;
  };
  const std::vector<Case> cases = {
      {"https://json-schema.org/draft/2020-12/schema", R"({"type":"string","minLength":1})", true},
      {"https://json-schema.org/draft/2020-12/schema", R"({"minLength":-1})", false},
      {"https://json-schema.org/draft/2020-12/schema", R"({"properties":{"a":{"type":"x"}}})",
       false},
      {"http://json-schema.org/draft-07/schema#", R"({"items":[{"type":"string"}]})", true},
      {"http://json-schema.org/draft-07/schema#", R"({"items":[{"type":1}]})", false},
  };
  for (const Case& each : cases) {
    Bench bench(R"({"$ref":")" + std::string(each.metaschema) + R"("})");
    ASSERT_TRUE(bench.built()) << bench.errors();
    EXPECT_EQ(bench.run(each.schema), each.valid ? Verdict::kValid : Verdict::kInvalid)
        << each.schema;
  }
}

TEST(ProgramBuilder, LetsSchemaSayWhichDialectHolds) {
  // A list of `items` is draft-07's; the document around it is 2020-12.
  Bench embedded(R"({"properties":{"a":{"$schema":"http://json-schema.org/draft-07/schema#",
                     "items":[{"type":"string"}]}}})");
  ASSERT_TRUE(embedded.built()) << embedded.errors();
  EXPECT_EQ(embedded.run(R"({"a":["x",1]})"), Verdict::kValid);
  EXPECT_EQ(embedded.run(R"({"a":[1]})"), Verdict::kInvalid);

  // A dialect without the validation vocabulary asserts no `minimum`.
  const Documents documents = {
      {"https://e.org/m", R"({"$id":"https://e.org/m",
          "$schema":"https://json-schema.org/draft/2020-12/schema",
          "$vocabulary":{"https://json-schema.org/draft/2020-12/vocab/core":true,
                         "https://json-schema.org/draft/2020-12/vocab/applicator":true}})"},
      {"a.json", R"({"$schema":"https://e.org/m","minimum":5,"properties":{"a":false}})"}};
  Bench without(documents, "a.json");
  ASSERT_TRUE(without.built()) << without.errors();
  EXPECT_EQ(without.run("1"), Verdict::kValid);
  EXPECT_EQ(without.run(R"({"a":1})"), Verdict::kInvalid);
}

TEST(ProgramBuilder, KnowsDialectsByTheirUris) {
  EXPECT_EQ(parse_dialect("https://json-schema.org/draft/2020-12/schema"), k2020);
  EXPECT_EQ(parse_dialect("https://spec.openapis.org/oas/3.1/dialect/base"), k2020);
  EXPECT_EQ(parse_dialect("https://spec.openapis.org/oas/3.1/dialect/2024-11-10"), k2020);
  EXPECT_EQ(parse_dialect("http://json-schema.org/draft-07/schema#"), k07);
  EXPECT_EQ(parse_dialect("http://json-schema.org/draft-07/schema"), k07);
  EXPECT_EQ(parse_dialect("https://spec.openapis.org/oas/3.0/schema/2021-09-28"), k30);
  EXPECT_EQ(parse_dialect("http://json-schema.org/draft-03/schema#"), std::nullopt);
}

TEST(ProgramBuilder, ResolvesUrisAsTheRfcSays) {
  struct Case {
    std::string_view base, reference, answer;
  };
  const std::vector<Case> cases = {
      {"http://a/b/c/d?q", "g", "http://a/b/c/g"},
      {"http://a/b/c/d?q", "./g", "http://a/b/c/g"},
      {"http://a/b/c/d?q", "../g", "http://a/b/g"},
      {"http://a/b/c/d?q", "../../../g", "http://a/g"},
      {"http://a/b/c/d?q", "/g", "http://a/g"},
      {"http://a/b/c/d?q", "//g", "http://g"},
      {"http://a/b/c/d?q", "?y", "http://a/b/c/d?y"},
      {"http://a/b/c/d?q", "g:h", "g:h"},
      {"http://a/b/c/d?q", "", "http://a/b/c/d?q"},
      {"http://a", "g", "http://a/g"},
      {"specs/a.json", "b.json", "specs/b.json"},
      {"specs/a.json", "../b.json", "b.json"},
      {"a.json", "b/c.json", "b/c.json"},
      {"urn:x:y", "urn:x:z", "urn:x:z"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(detail::resolve_uri(each.base, each.reference), each.answer)
        << each.base << " + " << each.reference;
  }
}

}  // namespace
}  // namespace barbacane::schema
