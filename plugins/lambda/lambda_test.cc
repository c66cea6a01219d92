#include "barbacane/sigv4.h"
#include "plugins/plugin_test.h"
#include "testkit/upstream.h"

namespace barbacane::plugins {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testkit::answer;
using testkit::ReceivedRequest;
using testkit::Upstream;

constexpr std::string_view kKeys = R"("access_key_id":"AKID","secret_access_key":"s3cret")";

/// What a service with the same secret would expect of a request that arrived.
std::string expected_signature(const ReceivedRequest& request, const std::string& region,
                               const std::string& token = "") {
  namespace sigv4 = plugin::sigv4;
  const std::string time = request.header("x-amz-date");
  sigv4::Request signed_request;
  signed_request.method = request.method;
  const std::string path = request.path();
  signed_request.path = path;
  if (path.size() < request.target.size()) {
    signed_request.query = std::string_view(request.target).substr(path.size() + 1);
  }
  signed_request.headers = {{"host", request.header("host")}, {"x-amz-date", time}};
  if (!token.empty()) signed_request.headers.emplace_back("x-amz-security-token", token);
  signed_request.body = request.body;
  return sigv4::authorization({"AKID", "s3cret", token}, {region, "lambda", time}, signed_request);
}

std::vector<std::string> lines(const PluginResponse& response, std::string_view name) {
  std::vector<std::string> found;
  for (const auto& [key, value] : response.headers) {
    if (key == name) found.push_back(value);
  }
  return found;
}

class Lambda : public PluginTest {
 protected:
  Lambda() : PluginTest("lambda") {}

  Exchange dispatched(const std::string& config, PluginRequest request = {}) {
    auto exchange = load(config).exchange(std::move(request));
    EXPECT_EQ(exchange.dispatch(), Verdict::kRespond);
    return exchange;
  }
  std::string invoke_config(const std::string& more = "") const {
    return R"({"function_name":"shop","region":"eu-west-1","endpoint":")" + upstream_.url() +
           "\"," + std::string(kKeys) + more + "}";
  }
  /// The answer to a request when the function returns that.
  PluginResponse unwrapped(const std::string& payload, const testkit::Headers& headers = {}) {
    upstream_.otherwise({answer(200, payload, headers)});
    return dispatched(invoke_config()).response();
  }
  /// The event that the function got for that request.
  std::string event(PluginRequest request, const std::string& more = "") {
    upstream_.otherwise({answer(200, "{}")});
    dispatched(invoke_config(more), std::move(request));
    return upstream_.wait_for_requests(1).back().body;
  }

  Upstream upstream_;
};

TEST_P(Lambda, PassesRequestsToAFunctionUrl) {
  upstream_.script("/f", {answer(418, "tea",
                                 {{"x-a", "1"},
                                  {"set-cookie", "a=1"},
                                  {"set-cookie", "b=2"},
                                  {"content-type", "text/plain"}})});
  const auto exchange =
      dispatched(R"({"url":")" + upstream_.url("/f") + "\"}",
                 {.method = "PUT",
                  .path = "/ignored",
                  .query = "q=a+b",
                  .headers = {{"host", "gateway"}, {"x-c", "1"}, {"te", "trailers"}},
                  .body = "{}"});
  const ReceivedRequest request = upstream_.wait_for_requests(1).at(0);
  EXPECT_EQ(request.method, "PUT");
  EXPECT_EQ(request.target, "/f?q=a+b");
  EXPECT_EQ(request.body, "{}");
  EXPECT_EQ(request.header("content-type"), "application/json");
  EXPECT_EQ(request.header("x-c"), "1");
  EXPECT_NE(request.header("host"), "gateway");
  EXPECT_FALSE(request.has("te"));
  EXPECT_FALSE(request.has("authorization"));
  EXPECT_EQ(exchange.response().status, 418);
  EXPECT_EQ(exchange.response().body, "tea");
  EXPECT_EQ(exchange.response().header("content-type"), "text/plain");
  EXPECT_THAT(lines(exchange.response(), "set-cookie"), ElementsAre("a=1", "b=2"));
}

TEST_P(Lambda, KeepsWhatTheClientSaysToItself) {
  upstream_.otherwise({answer(200, "x")});
  const auto exchange =
      dispatched(R"({"url":")" + upstream_.url("/") + R"(","pass_through_headers":false})",
                 {.headers = {{"x-c", "1"}}});
  EXPECT_FALSE(upstream_.wait_for_requests(1).at(0).has("x-c"));
  EXPECT_EQ(exchange.response().header("content-type"), "application/json");
}

