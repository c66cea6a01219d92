#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/detail/test_gateway_state.h"
#include "gateway/dispatchers/mock_answers.h"
#include "gateway/dispatchers/mock_config.h"

namespace barbacane::gateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kAnswers = R"({
  "200":[{"body":"{\"name\":\"Ada\"}","content_type":"application/json","name":"ada"},
         {"body":"{\"name\":\"Bob\"}","content_type":"application/json","name":"bob \"b\""},
         {"body":"name=Ada","content_type":"text/plain","name":"ada"},
         {"body":"<b>","content_type":"text/html","name":"html"}],
  "204":[{"body":"","content_type":null}],
  "404":[{"body":"{\"error\":404}","content_type":"application/problem+json"}],
  "5XX":[{"body":"{\"error\":5}","content_type":"application/problem+json"}]})";

/// One operation of that method, answered from its spec.
class FromSpec {
 public:
  explicit FromSpec(std::string_view answers = kAnswers,
                    std::string config = R"({"from_spec":true})")
      : worker_(contents(answers, std::move(config))) {}

  FakeExchange& ask(FakeExchange::Fields fields = {}) { return worker_.ask("GET", "/a", fields); }

 private:
  static artifact::Contents contents(std::string_view answers, std::string config) {
    artifact::Contents result;
    result.routes.operations.push_back(mock("GET", "/a", std::move(config)));
    result.routes.operations.back().mock.text = answers;
    return result;
  }

  TestWorker worker_;
};

TEST(MockFromSpec, AnswersWithTheFirstExampleOfTheLowestSuccess) {
  FromSpec mock;
  const auto& answer = mock.ask();
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.sent(), R"({"name":"Ada"})");
  EXPECT_THAT(answer.fields("content-type"), ElementsAre("application/json"));
  EXPECT_THAT(answer.fields("preference-applied"), IsEmpty());
}

TEST(MockFromSpec, ChoosesAStatusByItself) {
  const std::string list = R"([{"body":"{}","content_type":"application/json"}])";
  for (const auto& [statuses, expected] :
       std::initializer_list<std::pair<std::vector<std::string>, int>>{{{"201", "404"}, 201},
                                                                       {{"400", "301"}, 301},
                                                                       {{"2XX"}, 200},
                                                                       {{"4XX", "default"}, 200},
                                                                       {{"default"}, 200},
                                                                       {{"202", "default"}, 202},
                                                                       {{"3XX", "404"}, 300},
                                                                       {{"100", "201"}, 201},
                                                                       {{"nonsense"}, 200},
                                                                       {{}, 200}}) {
    std::string answers = "{";
    for (const std::string& status : statuses) {
      answers += (answers.size() > 1 ? ",\"" : "\"") + status + "\":" + list;
    }
    FromSpec mock(answers + "}");
    EXPECT_EQ(mock.ask().status(), expected) << answers;
  }
}

TEST(MockFromSpec, HonoursPreferences) {
  struct Case {
    const char* prefer;
    int status;
    const char* body;
    const char* applied;
  };
  FromSpec mock;
  for (const Case& each : {
           Case{"code=404", 404, R"({"error":404})", "code=404"},
           Case{"CODE = \"404\"; x=1", 404, R"({"error":404})", "code=404"},
           Case{"respond-async, code=404", 404, R"({"error":404})", "code=404"},
           Case{"wait=\"a,b\\\"\", code=404, code=200", 404, R"({"error":404})", "code=404"},
           Case{"code=503", 503, R"({"error":5})", "code=503"},
           Case{"code=204", 204, "", "code=204"},
           Case{"code=418", 200, R"({"name":"Ada"})", ""},
           Case{"code=4O4", 200, R"({"name":"Ada"})", ""},
           Case{"code=", 200, R"({"name":"Ada"})", ""},
           Case{"code", 200, R"({"name":"Ada"})", ""},
           Case{"example=ada", 200, R"({"name":"Ada"})", "example=ada"},
           Case{"example=\"bob \\\"b\\\"\"", 200, R"({"name":"Bob"})", R"(example="bob \"b\"")"},
           Case{"example=carl", 200, R"({"name":"Ada"})", ""},
           Case{"example=html", 200, "<b>", "example=html"},
           Case{"code=200, example=\"ada\"", 200, R"({"name":"Ada"})", "code=200, example=ada"},
           Case{"code=404, example=ada", 404, R"({"error":404})", "code=404"},
           Case{"\"", 200, R"({"name":"Ada"})", ""},
           Case{",;=,\\", 200, R"({"name":"Ada"})", ""},
       }) {
    const auto& answer = mock.ask({{"Prefer", each.prefer}});
    EXPECT_EQ(answer.status(), each.status) << each.prefer;
    EXPECT_EQ(answer.sent(), each.body) << each.prefer;
    EXPECT_EQ(answer.field("preference-applied"), each.applied) << each.prefer;
  }
}

