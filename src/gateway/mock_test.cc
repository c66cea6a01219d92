#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/detail/test_gateway_state.h"
#include "gateway/dispatchers/mock_config.h"

namespace barbacane::gateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string config_error(std::string_view json) {
  const auto parsed = parse_mock_config(json);
  return parsed ? std::string() : parsed.error().message;
}

TEST(MockConfig, DefaultsToAnEmptyJsonAnswer) {
  for (const std::string_view json : {"", "null", "{}"}) {
    const auto config = parse_mock_config(json);
    ASSERT_TRUE(config) << json;
    EXPECT_EQ(config->status, 200);
    EXPECT_EQ(config->body, "");
    EXPECT_EQ(config->content_type, "application/json");
    EXPECT_EQ(config->delay.count(), 0);
  }
}

TEST(MockConfig, RefusesWrongTypesAndRanges) {
  EXPECT_THAT(config_error(R"({"status":101})"), HasSubstr("'status' must be an integer from 200"));
  EXPECT_THAT(config_error(R"({"status":600})"), HasSubstr("'status'"));
  EXPECT_THAT(config_error(R"({"status":"200"})"), HasSubstr("'status'"));
  EXPECT_THAT(config_error(R"({"body":{"a":1}})"), HasSubstr("'body' must be a string"));
  EXPECT_THAT(config_error(R"({"headers":["a"]})"), HasSubstr("'headers' must be an object"));
  EXPECT_THAT(config_error(R"({"headers":{"a":1}})"), HasSubstr("'headers.a' must be a string"));
  EXPECT_THAT(config_error(R"({"content_type":1})"), HasSubstr("'content_type'"));
  EXPECT_THAT(config_error(R"({"delay_ms":60001})"), HasSubstr("'delay_ms'"));
  EXPECT_THAT(config_error(R"({"delay_ms":-1})"), HasSubstr("'delay_ms'"));
  EXPECT_THAT(config_error(R"([])"), HasSubstr("must be an object"));
}

TEST(MockConfig, RefusesFieldsItDoesNotKnow) {
  EXPECT_THAT(config_error(R"({"from_specs":true})"), HasSubstr("did you mean 'from_spec'?"));
  EXPECT_THAT(config_error(R"({"stauts":200})"), HasSubstr("did you mean 'status'?"));
}

/// One mock operation at `/t/{name}` with that config.
struct MockWorker {
  explicit MockWorker(const std::string& config, const Options& options = {})
      : worker(contents(config), options) {}

  static artifact::Contents contents(const std::string& config) {
    artifact::Contents result;
    result.routes.operations.push_back(mock("GET", "/t/{name}", config));
    return result;
  }
  std::string body(std::string_view target, FakeExchange::Fields fields = {}) {
    return worker.ask("GET", target, fields).sent();
  }

  TestWorker worker;
};

TEST(Mock, ContentTypeReplacesTheHeaderOfAnyCase) {
  MockWorker mock(R"({"content_type":"text/plain","headers":{"Content-TYPE":"a/b","X-A":"1"}})");
  const auto& answer = mock.worker.ask("GET", "/t/x");
  EXPECT_THAT(answer.fields("content-type"), ElementsAre("text/plain"));
  EXPECT_THAT(answer.fields("x-a"), ElementsAre("1"));
}

TEST(MockTemplate, InsertsWhatTheRequestSays) {
  MockWorker mock(
      R"({"content_type":"text/plain","body":"{{ request.method }} {{request.path}} )"
      R"({{request.query}} {{request.client_ip}} {{headers.X-Who}} {{path_params.name}}"})");
  EXPECT_EQ(mock.body("/t/a%20b?q=1", {{"x-who", "me"}}), "GET /t/a%20b q=1 127.0.0.1 me a b");
}

TEST(MockTemplate, LeavesUnknownAbsentAndUnclosedKeysAlone) {
  MockWorker mock(R"({"content_type":"text/plain","body":"{{nothing}} {{request.query}} )"
                  R"({{headers.x-a}} {{path_params.other}} {{context.a}} {{ request.path"})");
  EXPECT_EQ(mock.body("/t/x"),
            "{{nothing}} {{request.query}} {{headers.x-a}} {{path_params.other}} {{context.a}} "
            "{{ request.path");
}

TEST(MockTemplate, DoesNotLookAtValuesAgain) {
  MockWorker mock(R"({"content_type":"text/plain","body":"{{path_params.name}}"})");
  EXPECT_EQ(mock.body("/t/%7B%7Brequest.method%7D%7D"), "{{request.method}}");
}

TEST(MockTemplate, KeepsClientsFromBreakingOutOfJson) {
  MockWorker mock(R"({"body":"{\"name\":\"{{path_params.name}}\"}"})");
  EXPECT_EQ(mock.body("/t/%22%7D%5C"), R"({"name":"\"}\\"})");
  MockWorker problem(R"({"content_type":"application/vnd.x+json; charset=utf-8",)"
                     R"("body":"\"{{headers.x-a}}\""})");
  EXPECT_EQ(problem.body("/t/x", {{"x-a", "a\"b"}}), R"("a\"b")");
}

TEST(MockTemplate, KeepsClientsFromWritingMarkup) {
  MockWorker mock(R"({"content_type":"Text/HTML; charset=utf-8","body":"<b>{{headers.x-a}}</b>"})");
  EXPECT_EQ(mock.body("/t/x", {{"x-a", "<i a='\"'>&"}}),
            "<b>&lt;i a=&#39;&quot;&#39;&gt;&amp;</b>");
}

TEST(MockTemplate, InsertsOtherTypesRaw) {
  MockWorker mock(R"({"content_type":"text/plain","body":"{{headers.x-a}}"})");
  EXPECT_EQ(mock.body("/t/x", {{"x-a", "<\"&"}}), "<\"&");
}

TEST(MockTemplate, SeesTheRequestAsTheChainLeftIt) {
  MockWorker mock(R"({"content_type":"text/plain",)"
                  R"("body":"{{headers.x-auth-sub}} {{headers.x-request-id}} {{headers.x-a}}"})");
  EXPECT_EQ(
      mock.body("/t/x",
                {{"X-Auth-Sub", "admin"}, {"x-request-id", "id-1"}, {"x-a", "1"}, {"X-A", "2"}}),
      "{{headers.x-auth-sub}} id-1 1, 2");
}

TEST(MockTemplate, ShowsTheClientBehindTrustedProxies) {
  Options options;
  options.trusted_proxies = {"127.0.0.0/8"};
  MockWorker mock(R"({"body":"{{request.client_ip}}"})", options);
  EXPECT_EQ(mock.body("/t/x", {{"x-forwarded-for", "6.6.6.6, 9.9.9.9"}}), "9.9.9.9");
  MockWorker untrusting(R"({"body":"{{request.client_ip}}"})");
  EXPECT_EQ(untrusting.body("/t/x", {{"x-forwarded-for", "9.9.9.9"}}), "127.0.0.1");
}

}  // namespace
}  // namespace barbacane::gateway
