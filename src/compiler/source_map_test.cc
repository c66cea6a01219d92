#include "artifact/source_map.h"

#include <gmock/gmock.h>

#include "compiler/detail/test_spec.h"

namespace barbacane::compiler {
namespace {

using test::compile_one;
using test::contents;
using test::findings;
using ::testing::ElementsAre;

/// Line by line, because the lines are what the tests are about.
constexpr const char* kSpec =
    "openapi: '3.1.0'\n"                                                           // 1
    "info: {title: Test, version: '1'}\n"                                          // 2
    "paths:\n"                                                                     // 3
    "  /a/{id}:\n"                                                                 // 4
    "    post:\n"                                                                  // 5
    "      x-barbacane-dispatch: {name: mock}\n"                                   // 6
    "      parameters:\n"                                                          // 7
    "        - name: id\n"                                                         // 8
    "          in: path\n"                                                         // 9
    "          schema:\n"                                                          // 10
    "            type: string\n"                                                   // 11
    "            minLength: 2\n"                                                   // 12
    "        - {name: q, in: query, schema: {$ref: '#/components/schemas/Id'}}\n"  // 13
    "      requestBody:\n"                                                         // 14
    "        content:\n"                                                           // 15
    "          application/json:\n"                                                // 16
    "            schema: {$ref: '#/components/schemas/Pet'}\n"                     // 17
    "      responses:\n"                                                           // 18
    "        '200': {description: x, content: {a/b: {schema: {$ref: "
    "'#/components/schemas/Out'}}}}\n"
    "components:\n"                                          // 20
    "  schemas:\n"                                           // 21
    "    Id: {type: integer}\n"                              // 22
    "    Pet:\n"                                             // 23
    "      properties:\n"                                    // 24
    "        a/b: {$ref: '#/components/schemas/Name'}\n"     // 25
    "        parents:\n"                                     // 26
    "          items: {$ref: '#/components/schemas/Pet'}\n"  // 27
    "      required: [a/b,\n"                                // 28
    "        parents]\n"                                     // 29
    "      oneOf:\n"                                         // 30
    "        - maxProperties: 1\n"                           // 31
    "        - minProperties: 2\n"                           // 32
    "    Name:\n"                                            // 33
    "      pattern: '^a'\n"                                  // 34
    "    Out: {type: object}\n";                             // 35

std::string place(const artifact::SourceMap& map, std::string_view pointer) {
  const auto source = map.find(pointer);
  if (!source) return "nothing";
  return source->file + ":" + std::to_string(source->line) + ":" + std::to_string(source->column);
}

TEST(SourceMapWriter, KnowsTheLinesOfWhatRequestsAreJudgedBy) {
  const artifact::Contents compiled = contents(compile_one(kSpec));
  const auto map = artifact::SourceMap::read(compiled.source_map);
  ASSERT_TRUE(map) << map.error().message;
  const std::string body = "/operations/0/request_body/content/application~1json/schema";
  const std::string id = "/operations/0/parameters/0/schema";
  EXPECT_EQ(place(*map, id), "specs/api.yaml:11:13");
  EXPECT_EQ(place(*map, id + "/minLength"), "specs/api.yaml:12:13");
  EXPECT_EQ(place(*map, "/operations/0/parameters/1/schema/type"), "specs/api.yaml:22:10");
  EXPECT_EQ(place(*map, body), "specs/api.yaml:17:21");
  // Pet is recursive and so in the table; Name is used once and stands where it is used.
  EXPECT_EQ(place(*map, "/schemas/Pet/properties/a~1b/pattern"), "specs/api.yaml:34:7");
  EXPECT_EQ(place(*map, "/schemas/Pet/properties/parents/items"), "specs/api.yaml:27:11");
  EXPECT_EQ(place(*map, "/schemas/Pet/oneOf/1"), "specs/api.yaml:32:11");
  EXPECT_EQ(place(*map, "/schemas/Pet/oneOf/1/minProperties"), "specs/api.yaml:32:11");
  EXPECT_EQ(place(*map, "/schemas/Pet/required"), "specs/api.yaml:28:7");
  // What requests break without breaking a schema.
  EXPECT_EQ(place(*map, "/operations/0"), "specs/api.yaml:5:5");
  EXPECT_EQ(place(*map, "/operations/0/parameters/0"), "specs/api.yaml:8:11");
  EXPECT_EQ(place(*map, "/operations/0/parameters/1"), "specs/api.yaml:13:11");
  EXPECT_EQ(place(*map, "/operations/0/request_body"), "specs/api.yaml:15:9");
  EXPECT_EQ(place(*map, "/operations/0/request_body/content"), "specs/api.yaml:15:9");
  EXPECT_EQ(place(*map, "/operations/0/request_body/content/application~1json"),
            "specs/api.yaml:16:11");
  // Answers are not judged.
  EXPECT_EQ(place(*map, "/operations/0/responses/200/content/a~1b/schema/type"),
            "specs/api.yaml:5:5");
  EXPECT_EQ(place(*map, "/schemas/Out"), "nothing");
}

std::vector<std::string> faults(const std::string& text) {
  std::vector<std::string> all;
  for (const base::Diagnostic& each : compile_one(text).diagnostics) {
    all.push_back(each.code + " " + std::to_string(each.place.position.line) + ":" +
                  std::to_string(each.place.position.column));
  }
  return all;
}

/// `kSpec` with one thing replaced.
std::string with(std::string_view from, std::string_view to) {
  std::string text = kSpec;
  return text.replace(text.find(from), from.size(), to);
}

TEST(SchemaCheck, PointsAtTheKeywordThatCannotBeCompiled) {
  EXPECT_THAT(faults(kSpec), ElementsAre());
  EXPECT_THAT(faults(with("minLength: 2", "minLength: -2")), ElementsAre("E1004 12:24"));
  EXPECT_THAT(faults(with("'^a'", "'^a('")), ElementsAre("E1004 34:16"));
  EXPECT_THAT(faults(with("maxProperties: 1", "maxProperties: x")), ElementsAre("E1004 31:26"));
  EXPECT_THAT(faults(with("parents]", "7]")), ElementsAre("E1004 28:7"));
  EXPECT_THAT(faults(with("Id: {type: integer}", "Id: [integer]")), ElementsAre("E1004 22:9"));
  EXPECT_THAT(faults(with("Out: {type: object}", "Out: {type: objekt}")),
              ElementsAre("E1004 35:17"));
  EXPECT_THAT(faults(with("type: string\n", "type: strin\n")), ElementsAre("E1004 11:19"));
}

TEST(SchemaCheck, TellsWhatManyOperationsShareOnce) {
  std::string text =
      "openapi: '3.1.0'\ninfo: {title: Test, version: '1'}\ncomponents:\n"
      "  parameters: {limit: {name: limit, in: query, schema: {type: integer, minimum: '1'}}}\n"
      "paths:\n";
  for (const char* path : {"/a", "/b", "/c"}) {
    text += std::string("  ") + path +
            ":\n    get:\n      x-barbacane-dispatch: {name: mock}\n"
            "      parameters: [{$ref: '#/components/parameters/limit'}]\n";
  }
  EXPECT_THAT(faults(text), ElementsAre("E1004 4:81"));
}

TEST(SchemaCheck, RefusesAnEmptySchema) {
  EXPECT_THAT(faults(with("schema: {$ref: '#/components/schemas/Pet'}", "schema:")),
              ElementsAre("E1004 17:13"));
}

TEST(SchemaCheck, RefusesAStyleThatDoesNotFit) {
  EXPECT_THAT(faults(with("in: query,", "in: query, style: matrix,")), ElementsAre("E1004 13:39"));
}

/// Of a multipart form with headers on a part, one of them elsewhere.
constexpr const char* kParts =
    "openapi: '3.1.0'\n"                                                                  // 1
    "info: {title: Test, version: '1'}\n"                                                 // 2
    "paths:\n"                                                                            // 3
    "  /a:\n"                                                                             // 4
    "    post:\n"                                                                         // 5
    "      x-barbacane-dispatch: {name: mock}\n"                                          // 6
    "      requestBody:\n"                                                                // 7
    "        content:\n"                                                                  // 8
    "          multipart/form-data:\n"                                                    // 9
    "            schema: {properties: {file: {type: string}, meta: {type: object}}}\n"    // 10
    "            encoding:\n"                                                             // 11
    "              file:\n"                                                               // 12
    "                contentType: image/*\n"                                              // 13
    "                headers:\n"                                                          // 14
    "                  X-Sum: {$ref: '#/components/headers/Sum'}\n"                       // 15
    "                  X-Tree: {schema: {$ref: '#/components/schemas/Tree'}}\n"           // 16
    "                  X-Json: {content: {a/json: {schema: {type: object}}}}\n"           // 17
    "components:\n"                                                                       // 18
    "  headers:\n"                                                                        // 19
    "    Sum: {required: true, explode: true, description: x, schema: {minLength: 4}}\n"  // 20
    "  schemas: {Tree: {items: {$ref: '#/components/schemas/Tree'}}}\n";                  // 21

std::string with_parts(std::string_view from, std::string_view to) {
  std::string text = kParts;
  return text.replace(text.find(from), from.size(), to);
}

TEST(SourceMapWriter, KnowsTheLinesOfHeadersThatPartsAreJudgedBy) {
  const artifact::Contents compiled = contents(compile_one(kParts));
  const auto map = artifact::SourceMap::read(compiled.source_map);
  ASSERT_TRUE(map) << map.error().message;
  const std::string headers =
      "/operations/0/request_body/content/multipart~1form-data/encoding/file/headers";
  EXPECT_EQ(place(*map, headers + "/X-Sum/schema/minLength"), "specs/api.yaml:20:67");
  EXPECT_EQ(place(*map, headers + "/X-Json/content/a~1json/schema/type"), "specs/api.yaml:17:56");
  const auto& content = compiled.routes.operations[0].request_body->content;
  EXPECT_EQ(content.at("multipart/form-data").encoding.text,
            R"({"file":{"contentType":"image/*","headers":{)"
            R"("X-Json":{"content":{"a/json":{"schema":{"type":"object"}}}},)"
            R"("X-Sum":{"schema":{"minLength":4},"explode":true,"required":true},)"
            R"("X-Tree":{"schema":{"$ref":"#/schemas/Tree"}}}}})");
}

TEST(SchemaCheck, JudgesTheHeadersOfParts) {
  EXPECT_THAT(faults(kParts), ElementsAre());
  EXPECT_THAT(faults(with_parts("minLength: 4", "minLength: -4")), ElementsAre("E1004 20:78"));
  EXPECT_THAT(faults(with_parts("{type: object}}}}", "{type: objekt}}}}")),
              ElementsAre("E1004 17:62"));
  EXPECT_THAT(faults(with_parts("{minLength: 4}", "")), ElementsAre("E1004 20:58"));
  EXPECT_THAT(faults(with_parts("headers/Sum", "headers/None")), ElementsAre("E1003 15:33"));
  EXPECT_THAT(faults(with_parts("schemas/Tree'}}\n", "schemas/None'}}\n")),
              ElementsAre("E1003 16:43"));
  // They mean nothing to a body without parts.
  EXPECT_THAT(faults(with_parts("multipart/form-data", "application/x-www-form-urlencoded")),
              ElementsAre());
}

TEST(SchemaCheck, KnowsTheDialectsThereAre) {
  const std::string text = with("info:", "jsonSchemaDialect: 'https://example.com/x'\ninfo:");
  EXPECT_THAT(faults(text), ElementsAre("E1004 2:20"));
}

}  // namespace
}  // namespace barbacane::compiler
