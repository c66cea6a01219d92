#include "plugins/plugin_test.h"

namespace barbacane::plugins {
namespace {

using testing::HasSubstr;

class Mock : public PluginTest {
 protected:
  Mock() : PluginTest("mock") {}

  std::string body(const std::string& config, PluginRequest request = {}) {
    auto exchange = load(config).exchange(std::move(request));
    EXPECT_EQ(exchange.dispatch(), Verdict::kRespond);
    return exchange.response().body.value_or("no body");
  }
};

TEST_P(Mock, AnswersAnEmptyDocumentByDefault) {
  auto exchange = load("{}").exchange();
  EXPECT_EQ(exchange.dispatch(), Verdict::kRespond);
  EXPECT_EQ(exchange.response().status, 200);
  EXPECT_EQ(exchange.response().body, std::nullopt);
  EXPECT_EQ(exchange.response().header("content-type"), "application/json");
}

TEST_P(Mock, AnswersWhatItsConfigSays) {
  auto exchange = load(R"({"status":201,"body":"hi","content_type":"text/plain",)"
                       R"("headers":{"Content-TYPE":"a/b","X-A":"1"}})")
                      .exchange();
  EXPECT_EQ(exchange.dispatch(), Verdict::kRespond);
  EXPECT_EQ(exchange.response().status, 201);
  EXPECT_EQ(exchange.response().body, "hi");
  EXPECT_EQ(exchange.response().header("content-type"), "text/plain");
  EXPECT_EQ(exchange.response().header("x-a"), "1");
  EXPECT_EQ(exchange.response().headers.size(), 2u);
}

TEST_P(Mock, FillsInTheRequest) {
  EXPECT_EQ(
      body(R"({"content_type":"text/plain","body":"{{ request.method }} {{request.path}} )"
           R"({{request.query}} {{request.client_ip}} {{headers.X-Who}} {{path_params.id}}"})",
           {.method = "PUT",
            .path = "/t/a%20b",
            .query = "q=1",
            .headers = {{"x-who", "me"}},
            .client_ip = "9.9.9.9",
            .path_params = {{"id", "a b"}}}),
      "PUT /t/a%20b q=1 9.9.9.9 me a b");
}

TEST_P(Mock, FillsInTheContext) {
  auto exchange = load(R"({"body":"{{context.a}} {{context.b}}"})").exchange();
  exchange.set_context("a", "x\"y");
  exchange.dispatch();
  EXPECT_EQ(exchange.response().body, "x\\\"y {{context.b}}");
}

TEST_P(Mock, LeavesUnknownAbsentAndUnclosedKeysAlone) {
  const std::string text =
      "{{nothing}} {{request.query}} {{headers.x-a}} {{path_params.o}} {{context.a}} {{ "
      "request.path";
  EXPECT_EQ(body(R"({"content_type":"text/plain","body":")" + text + "\"}"), text);
}

TEST_P(Mock, KeepsClientsFromBreakingOut) {
  const PluginRequest request{.headers = {{"x-a", "\"}<i a='{{request.path}}'>&"}}};
  EXPECT_EQ(body(R"({"body":"\"{{headers.x-a}}\""})", request),
            R"("\"}<i a='{{request.path}}'>&")");
  EXPECT_EQ(
      body(R"({"content_type":"Text/HTML; charset=utf-8","body":"{{headers.x-a}}"})", request),
      "&quot;}&lt;i a=&#39;{{request.path}}&#39;&gt;&amp;");
  EXPECT_EQ(body(R"({"content_type":"application/x+json;a=b","body":"{{headers.x-a}}"})", request),
            R"(\"}<i a='{{request.path}}'>&)");
  EXPECT_EQ(body(R"({"content_type":"text/plain","body":"{{headers.x-a}}"})", request),
            "\"}<i a='{{request.path}}'>&");
}

TEST_P(Mock, JoinsRepeatedHeaders) {
  EXPECT_EQ(body(R"({"body":"{{headers.X-A}}"})", {.headers = {{"x-a", "1"}, {"X-A", "2"}}}),
            "1, 2");
}

TEST_P(Mock, SaysWhatIsWrongWithItsConfig) {
  EXPECT_THAT(refusal(R"({"status":101})"), HasSubstr("'status' must be an integer from 200"));
  EXPECT_THAT(refusal(R"({"body":{}})"), HasSubstr("'body' must be a string"));
  EXPECT_THAT(refusal(R"({"headers":{"a":1}})"), HasSubstr("'headers.a' must be a string"));
  EXPECT_THAT(refusal(R"({"headers":{"a b":""}})"), HasSubstr("'headers' has a member 'a b'"));
  EXPECT_THAT(refusal(R"({"from_spec":true})"), HasSubstr("'from_spec'"));
  EXPECT_THAT(refusal(R"({"delay_ms":5})"), HasSubstr("'delay_ms'"));
}

BARBACANE_BOTH_INTERFACES(Mock);

}  // namespace
}  // namespace barbacane::plugins
