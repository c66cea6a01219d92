#include "plugins/plugin_test.h"
#include "testkit/upstream.h"

namespace barbacane::plugins {
namespace {

using testing::HasSubstr;
using testkit::answer;
using testkit::Upstream;

class FireAndForget : public PluginTest {
 protected:
  FireAndForget() : PluginTest("fire-and-forget") {}
};

TEST_P(FireAndForget, AnswersTheClientAndPassesTheRequestOn) {
  Upstream upstream;
  upstream.script("/sink", {answer(500)});
  auto exchange = load(R"({"url":")" + upstream.url("/sink?fixed=1") + "\"}")
                      .exchange({.method = "POST",
                                 .path = "/events",
                                 .query = "q=1",
                                 .headers = {{"content-type", "application/json"},
                                             {"authorization", "Bearer t"},
                                             {"x-a", "1"},
                                             {"x-a", "2"}},
                                 .body = R"({"a":1})"});
  EXPECT_EQ(exchange.dispatch(), Verdict::kRespond);
  EXPECT_EQ(exchange.response().status, 202);
  EXPECT_EQ(exchange.response().header("content-type"), "application/json");
  EXPECT_EQ(exchange.response().body, std::nullopt);
  const auto request = upstream.wait_for_requests(1).at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/sink?fixed=1");
  EXPECT_EQ(request.body, R"({"a":1})");
  EXPECT_EQ(request.header("content-type"), "application/json");
  EXPECT_EQ(request.header("authorization"), "Bearer t");
  EXPECT_EQ(request.header("x-a"), "1, 2");
}

TEST_P(FireAndForget, AnswersWhatItsConfigSays) {
  Upstream upstream;
  upstream.otherwise({answer(200)});
  auto exchange = load(R"({"url":")" + upstream.url("/") +
                       R"(","response":{"status":200,"headers":{"X-Ack":"1"},)"
                       R"("content_type":"text/plain","body":"{{request.path}}"}})")
                      .exchange();
  EXPECT_EQ(exchange.dispatch(), Verdict::kRespond);
  EXPECT_EQ(exchange.response().status, 200);
  EXPECT_EQ(exchange.response().header("x-ack"), "1");
  EXPECT_EQ(exchange.response().header("content-type"), "text/plain");
  EXPECT_EQ(exchange.response().body, "{{request.path}}");
  upstream.wait_for_requests(1);
}

TEST_P(FireAndForget, AnswersAlsoWhenNobodyIsThere) {
  std::string url;
  {
    const Upstream gone;
    url = gone.url("/");
  }
  auto exchange = load(R"({"url":")" + url + "\"}").exchange();
  EXPECT_EQ(exchange.dispatch(), Verdict::kRespond);
  EXPECT_EQ(exchange.response().status, 202);
}

TEST_P(FireAndForget, SaysWhatIsWrongWithItsConfig) {
  EXPECT_THAT(refusal("{}"), HasSubstr("'url' is missing"));
  EXPECT_THAT(refusal(R"({"url":"/x"})"), HasSubstr("'url' must be an absolute URL"));
  EXPECT_THAT(refusal(R"({"url":"http://a/","timeout_ms":0})"), HasSubstr("'timeout_ms'"));
  EXPECT_THAT(refusal(R"({"url":"http://a/","response":{"status":101}})"),
              HasSubstr("'response.status' must be"));
  EXPECT_THAT(refusal(R"({"url":"http://a/","response":{"headers":{"a b":"1"}}})"),
              HasSubstr("'response.headers'"));
}

BARBACANE_BOTH_INTERFACES(FireAndForget);

}  // namespace
}  // namespace barbacane::plugins
