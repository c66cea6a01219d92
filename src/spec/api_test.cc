#include "spec/api.h"

#include <fmt/format.h>

#include "spec/detail/testing.h"

namespace barbacane::spec {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kHead = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n";

/// A document read as an API, with everything that it needs to stay alive.
struct Reading {
  explicit Reading(const std::string& text) {
    auto document = project.add("specs/api.yaml", text);
    if (!document) {
      ADD_FAILURE() << document.error().message;
      return;
    }
    result = read_api(project, **document);
    for (const base::Diagnostic& diagnostic : result.diagnostics) {
      problems.push_back(diagnostic.code + " " + diagnostic.message);
      locations.push_back(diagnostic.location + " " + show(diagnostic.place.position));
    }
    if (!result.api) return;
    for (const Operation& operation : result.api->operations) {
      operations.push_back(operation.method + " " + operation.path);
    }
  }

  const Operation& operation(std::size_t index = 0) const {
    return result.api->operations.at(index);
  }

  Project project{"."};
  ReadResult result;
  std::vector<std::string> problems;
  std::vector<std::string> locations;
  std::vector<std::string> operations;
};

std::string with_head(std::string_view text) { return std::string(kHead) + std::string(text); }

/// An operation `GET /x` with this inside, indented by six.
std::string get(std::string_view text) {
  return with_head("paths:\n  /x:\n    get:\n      summary: s\n") + std::string(text);
}

std::string show_parameter(const Parameter& parameter) {
  return fmt::format("{} {}{}{}", parameter.location, parameter.name, parameter.required ? "!" : "",
                     parameter.schema ? " " + show(*parameter.schema.node) : "");
}

std::vector<std::string> show_all(const std::vector<Parameter>& parameters) {
  std::vector<std::string> out;
  for (const Parameter& parameter : parameters) out.push_back(show_parameter(parameter));
  return out;
}

TEST(ReadApi, TakesTheHead) {
  const Reading reading(with_head(""));
  EXPECT_THAT(reading.problems, IsEmpty());
  EXPECT_EQ(reading.result.api->kind, ApiKind::kOpenApi);
  EXPECT_EQ(reading.result.api->version, "3.1.0");
  EXPECT_EQ(reading.result.api->title, "T");
  EXPECT_EQ(reading.result.api->info_version, "1");
  EXPECT_THAT(reading.operations, IsEmpty());
}

TEST(ReadApi, ReadsJson) {
  const Reading reading(
      R"({"openapi": "3.0.3", "info": {"title": "T"}, "paths": {"/a": {"get": {}}}})");
  EXPECT_THAT(reading.problems, IsEmpty());
  EXPECT_THAT(reading.operations, ElementsAre("GET /a"));
  EXPECT_EQ(reading.result.api->info_version, "0.0.0");
}

TEST(ReadApi, RefusesWhatIsNoDescription) {
  const Reading reading("a: 1\n");
  EXPECT_FALSE(reading.result.api);
  EXPECT_THAT(reading.problems, ElementsAre("E1001 not a valid OpenAPI 3.x or AsyncAPI 3.x spec"));
  EXPECT_THAT(reading.locations, ElementsAre("api.yaml 1:1"));
}

TEST(ReadApi, ExplainsWhyItIsNone) {
  const auto hint = [](const std::string& text) {
    return Reading(text).result.diagnostics.at(0).hint;
  };
  EXPECT_EQ(hint("openapi: 3.1\n"), "the version is text: write openapi: \"3.1.0\"");
  EXPECT_EQ(hint("openapi: 3\n"), "the version is text: write openapi: \"3.0\"");
  EXPECT_EQ(hint("asyncapi: null\n"), "the version is text: write asyncapi: \"3.1.0\"");
  EXPECT_THAT(hint("swagger: '2.0'\n"), HasSubstr("Swagger 2.0"));
  EXPECT_THAT(hint("a: 1\n"), HasSubstr("openapi: \"3.1.0\""));
  EXPECT_THAT(Reading("a: 1\nopenapi: 3.1\n").locations, ElementsAre("api.yaml 2:10"));
}

TEST(ReadApi, RefusesOtherVersions) {
  EXPECT_THAT(Reading("openapi: 2.0.0\n").problems,
              ElementsAre("E1004 schema validation error: unsupported OpenAPI version: 2.0.0 (only "
                          "3.x supported)"));
  EXPECT_THAT(Reading("asyncapi: '2.6.0'\n").problems,
              ElementsAre("E1004 schema validation error: unsupported AsyncAPI version: 2.6.0 "
                          "(only 3.x supported)"));
}

TEST(ReadApi, RecognisesAsyncApi) {
  const Reading reading(
      "asyncapi: 3.0.0\ninfo: {title: Events, version: 2.0.0}\noperations: {a: 1}\n");
  EXPECT_EQ(reading.result.api->kind, ApiKind::kAsyncApi);
  EXPECT_EQ(reading.result.api->title, "Events");
  EXPECT_EQ(reading.result.api->info_version, "2.0.0");
  EXPECT_THAT(reading.operations, IsEmpty());
}

TEST(ReadApi, NeedsInfoAndTitle) {
  EXPECT_THAT(Reading("openapi: 3.1.0\n").problems,
              ElementsAre("E1004 schema validation error: missing 'info' object"));
  EXPECT_THAT(Reading("openapi: 3.1.0\ninfo: [a]\n").locations, ElementsAre("api.yaml 2:7"));
  EXPECT_THAT(Reading("openapi: 3.1.0\ninfo: {version: '1'}\n").problems,
              ElementsAre("E1004 schema validation error: missing 'info.title'"));
  EXPECT_THAT(Reading("openapi: 3.1.0\ninfo: {title: 7}\n").problems,
              ElementsAre("E1004 schema validation error: missing 'info.title'"));
}

TEST(ReadApi, TakesPathsThatAreNoObjectAsNone) {
  EXPECT_THAT(Reading(with_head("paths: [1]\n")).problems, IsEmpty());
  EXPECT_THAT(Reading(with_head("paths: null\n")).problems, IsEmpty());
  EXPECT_THAT(Reading(with_head("paths: {x-note: 1}\n")).problems, IsEmpty());
}

TEST(ReadApi, FindsEveryMethodInOrder) {
  const Reading reading(with_head(
      "paths:\n  /b: {get: {}, put: {}, post: {}, delete: {}, options: {}, head: {}, patch: {}, "
      "trace: {}, query: {}, GET: {}, connect: {}, summary: x, servers: [], x-y: 1}\n  /a: {get: "
      "{}}\n"));
  EXPECT_THAT(reading.problems, IsEmpty());
  EXPECT_THAT(reading.operations,
              ElementsAre("GET /a", "DELETE /b", "GET /b", "HEAD /b", "OPTIONS /b", "PATCH /b",
                          "POST /b", "PUT /b", "QUERY /b", "TRACE /b"));
}

TEST(ReadApi, FindsAdditionalOperations) {
  const Reading reading(with_head("paths: {/a: {additionalOperations: {copy: {}, LINK: 1}}}\n"));
  EXPECT_THAT(reading.operations, ElementsAre("COPY /a"));
  EXPECT_THAT(
      reading.problems,
      ElementsAre("E1004 schema validation error: additionalOperations.LINK on /a must be an "
                  "object"));
}

TEST(ReadApi, ReportsEverythingThatIsNoObject) {
  const Reading reading(with_head("paths:\n  /a: 1\n  /b:\n    get: []\n    put: x\n  /c:\n"));
  EXPECT_THAT(reading.problems,
              ElementsAre("E1004 schema validation error: path item for '/a' must be an object",
                          "E1004 schema validation error: operation GET /b must be an object",
                          "E1004 schema validation error: operation PUT /b must be an object",
                          "E1004 schema validation error: path item for '/c' must be an object"));
  EXPECT_THAT(reading.locations,
              ElementsAre("api.yaml 4:3", "api.yaml 6:5", "api.yaml 7:5", "api.yaml 8:3"));
}

TEST(ReadApi, DescribesOperations) {
  const Reading reading(
      get("      operationId: getX\n      description: d\n      deprecated: true\n      x-a: 1\n"));
  const Operation& operation = reading.operation();
  EXPECT_EQ(operation.location(), "GET /x in 'api.yaml'");
  EXPECT_EQ(operation.operation_id, "getX");
  EXPECT_EQ(operation.summary, "s");
  EXPECT_EQ(operation.description, "d");
  EXPECT_TRUE(operation.deprecated);
  EXPECT_NE(operation.node->find("x-a"), nullptr);
  EXPECT_EQ(show(operation.path_place.position), "4:3");
  EXPECT_EQ(show(operation.method_place.position), "5:5");
  EXPECT_EQ(operation.method_place.length, 3U);
  EXPECT_EQ(operation.path_place.file, "specs/api.yaml");
  EXPECT_FALSE(operation.request_body);
}

TEST(ReadApi, SkipsDescriptionsThatAreNoText) {
  const Reading reading(with_head("paths: {/x: {get: {operationId: 1, deprecated: 'true'}}}\n"));
  EXPECT_FALSE(reading.operation().operation_id);
  EXPECT_FALSE(reading.operation().deprecated);
}

TEST(ReadApi, ReadsParameters) {
  const Reading reading(get(R"(
      parameters:
        - {name: id, in: path, schema: {type: string}}
        - {name: q, in: query, required: true, style: form, explode: false, allowEmptyValue: true,
           schema: {c: 1}}
        - {name: f, in: query, content: {application/json: {schema: {a: 1}}}}
        - {name: all, in: querystring, content: {text/a: {schema: {b: 1}}}}
        - {name: c, in: cookie, required: 'yes', schema: {d: 1}}
        - {name: 1, in: query}
        - {name: nowhere}
        - text
        - null
)"));
  EXPECT_THAT(reading.problems, IsEmpty());
  const auto& parameters = reading.operation().parameters;
  EXPECT_THAT(show_all(parameters),
              ElementsAre("path id! {type:'string'}", "query q! {c:1}", "query f {a:1}",
                          "querystring all {b:1}", "cookie c {d:1}"));
  EXPECT_EQ(parameters[1].style, "form");
  EXPECT_EQ(parameters[1].explode, false);
  EXPECT_TRUE(parameters[1].allow_empty_value);
  EXPECT_FALSE(parameters[0].style);
  EXPECT_FALSE(parameters[0].explode);
  EXPECT_FALSE(parameters[0].content_type);
  EXPECT_EQ(parameters[2].content_type, "application/json");
}

TEST(ReadApi, LetsOperationsReplaceParametersOfThePath) {
  const Reading reading(with_head(R"(
paths:
  /x:
    parameters: [{name: a, in: query}, {name: b, in: query}, {name: a, in: header}]
    get: {parameters: [{name: c, in: query}, {name: a, in: query, required: true}]}
    put: {}
)"));
  EXPECT_THAT(show_all(reading.operation(0).parameters),
              ElementsAre("query b", "header a", "query c", "query a!"));
  EXPECT_THAT(show_all(reading.operation(1).parameters),
              ElementsAre("query a", "query b", "header a"));
}

TEST(ReadApi, ReadsRequestBodiesInKeyOrder) {
  const Reading reading(get(R"(
      requestBody:
        required: true
        content:
          text/plain: {schema: {type: string}, encoding: {a: {}}}
          application/json: {}
)"));
  const RequestBody& body = *reading.operation().request_body;
  EXPECT_TRUE(body.required);
  ASSERT_EQ(body.content.size(), 2U);
  EXPECT_EQ(body.content[0].name, "application/json");
  EXPECT_FALSE(body.content[0].schema);
  EXPECT_EQ(show(*body.content[1].schema.node), "{type:'string'}");
  EXPECT_EQ(show(*body.content[1].encoding.node), "{a:{}}");
}

TEST(ReadApi, TakesABodyWithoutContentAsNone) {
  EXPECT_FALSE(Reading(get("      requestBody: {required: true}\n")).operation().request_body);
  EXPECT_FALSE(Reading(get("      requestBody: {content: 1}\n")).operation().request_body);
  EXPECT_TRUE(Reading(get("      requestBody: {content: {}}\n")).operation().request_body);
}

TEST(ReadApi, ReadsResponsesInKeyOrder) {
  const Reading reading(get(R"(
      responses:
        default: {content: {text/plain: {}}}
        2XX: {content: {text/plain: {}}}
        200: {content: {application/json: {schema: {a: 1}}}}
        204: {description: none}
        205: {content: {}}
        206: text
        x-more: {content: {text/plain: {}}}
)"));
  std::vector<std::string> statuses;
  for (const Response& response : reading.operation().responses)
    statuses.push_back(response.status);
  EXPECT_THAT(statuses, ElementsAre("200", "204", "205", "2XX", "default"));
  EXPECT_EQ(show(*reading.operation().responses[0].content[0].schema.node), "{a:1}");
  EXPECT_THAT(reading.operation().responses[1].content, IsEmpty());
}

TEST(ReadApi, ResolvesReferencesWhereObjectsStand) {
  const Reading reading(with_head(R"(
paths:
  /x: {$ref: '#/components/pathItems/x'}
components:
  pathItems:
    x:
      parameters: [{$ref: '#/components/parameters/p'}]
      get:
        requestBody: {$ref: '#/components/requestBodies/b'}
        responses: {200: {$ref: '#/components/responses/r'}}
  parameters: {p: {name: p, in: query, schema: {$ref: '#/nowhere'}}}
  requestBodies: {b: {content: {a/b: {$ref: '#/components/mediaTypes/m'}}}}
  mediaTypes: {m: {schema: {m: 1}}}
  responses: {r: {content: {c/d: {}}}}
)"));
  EXPECT_THAT(reading.problems, IsEmpty());
  const Operation& operation = reading.operation();
  EXPECT_THAT(show_all(operation.parameters), ElementsAre("query p {$ref:'#/nowhere'}"));
  EXPECT_EQ(show(*operation.request_body->content.at(0).schema.node), "{m:1}");
  EXPECT_EQ(operation.responses.at(0).content.at(0).name, "c/d");
}

TEST(ReadApi, ReportsEveryReferenceThatLeadsNowhere) {
  const Reading reading(with_head(R"(
paths:
  /a:
    $ref: '#/no/item'
    get: {}
  /x:
    parameters: [{$ref: '#/no/path-parameter'}]
    get:
      parameters: [{$ref: '#/no/parameter'}, {name: q, in: query, schema: {}}]
      requestBody: {$ref: 'missing.yaml'}
      responses: {200: {$ref: 'https://example.com/r'}}
    put:
      requestBody: {$ref: '#/paths/~1x/put/requestBody'}
)"));
  EXPECT_THAT(
      reading.problems,
      ElementsAre("E1003 unresolved $ref: #/no/item", "E1003 unresolved $ref: #/no/path-parameter",
                  "E1003 unresolved $ref: #/no/parameter", "E1003 unresolved $ref: missing.yaml",
                  "E1003 unresolved $ref: https://example.com/r",
                  "E1004 schema validation error: circular $ref detected: "
                  "#/paths/~1x/put/requestBody"));
  EXPECT_THAT(reading.locations,
              ElementsAre("api.yaml 6:11", "api.yaml 9:25", "GET /x in 'api.yaml' 11:27",
                          "GET /x in 'api.yaml' 12:27", "GET /x in 'api.yaml' 13:31",
                          "PUT /x in 'api.yaml' 15:27"));
  EXPECT_THAT(reading.operations, ElementsAre("GET /a", "GET /x", "PUT /x"));
  EXPECT_THAT(show_all(reading.operation(1).parameters), ElementsAre("query q {}"));
}

TEST(ReadApi, TakesTheFirstParameterAndItsFirstMediaType) {
  const Reading reading(get(R"(
      parameters:
        - {name: f, in: query, content: {text/b: {}, application/json: {schema: {a: 1}}}}
        - {name: X-A, in: header, schema: {b: 1}}
        - {name: x-a, in: header, schema: {c: 1}}
)"));
  EXPECT_THAT(
      reading.problems,
      ElementsAre("E1004 parameter 'f' has 2 entries in 'content': only 'application/json' counts",
                  "E1004 schema validation error: parameter 'x-a' in header is declared "
                  "twice"));
  EXPECT_THAT(show_all(reading.operation().parameters),
              ElementsAre("query f {a:1}", "header X-A {b:1}"));
}

TEST(ReadApi, ReportsASharedFaultOnce) {
  const Reading reading(with_head(R"(
paths:
  /a: {get: {responses: {200: {$ref: '#/r'}}}, put: {responses: {200: {$ref: '#/r'}}}}
r: {$ref: '#/no'}
)"));
  EXPECT_THAT(reading.problems, ElementsAre("E1003 unresolved $ref: #/no"));
}

TEST(ReadApi, LetsFieldsBesideAPathReferenceApply) {
  const Reading reading(with_head(R"(
paths:
  /x:
    $ref: '#/item'
    parameters: [{name: a, in: query, required: true}]
    get: {summary: own}
item:
  parameters: [{name: a, in: query}, {name: b, in: query}]
  get: {summary: target}
  put: {}
)"));
  EXPECT_THAT(reading.operations, ElementsAre("GET /x", "PUT /x"));
  EXPECT_EQ(reading.operation(0).summary, "own");
  EXPECT_THAT(show_all(reading.operation(1).parameters), ElementsAre("query b", "query a!"));
}

TEST(ReadApi, ReadsPathItemsOfOtherFiles) {
  Project project(".");
  const auto document =
      project.add("api.yaml", with_head("paths: {/x: {$ref: 'paths/x.yaml'}, /y: {get: {}}}\n"));
  ASSERT_TRUE(project.add(
      "paths/x.yaml", "get: {parameters: [{$ref: '#/p'}]}\np: {name: p, in: query, schema: {}}\n"));
  const ReadResult result = read_api(project, **document);
  EXPECT_TRUE(result.diagnostics.empty());
  const Operation& operation = result.api->operations.at(0);
  EXPECT_EQ(operation.location(), "GET /x in 'api.yaml'");
  EXPECT_EQ(operation.path_place.file, "api.yaml");
  EXPECT_EQ(operation.method_place.file, "paths/x.yaml");
  EXPECT_THAT(show_all(operation.parameters), ElementsAre("query p {}"));
}

TEST(ReadApi, SharesAnchoredParts) {
  const Reading reading(with_head(R"(
paths:
  /a: {get: &op {parameters: [{name: p, in: query}]}, put: {<<: *op, summary: s}}
)"));
  EXPECT_THAT(show_all(reading.operation(1).parameters), ElementsAre("query p"));
  EXPECT_EQ(reading.operation(1).summary, "s");
}

TEST(ReadApi, BoundsWhatReferencesMultiply) {
  std::string text = with_head("item:\n  parameters:\n");
  for (int i = 0; i < 2000; ++i)
    text += fmt::format("    - {{name: p{}, in: query, schema: {{}}}}\n", i);
  for (const char* method : {"get", "put", "post", "delete"})
    text += fmt::format("  {}: {{}}\n", method);
  text += "paths:\n";
  for (int i = 0; i < 2000; ++i) text += fmt::format("  /p{}: {{$ref: '#/item'}}\n", i);
  const Reading reading(text);
  EXPECT_THAT(reading.problems, ElementsAre(HasSubstr("more than 1000000 parameters")));
}

TEST(ReadApi, BoundsTheTextThatReferencesMultiply) {
  std::string text =
      with_head("item:\n  get: {description: ") + std::string(1 << 20, 'x') + "}\npaths:\n";
  for (int i = 0; i < 2000; ++i) text += fmt::format("  /p{}: {{$ref: '#/item'}}\n", i);
  EXPECT_EQ(Reading(text).problems.size(), 1U);
}

}  // namespace
}  // namespace barbacane::spec