TEST_P(Lambda, FillsItsPathTemplate) {
  upstream_.otherwise({answer(200, "x")});
  const std::string config =
      R"({"url":")" + upstream_.url("/base/?k=1") + R"(","path":"/o/{id}/{none}/x"})";
  dispatched(config, {.query = "q=1", .path_params = {{"id", "a/b c"}}});
  EXPECT_EQ(upstream_.wait_for_requests(1).at(0).target, "/base/o/a%2Fb%20c/%7Bnone%7D/x?k=1&q=1");
  EXPECT_EQ(dispatched(config, {.path_params = {{"id", "../secret"}}}).response().status, 400);
  EXPECT_EQ(dispatched(config, {.path_params = {{"id", ".."}}}).response().status, 400);
}

TEST_P(Lambda, SignsRequestsToFunctionUrls) {
  upstream_.otherwise({answer(200, "x")});
  dispatched(R"({"url":")" + upstream_.url("/a%20b") + R"(","region":"eu-west-1",)" +
                 std::string(kKeys) + R"(,"session_token":"tok"})",
             {.method = "POST",
              .query = "z=1&a=x+y&a=%2B",
              .headers = {{"authorization", "client"}, {"x-amz-date", "client"}},
              .body = "hello"});
  const ReceivedRequest request = upstream_.wait_for_requests(1).at(0);
  EXPECT_EQ(request.target, "/a%20b?z=1&a=x%20y&a=%2B");
  EXPECT_EQ(request.count("authorization"), 1);
  EXPECT_EQ(request.header("x-amz-security-token"), "tok");
  EXPECT_THAT(request.header("authorization"),
              AllOf(HasSubstr("/eu-west-1/lambda/aws4_request"),
                    HasSubstr("SignedHeaders=host;x-amz-date;x-amz-security-token")));
  EXPECT_EQ(request.header("authorization"), expected_signature(request, "eu-west-1", "tok"));
}

TEST_P(Lambda, CallsTheInvokeApi) {
  upstream_.otherwise({answer(200, "{}")});
  dispatched(R"({"function_name":"arn:aws:lambda:us-east-2:1:function:shop","qualifier":"$LATEST",)"
             R"("endpoint":")" +
             upstream_.url("/base/") + "\"," + std::string(kKeys) + "}");
  const ReceivedRequest request = upstream_.wait_for_requests(1).at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target,
            "/base/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-2%3A1%3Afunction%3Ashop"
            "/invocations?Qualifier=%24LATEST");
  EXPECT_EQ(request.header("authorization"), expected_signature(request, "us-east-2"));
}

TEST_P(Lambda, GivesTheFunctionAnEvent) {
  const std::string text = event({.method = "POST",
                                  .path = "/o/a%20b",
                                  .query = "a=1&b=x+y&a=2",
                                  .headers = {{"cookie", "c=1; d=2"},
                                              {"x-a", "1"},
                                              {"x-a", "2"},
                                              {"user-agent", "test"},
                                              {"content-type", "application/json"}},
                                  .client_ip = "9.9.9.9",
                                  .body = R"({"k":"v"})"});
  for (
      const std::string_view part :
      {R"("version":"2.0","routeKey":"$default","rawPath":"/o/a%20b","rawQueryString":"a=1&b=x+y&a=2")",
       R"("cookies":["c=1","d=2"])", R"("queryStringParameters":{"a":"1,2","b":"x y"})",
       R"("method":"POST","path":"/o/a%20b","protocol":"HTTP/)", R"("sourceIp":"9.9.9.9")",
       R"("userAgent":"test")", R"("timeEpoch":)",
       R"("body":"{\"k\":\"v\"}","isBase64Encoded":false)",
       R"("content-type":"application/json")"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, testing::AnyOf(HasSubstr(R"("x-a":"1,2")"), HasSubstr(R"("x-a":"1, 2")")));
  EXPECT_THAT(text, Not(HasSubstr("\"cookie\":")));
}

TEST_P(Lambda, GivesTheFunctionBytesInBase64) {
  EXPECT_THAT(event({.method = "POST", .body = "\xff\x01"}),
              HasSubstr(R"("body":"/wE=","isBase64Encoded":true)"));
  EXPECT_THAT(event({.method = "POST",
                     .headers = {{"content-type", "application/x-www-form-urlencoded"}},
                     .body = "a=1"}),
              HasSubstr(R"("body":"YT0x","isBase64Encoded":true)"));
  EXPECT_THAT(event({}),
              AllOf(Not(HasSubstr("\"body\"")), HasSubstr(R"("isBase64Encoded":false)")));
  EXPECT_THAT(
      event({.headers = {{"x-a", "1"}, {"cookie", "c=1"}}}, R"(,"pass_through_headers":false)"),
      AllOf(HasSubstr(R"("headers":{})"), Not(HasSubstr("cookies"))));
}

