// What every answer carries, and the members of problems: data-plane.md, sections 7 and 8.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json_body.h"
#include "testkit/program.h"
#include "testkit/spec_builder.h"
#include "testkit/test_gateway.h"

namespace barbacane::integration {
namespace {

using testing::MatchesRegex;
using testkit::RequestBuilder;
using testkit::Response;
using testkit::SpecBuilder;
using testkit::TestGateway;

constexpr const char* kUuid4 =
    "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
constexpr const char* kTraceId = "[0-9a-f]{32}";

std::string spec() {
  SpecBuilder spec;
  spec.operation("GET", "/hello").id("sayHello").mock(200, "hello", "text/plain");
  spec.operation("GET", "/old").deprecated().mock().member("x-barbacane-sunset", "\"2031-06-01\"");
  spec.operation("GET", "/older").deprecated().mock();
  return spec.text();
}

class Headers : public testing::Test {
 protected:
  static void SetUpTestSuite() { gateway_ = std::make_unique<TestGateway>(spec()); }
  static void TearDownTestSuite() { gateway_.reset(); }

  static Response hello(std::string_view header, std::string_view value) {
    return gateway_->request(RequestBuilder("GET", "/hello").header(header, value));
  }

  static inline std::unique_ptr<TestGateway> gateway_;
};

TEST_F(Headers, AreOnEveryAnswer) {
  const std::string version = testkit::run({"--version"}).out;
  const std::string server = "barbacane/" + version.substr(10, version.size() - 11);
  for (const auto& request :
       {RequestBuilder("GET", "/hello"), RequestBuilder("GET", "/nothing"),
        RequestBuilder("PUT", "/hello"), RequestBuilder("GET", "/__barbacane/health"),
        RequestBuilder("GET", "/__barbacane/nothing"), RequestBuilder("GET", "/../x"),
        RequestBuilder("GET", "/" + std::string(9000, 'a')),
        RequestBuilder("OPTIONS", "/__barbacane/specs")}) {
    const Response response = gateway_->request(request);
    EXPECT_EQ(response.header("server"), server) << response.status;
    EXPECT_THAT(response.header("x-request-id"), MatchesRegex(kUuid4)) << response.status;
    EXPECT_THAT(response.header("x-trace-id"), MatchesRegex(kTraceId)) << response.status;
    EXPECT_EQ(response.header("x-content-type-options"), "nosniff") << response.status;
    EXPECT_EQ(response.header("x-frame-options"), "DENY") << response.status;
    EXPECT_TRUE(response.has("date")) << response.status;
    EXPECT_FALSE(response.has("via")) << response.status;
  }
}

TEST_F(Headers, EchoAUsableRequestId) {
  EXPECT_EQ(hello("X-Request-ID", "client-7").header("x-request-id"), "client-7");
  const std::string longest(128, 'i');
  EXPECT_EQ(hello("x-request-id", longest).header("x-request-id"), longest);
  for (const std::string& bad :
       {longest + "i", std::string("with space"), std::string("caf\xc3\xa9"), std::string()}) {
    EXPECT_THAT(hello("x-request-id", bad).header("x-request-id"), MatchesRegex(kUuid4)) << bad;
  }
}

TEST_F(Headers, NeverRepeatARequestId) {
  auto connection = gateway_->connect();
  std::set<std::string> ids;
  for (int i = 0; i < 200; ++i) ids.insert(connection.get("/hello").header("x-request-id"));
  EXPECT_EQ(ids.size(), 200u);
}

TEST_F(Headers, JoinAValidTrace) {
  const std::string trace = "0af7651916cd43dd8448eb211c80319c";
  EXPECT_EQ(hello("traceparent", "00-" + trace + "-b7ad6b7169203331-01").header("x-trace-id"),
            trace);
  EXPECT_EQ(hello("traceparent", "cc-" + trace + "-b7ad6b7169203331-01-what-comes-later")
                .header("x-trace-id"),
            trace);
}

TEST_F(Headers, StartATraceWithoutAValidOne) {
  const std::string trace = "0af7651916cd43dd8448eb211c80319c";
  for (const std::string& bad :
       {"ff-" + trace + "-b7ad6b7169203331-01", "00-" + trace + "-0000000000000000-01",
        std::string("00-00000000000000000000000000000000-b7ad6b7169203331-01"),
        "00-" + trace + "-b7ad6b7169203331-01-extra", "00-" + trace, "00-" + trace + "x-b7-01",
        std::string("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"),
        std::string("evil-trace-id")}) {
    const std::string id = hello("traceparent", bad).header("x-trace-id");
    EXPECT_THAT(id, MatchesRegex(kTraceId)) << bad;
    EXPECT_NE(id, trace) << bad;
  }
}

TEST_F(Headers, TellOfDeprecation) {
  const Response old = gateway_->get("/old");
  EXPECT_EQ(old.header("deprecation"), "true");
  EXPECT_EQ(old.header("sunset"), "Sun, 01 Jun 2031 00:00:00 GMT");
  const Response older = gateway_->get("/older");
  EXPECT_EQ(older.header("deprecation"), "true");
  EXPECT_FALSE(older.has("sunset"));
  EXPECT_FALSE(gateway_->get("/hello").has("deprecation"));
}

TEST_F(Headers, KeepProblemsDiscreetInProduction) {
  const auto problem = object(gateway_->get("/nothing?token=secret").body);
  for (const char* member : {"type", "title", "status", "detail", "instance"}) {
    EXPECT_TRUE(problem.contains(member)) << member;
  }
  for (const char* member : {"spec", "operation", "errors", "dispatcher", "middleware"}) {
    EXPECT_FALSE(problem.contains(member)) << member;
  }
}

TEST_F(Headers, EscapeWhatTheClientWroteIntoProblems) {
  const Response response = gateway_->get("/no%22thing");
  EXPECT_EQ(text_member(object(response.body), "instance"), "/no%22thing");
}

TEST(TrustedProxies, DecideTheClientAddress) {
  SpecBuilder spec;
  spec.operation("GET", "/ip").mock(200, "{{request.client_ip}}", "text/plain");
  const auto forwarded =
      RequestBuilder("GET", "/ip").header("x-forwarded-for", "198.51.100.9, 203.0.113.7, 10.1.2.3");
  TestGateway open(spec.text());
  EXPECT_EQ(open.request(forwarded).body, "127.0.0.1") << "nobody is trusted by default";
  TestGateway behind(spec.text(), {.serve_flags = {"--trusted-proxies", "127.0.0.0/8,192.0.2.1",
                                                   "--trusted-proxies=10.0.0.0/8"}});
  EXPECT_EQ(behind.request(forwarded).body, "203.0.113.7");
  EXPECT_EQ(behind.request(RequestBuilder("GET", "/ip").header("x-real-ip", "203.0.113.8")).body,
            "203.0.113.8");
  EXPECT_EQ(behind.get("/ip").body, "127.0.0.1");
}

TEST(DevelopmentErrors, NameSpecAndOperation) {
  SpecBuilder spec;
  spec.operation("GET", "/up")
      .id("callUpstream")
      .dispatch("http-upstream", R"({"url": "https://backend.test"})");
  TestGateway gateway(spec.text(), {.serve_flags = {"--dev"}});
  const auto problem = object(gateway.get("/up").body);
  EXPECT_EQ(text_member(problem, "spec"), "api.yaml");
  EXPECT_EQ(text_member(problem, "operation"), "callUpstream");
  EXPECT_EQ(text_member(problem, "dispatcher"), "http-upstream");
}

}  // namespace
}  // namespace barbacane::integration
