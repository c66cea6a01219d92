#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/detail/test_spec.h"

namespace barbacane::compiler {
namespace {

using test::compile_one;
using test::contents;
using test::findings;
using test::only_operation;
using test::spec;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kFromSpec =
    "default_dispatch: {name: mock, config: {from_spec: true}}\nplugins: {}\n";

/// `GET /a` with these responses, answered from the spec by the manifest's default.
CompileOutcome with_responses(std::string_view responses, std::string_view components = {}) {
  std::string text = "paths:\n  /a:\n    get:\n      responses:\n";
  for (std::size_t begin = 0; begin < responses.size();) {
    const std::size_t end = std::min(responses.find('\n', begin), responses.size());
    text += "        " + std::string(responses.substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return compile_one(spec(text + std::string(components)), kFromSpec);
}

std::string mock_of(const CompileOutcome& outcome) { return only_operation(outcome).mock.text; }

/// Archives hold JSON pretty; what matters here is what it says.
std::string compact(std::string_view json) {
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '"' && (i == 0 || json[i - 1] != '\\')) quoted = !quoted;
    if (quoted || (json[i] != ' ' && json[i] != '\n')) out.push_back(json[i]);
  }
  return out;
}

TEST(MockAnswers, TakesTheExamplesOfTheSpec) {
  const auto outcome = with_responses(R"(
"200":
  content:
    application/json:
      example: {b: 1.50, a: [true, null, "ä\n"]}
    text/plain: {example: plain}
"404":
  content:
    application/problem+json:
      examples:
        second: {value: {status: 404}}
        first: {$ref: '#/components/examples/gone'}
        outside: {externalValue: 'https://example.com/x'}
)",
                                      "components: {examples: {gone: {value: gone}}}\n");
  EXPECT_THAT(findings(outcome), IsEmpty());
  EXPECT_EQ(compact(mock_of(outcome)),
            R"({"200":[{"body":"{\"a\":[true,null,\"ä\\n\"],\"b\":1.50}",)"
            R"("content_type":"application/json"},)"
            R"({"body":"plain","content_type":"text/plain"}],)"
            R"("404":[{"body":"\"gone\"","content_type":"application/problem+json",)"
            R"("name":"first"},{"body":"{\"status\":404}",)"
            R"("content_type":"application/problem+json","name":"second"}]})");
}

TEST(MockAnswers, MakesUpWhatNobodyWrote) {
  const auto outcome = with_responses(R"(
"200": {content: {application/json: {schema: {$ref: '#/components/schemas/user'}}}}
"201": {content: {text/plain: {schema: {type: string, enum: [made]}}}}
"202": {content: {application/json: {}}}
"204": {description: nothing}
4XX: {content: {'*/*': {schema: {type: integer}}}}
default: {content: {text/csv: {schema: {type: integer, minimum: 7}}}}
)",
                                      "components: {schemas: {user: {type: object, properties: "
                                      "{id: {type: integer}, mail: {type: string, format: email}, "
                                      "friend: {$ref: '#/components/schemas/user'}}}}}\n");
  EXPECT_THAT(findings(outcome), IsEmpty());
  EXPECT_EQ(compact(mock_of(outcome)),
            R"({"200":[{"body":"{\"id\":1,\"mail\":\"ada@example.com\"}",)"
            R"("content_type":"application/json"}],)"
            R"("201":[{"body":"made","content_type":"text/plain"}],)"
            R"("202":[{"body":"{}","content_type":"application/json"}],)"
            R"("204":[{"body":"","content_type":null}],)"
            R"("4XX":[{"body":"1","content_type":"application/json"}],)"
            R"("default":[{"body":"7","content_type":"text/csv"}]})");
}

TEST(MockAnswers, WritesJsonInVendorTypesThatDoNotSayWhatTheyAre) {
  const auto outcome = with_responses(R"(
"200": {content: {application/vnd.a: {example: {b: 1}}, application/vnd.b: {example: text}}}
"201": {content: {application/vnd.c: {schema: {type: array, items: {type: integer}}}}}
)");
  EXPECT_THAT(findings(outcome), IsEmpty());
  EXPECT_EQ(compact(mock_of(outcome)),
            R"({"200":[{"body":"{\"b\":1}","content_type":"application/vnd.a"},)"
            R"({"body":"text","content_type":"application/vnd.b"}],)"
            R"("201":[{"body":"[1]","content_type":"application/vnd.c"}]})");
}