TEST_P(Lambda, UnwrapsWhatTheFunctionReturns) {
  const PluginResponse response =
      unwrapped(R"({"statusCode":201,"headers":{"X-A":"1","x-n":5,"Connection":"close"},)"
                R"("cookies":["a=1","b=2"],"body":"hi"})");
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.header("x-a"), "1");
  EXPECT_EQ(response.header("x-n"), "5");
  EXPECT_EQ(response.header("connection"), std::nullopt);
  EXPECT_EQ(response.header("content-type"), "application/json");
  EXPECT_THAT(lines(response, "set-cookie"), ElementsAre("a=1", "b=2"));
  EXPECT_EQ(response.body, "hi");
  EXPECT_EQ(unwrapped(R"({"statusCode":200,"isBase64Encoded":true,"body":"/wE="})").body,
            "\xff\x01");
  EXPECT_EQ(unwrapped(R"({"statusCode":200,"body":{"a":1}})").body, R"({"a":1})");
  EXPECT_EQ(unwrapped(R"({"statusCode":204})").body, std::nullopt);
}

TEST_P(Lambda, PassesOtherJsonOn) {
  for (const char* payload : {R"({"a":1})", "[1]", "\"x\"", "null", "7"}) {
    const PluginResponse response = unwrapped(payload);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, payload);
    EXPECT_EQ(response.header("content-type"), "application/json");
  }
}

TEST_P(Lambda, TellsFailuresApart) {
  const auto expect_502 = [](const PluginResponse& response) {
    EXPECT_EQ(response.status, 502);
    EXPECT_EQ(member(response, "type"), "urn:barbacane:error:lambda-invocation-failed");
    EXPECT_EQ(member(response, "title"), "Bad Gateway");
  };
  expect_502(unwrapped("{}", {{"x-amz-function-error", "Unhandled"}}));
  expect_502(unwrapped("no json"));
  expect_502(unwrapped(R"({"statusCode":"200"})"));
  expect_502(unwrapped(R"({"statusCode":101})"));
  expect_502(unwrapped(R"({"statusCode":200,"isBase64Encoded":true,"body":"?"})"));
  upstream_.otherwise({answer(403, "{}")});
  expect_502(dispatched(invoke_config()).response());
  upstream_.kill();
  expect_502(dispatched(invoke_config()).response());
}

TEST_P(Lambda, SaysThatTheFunctionWasTooSlow) {
  upstream_.otherwise({testkit::wait_for("never")});
  const PluginResponse response =
      dispatched(R"({"url":")" + upstream_.url("/") + R"(","timeout":"1s"})").response();
  EXPECT_EQ(response.status, 504);
  EXPECT_EQ(member(response, "type"), "urn:barbacane:error:lambda-timeout");
  EXPECT_EQ(member(response, "title"), "Gateway Timeout");
}

TEST_P(Lambda, SaysWhatIsWrongWithItsConfig) {
  const std::string keys(kKeys);
  EXPECT_THAT(refusal("{}"), HasSubstr("the config needs either 'url' or 'function_name'"));
  EXPECT_THAT(refusal(R"({"url":"https://a/","function_name":"f",)" + keys + "}"),
              HasSubstr("either"));
  EXPECT_THAT(refusal(R"({"url":"ftp://a/"})"), HasSubstr("'url' must be"));
  EXPECT_THAT(refusal(R"({"function_name":"f"})"), HasSubstr("'access_key_id' is missing"));
  EXPECT_THAT(refusal(R"({"function_name":"f",)" + keys + "}"), HasSubstr("'region' is missing"));
  EXPECT_THAT(refusal(R"({"url":"https://a/",)" + keys + "}"), HasSubstr("'region' is missing"));
  EXPECT_EQ(refusal(R"({"url":"https://x.lambda-url.eu-west-1.on.aws/",)" + keys + "}"), "");
  EXPECT_THAT(refusal(R"({"url":"https://a/","access_key_id":"a"})"),
              HasSubstr("'secret_access_key' is missing"));
  EXPECT_THAT(refusal(R"({"url":"https://a/","qualifier":"1"})"), HasSubstr("'qualifier' needs"));
  EXPECT_THAT(refusal(R"({"url":"https://a/","timeout":0.5})"),
              HasSubstr("'timeout' must be from"));
  EXPECT_THAT(refusal(R"({"url":"https://a/","timeout":"16m"})"),
              HasSubstr("'timeout' must be from"));
  EXPECT_THAT(refusal(R"({"url":"https://a/","path":"/../x"})"), HasSubstr("'path' must not"));
  EXPECT_THAT(refusal(R"({"url":"https://a/","secret_access_key":"topsecret"})"),
              Not(HasSubstr("topsecret")));
}

BARBACANE_BOTH_INTERFACES(Lambda);

}  // namespace
}  // namespace barbacane::plugins
