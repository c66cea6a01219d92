// HTTP/2 on the traffic and the admin port, as clients of others speak it: data-plane.md, 3 and 11.
#include <chrono>
#include <csignal>
#include <future>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json_body.h"
#include "testkit/child.h"
#include "testkit/client.h"
#include "testkit/spec_builder.h"
#include "testkit/test_gateway.h"

namespace barbacane::integration {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testkit::CurlResult;
using testkit::SpecBuilder;
using testkit::TestGateway;
using Words = std::vector<std::string>;

std::string spec() {
  SpecBuilder spec;
  spec.operation("GET", "/hello").mock(200, R"({"hello":"world"})");
  spec.operation("HEAD", "/hello").mock(200, R"({"hello":"world"})");
  spec.operation("POST", "/items").mock(201, R"({"made":true})");
  spec.operation("GET", "/large").mock(200, std::string(300'000, 'x'), "text/plain");
  spec.operation("GET", "/slow").mock(200, "slow", "text/plain").mock_config("delay_ms", "1000");
  return spec.text();
}

std::string url(std::uint16_t port, std::string_view target) {
  return "http://127.0.0.1:" + std::to_string(port) + std::string(target);
}

CurlResult ask(const TestGateway& gateway, std::string_view target, Words more = {}) {
  more.insert(more.end(), {"--http2-prior-knowledge", url(gateway.port(), target)});
  return testkit::curl(more);
}

class Http2 : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    gateway_ = std::make_unique<TestGateway>(
        spec(), testkit::GatewayOptions{.serve_flags = {"--max-body-size", "1000", "--max-headers",
                                                        "20", "--max-header-size", "1000",
                                                        "--max-uri-length", "1000"}});
  }
  static void TearDownTestSuite() { gateway_.reset(); }

  static inline std::unique_ptr<TestGateway> gateway_;
};

TEST_F(Http2, AnswersAsHttp1Does) {
  const testkit::Response one = gateway_->get("/hello");
  const CurlResult two = ask(*gateway_, "/hello");
  EXPECT_EQ(two.exit_code, 0) << two.error;
  EXPECT_EQ(two.http_version, "2");
  EXPECT_EQ(two.response.status, 200);
  EXPECT_EQ(two.response.body, one.body);
  for (const char* name :
       {"content-type", "content-length", "server", "x-content-type-options", "x-frame-options"}) {
    EXPECT_EQ(two.response.header(name), one.header(name)) << name;
  }
  EXPECT_EQ(two.response.header("x-trace-id").size(), 32u);
  EXPECT_EQ(two.response.count("date"), 1);
  EXPECT_FALSE(two.response.has("connection"));
}

TEST_F(Http2, IsSpokenOnTheAdminPortToo) {
  const CurlResult health =
      testkit::curl({"--http2-prior-knowledge", url(gateway_->admin_port(), "/health")});
  EXPECT_EQ(health.http_version, "2");
  EXPECT_EQ(health.response.status, 200);
  EXPECT_THAT(health.response.body, HasSubstr("healthy"));
}

TEST_F(Http2, IsNotTakenUpInTheMiddleOfHttp1) {
  const CurlResult asked = testkit::curl({"--http2", url(gateway_->port(), "/hello")});
  EXPECT_EQ(asked.http_version, "1.1");
  EXPECT_EQ(asked.response.status, 200);
}

TEST_F(Http2, SendsLargeAnswersAndNoneForHead) {
  EXPECT_EQ(ask(*gateway_, "/large").response.body, std::string(300'000, 'x'));
  const CurlResult head = ask(*gateway_, "/hello", {"--head"});
  EXPECT_EQ(head.exit_code, 0) << head.error;
  EXPECT_EQ(head.response.header("content-length"), "17");
}

struct RefusedCase {
  const char* name;
  std::string target;
  Words arguments;
  int status;
  const char* type;
};

class Http2Refusals : public Http2, public testing::WithParamInterface<RefusedCase> {};

TEST_P(Http2Refusals, AreThoseOfHttp1) {
  const CurlResult result = ask(*gateway_, GetParam().target, GetParam().arguments);
  EXPECT_EQ(result.response.status, GetParam().status) << result.error;
  EXPECT_EQ(problem_type(result.response), GetParam().type);
  EXPECT_EQ(ask(*gateway_, "/hello").response.status, 200);
}

Words many_fields(int count) {
  Words words;
  for (int i = 0; i < count; ++i) {
    words.insert(words.end(), {"--header", "x-" + std::to_string(i) + ": 1"});
  }
  return words;
}

const RefusedCase kRefused[] = {
    {"UnknownPath", "/nothing", {}, 404, "route-not-found"},
    {"OtherMethod", "/hello", {"--request", "DELETE"}, 405, "method-not-allowed"},
    {"LongTarget", "/" + std::string(1000, 'a'), {}, 414, "uri-too-long"},
    {"VeryLongTarget", "/" + std::string(30'000, 'a'), {}, 414, "uri-too-long"},
    {"ManyFields", "/hello", many_fields(30), 431, "header-too-large"},
    {"LargeField", "/hello", {"--header", "x: " + std::string(1000, 'a')}, 431, "header-too-large"},
    {"VeryLargeField",
     "/hello",
     {"--header", "x: " + std::string(50'000, 'a')},
     431,
     "header-too-large"},
    {"LargeBody", "/items", {"--data", std::string(1001, 'b')}, 413, "payload-too-large"},
    {"LargeBodyToNowhere",
     "/nowhere",
     {"--data", std::string(1001, 'b')},
     413,
     "payload-too-large"},
    {"DotSegment", "/a/../hello", {"--path-as-is"}, 400, "bad-request"},
};

INSTANTIATE_TEST_SUITE_P(Requests, Http2Refusals, testing::ValuesIn(kRefused),
                         [](const auto& row) { return std::string(row.param.name); });

TEST_F(Http2, ServesManyStreamsOnManyConnections) {
  const testkit::H2loadResult load = testkit::h2load(
      {.url = url(gateway_->port(), "/hello"), .requests = 5000, .clients = 20, .streams = 50});
  EXPECT_EQ(load.status_2xx, 5000) << load.output;
  EXPECT_EQ(load.failed, 0) << load.output;
}

TEST(Http2Flags, SetWhatIsAnnounced) {
  const TestGateway gateway(
      spec(), {.serve_flags = {"--http2-max-streams", "7", "--http2-window", "100000"}});
  testkit::Child client(testkit::find_program("nghttp"), {"-nv", url(gateway.port(), "/hello")},
                        {});
  ASSERT_EQ(client.wait(seconds(20)), 0);
  EXPECT_THAT(client.standard_output(), HasSubstr("SETTINGS_MAX_CONCURRENT_STREAMS(0x03):7]"));
  EXPECT_THAT(client.standard_output(), HasSubstr("SETTINGS_INITIAL_WINDOW_SIZE(0x04):100000]"));
}

TEST(Http2Shutdown, FinishesStreamsAndSaysGoodbye) {
  TestGateway gateway(spec());
  testkit::Child client(testkit::find_program("nghttp"), {"-v", url(gateway.port(), "/slow")}, {});
  const testkit::Connection idle = gateway.connect();
  std::this_thread::sleep_for(milliseconds(300));
  gateway.process().signal(SIGTERM);
  ASSERT_EQ(client.wait(seconds(20)), 0);
  const std::string frames = client.standard_output();
  EXPECT_THAT(frames, HasSubstr(":status: 200"));
  EXPECT_THAT(frames, HasSubstr("recv GOAWAY frame"));
  EXPECT_THAT(frames, HasSubstr("error_code=NO_ERROR"));
  EXPECT_EQ(gateway.process().wait(seconds(10)), 0);
}

}  // namespace
}  // namespace barbacane::integration