TEST(MockAnswers, WarnsWhereNoExampleCanBeMade) {
  const auto outcome = with_responses(R"(
"200": {content: {application/json: {schema: {type: integer, minimum: 5, maximum: 4}}}}
"202": {content: {image/png: {}}}
)");
  EXPECT_THAT(findings(outcome),
              ElementsAre(": no example can be generated for response 200 (application/json)",
                          ": no example can be generated for response 202 (image/png)"));
  EXPECT_EQ(outcome.diagnostics.front().severity, base::Severity::kWarning);
  EXPECT_TRUE(outcome.diagnostics.front().place.position.known());
  EXPECT_EQ(compact(mock_of(outcome)), R"({"200":[{"body":"","content_type":"application/json"}],)"
                                       R"("202":[{"body":"","content_type":"image/png"}]})");
}

TEST(MockAnswers, TellNobodyWhatIsWriteOnly) {
  const auto outcome = with_responses(R"(
"200":
  content:
    application/json:
      schema: {required: [id, pin], properties: {id: {type: integer}, pin: {writeOnly: true}}}
"201":
  content:
    application/json:
      schema: {required: [id, pin], properties: {id: {type: integer}, pin: {writeOnly: true}}}
      example: {id: 7}
)");
  EXPECT_THAT(findings(outcome), IsEmpty());
  EXPECT_EQ(compact(mock_of(outcome)),
            R"({"200":[{"body":"{\"id\":1}","content_type":"application/json"}],)"
            R"("201":[{"body":"{\"id\":7}","content_type":"application/json"}]})");
}

TEST(MockAnswers, WarnsOnceAboutAnExampleThatBreaksItsSchema) {
  const auto outcome = compile_one(spec(R"(paths:
  /a: {get: {responses: {'200': {$ref: '#/components/responses/r'}}}}
  /b: {get: {responses: {'200': {$ref: '#/components/responses/r'}}}}
components:
  responses:
    r:
      content:
        application/json:
          schema: {type: object, properties: {id: {type: integer}}}
          examples: {wrong: {value: {id: seven}}}
)"),
                                   kFromSpec);
  ASSERT_THAT(findings(outcome),
              ElementsAre(HasSubstr("the example 'wrong' of response 200 (application/json) "
                                    "breaks its schema: /id ")));
  for (const artifact::Operation& operation : contents(outcome).routes.operations) {
    EXPECT_THAT(operation.mock.text, HasSubstr("seven")) << "it is served all the same";
  }
}

TEST(MockAnswers, ReadsJsonThatWasWrittenAsText) {
  const auto outcome = with_responses(R"(
"200": {content: {application/json: {schema: {type: object}, example: '{"id": 7}'}}}
)");
  EXPECT_THAT(findings(outcome), IsEmpty());
  EXPECT_EQ(compact(mock_of(outcome)),
            R"({"200":[{"body":"{\"id\": 7}","content_type":"application/json"}]})");
}

TEST(MockAnswers, WarnsAboutExamplesThatLeadNowhere) {
  const auto outcome = with_responses(R"(
"200": {content: {application/json: {examples: {gone: {$ref: '#/components/examples/x'}}}}}
)");
  EXPECT_THAT(findings(outcome),
              ElementsAre(HasSubstr("unresolved $ref: #/components/examples/x")));
  EXPECT_TRUE(outcome.ok());
}

TEST(MockAnswers, AreMadeForOperationsThatAskOnly) {
  const std::string_view paths = R"(paths:
  /default: {get: {responses: {'200': {content: {a/b: {example: x}}}}}}
  /other: {get: {responses: {'200': {content: {a/b: {example: x}}}},
    x-barbacane-dispatch: {name: mock, config: {body: x}}}}
  /own: {get: {responses: {'200': {content: {a/b: {example: x}}}},
    x-barbacane-dispatch: {name: mock, config: {from_spec: true}}}}
)";
  const auto all = contents(compile_one(spec(paths), kFromSpec));
  ASSERT_EQ(all.routes.operations.size(), 3U);
  EXPECT_FALSE(all.routes.operations[0].mock.is_null());
  EXPECT_TRUE(all.routes.operations[1].mock.is_null());
  EXPECT_FALSE(all.routes.operations[2].mock.is_null());
}

}  // namespace
}  // namespace barbacane::compiler