TEST(MockFromSpec, ReadsSeveralLinesOfPreferences) {
  FromSpec mock;
  const auto& answer = mock.ask({{"prefer", "example=\"bob \\\"b\\\"\""}, {"Prefer", "code=200"}});
  EXPECT_EQ(answer.sent(), R"({"name":"Bob"})");
}

TEST(MockFromSpec, NegotiatesTheMediaType) {
  struct Case {
    const char* accept;
    const char* type;
  };
  FromSpec mock;
  for (const Case& each : {
           Case{"*/*", "application/json"},
           Case{"text/plain", "text/plain"},
           Case{"text/html, application/json;q=0.5", "text/html"},
           Case{"text/*;q=0.4, application/json;q=0.5", "application/json"},
           Case{"image/png", "application/json"},
       }) {
    EXPECT_EQ(mock.ask({{"accept", each.accept}}).field("content-type"), each.type) << each.accept;
  }
  const auto& named = mock.ask({{"accept", "text/plain"}, {"prefer", "example=ada"}});
  EXPECT_EQ(named.sent(), "name=Ada");
}

TEST(MockFromSpec, SendsNoContentWhereTheSpecHasNone) {
  FromSpec mock(R"({"204":[{"body":"","content_type":null}]})");
  const auto& answer = mock.ask();
  EXPECT_EQ(answer.status(), 204);
  EXPECT_THAT(answer.fields("content-type"), IsEmpty());
  EXPECT_EQ(answer.sent(), "");
}

TEST(MockFromSpec, AnswersEmptyWithoutPreparedAnswers) {
  FromSpec mock("");
  EXPECT_EQ(mock.ask({{"prefer", "code=404"}}).status(), 200);
  EXPECT_EQ(mock.ask().sent(), "");
}

TEST(MockFromSpec, AddsTheConfiguredHeaders) {
  FromSpec mock(kAnswers, R"({"from_spec":true,"headers":{"X-A":"1","Content-Type":"a/b"}})");
  const auto& answer = mock.ask();
  EXPECT_EQ(answer.field("x-a"), "1");
  EXPECT_THAT(answer.fields("content-type"), ElementsAre("application/json"));
}

TEST(MockFromSpec, DoesNotTakeExamplesForTemplates) {
  FromSpec mock(R"({"200":[{"body":"{{request.method}}","content_type":"text/plain"}]})");
  EXPECT_EQ(mock.ask().sent(), "{{request.method}}");
}

TEST(MockFromSpec, TakesNoAnswerBesideItself) {
  const auto error = [](std::string_view json) {
    const auto parsed = parse_mock_config(json);
    return parsed ? std::string() : parsed.error().message;
  };
  EXPECT_THAT(error(R"({"from_spec":true,"body":""})"), HasSubstr("'body' cannot stand beside"));
  EXPECT_THAT(error(R"({"status":200,"from_spec":true})"), HasSubstr("'status' cannot"));
  EXPECT_THAT(error(R"({"from_spec":true,"content_type":"a/b"})"), HasSubstr("'content_type'"));
  EXPECT_THAT(error(R"({"from_spec":1})"), HasSubstr("'from_spec' must be true or false"));
  EXPECT_EQ(error(R"({"from_spec":false,"body":"a"})"), "");
  EXPECT_EQ(error(R"({"from_spec":true,"delay_ms":5,"headers":{}})"), "");
}

TEST(MockAnswers, RefusesWhatTheCompilerDoesNotWrite) {
  const auto texts = std::make_shared<MockTexts>();
  for (const char* json : {"[]", "7", "{", R"({"200":{}})", R"({"200":[{"body":7}]})"}) {
    EXPECT_FALSE(MockAnswers::parse(json, texts)) << json;
  }
  EXPECT_EQ(*MockAnswers::parse("", texts), nullptr);
}

TEST(MockAnswers, KeepsAsMuchTextAsThereAreTexts) {
  const auto texts = std::make_shared<MockTexts>();
  const auto one = *MockAnswers::parse(kAnswers, texts);
  const auto two = *MockAnswers::parse(kAnswers, texts);
  EXPECT_EQ(one->choose({}, {}).answer->body.data(), two->choose({}, {}).answer->body.data());
}

}  // namespace
}  // namespace barbacane::gateway
