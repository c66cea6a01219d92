// The native mock dispatcher: plugins.md, 2.1.
#include <chrono>

#include <gtest/gtest.h>

#include "testkit/spec_builder.h"
#include "testkit/test_gateway.h"

namespace barbacane::integration {
namespace {

using testkit::RequestBuilder;
using testkit::Response;
using testkit::SpecBuilder;
using testkit::TestGateway;
using Clock = std::chrono::steady_clock;

constexpr std::string_view kTemplate =
    "{{request.method}} {{ request.path }} {{request.query}} {{headers.X-Name}} "
    "{{path_params.id}} {{nothing}} {{unclosed";

class Mock : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    SpecBuilder spec;
    spec.operation("GET", "/default");
    spec.operation("GET", "/teapot").mock(418, "short and stout", "text/plain");
    spec.operation("GET", "/none").mock(204, "ignored");
    spec.operation("GET", "/unchanged").mock(304, "ignored");
    spec.operation("GET", "/text/{id}").mock(200, kTemplate, "text/plain");
    spec.operation("GET", "/json/{id}").mock(200, R"({"id":"{{path_params.id}}"})");
    spec.operation("GET", "/html/{id}").mock(200, "<b>{{path_params.id}}</b>", "text/html");
    spec.operation("GET", "/ip").mock(200, "{{request.client_ip}}", "text/plain");
    spec.operation("GET", "/headers")
        .mock(201, "body", "text/plain")
        .mock_config("headers",
                     R"({"X-One": "1", "Content-Type": "application/wrong", "Set-Cookie": "a=b",
                         "X-Template": "{{request.method}}"})");
    spec.operation("GET", "/owned")
        .mock(200, "body", "text/plain")
        .mock_config("headers",
                     R"({"Content-Length": "9999", "Transfer-Encoding": "chunked",
                         "Connection": "close, x-gone", "Keep-Alive": "1", "Server": "evil",
                         "X-Request-Id": "evil", "X-Bad": "a\r\nb: c", "X Bad": "1"})");
    spec.operation("GET", "/slow").mock(200, "slow", "text/plain").mock_config("delay_ms", "700");
    spec.operation("HEAD", "/head").mock(200, "twelve bytes", "text/plain");
    spec.operation("POST", "/echo").mock(200, "got it", "text/plain");
    spec.operation("GET", "/large").mock(200, std::string(300'000, 'x'), "text/plain");
    gateway_ = std::make_unique<TestGateway>(
        spec.text(), testkit::GatewayOptions{.serve_flags = {"--workers", "1"}});
  }
  static void TearDownTestSuite() { gateway_.reset(); }

  static inline std::unique_ptr<TestGateway> gateway_;
};

TEST_F(Mock, AnswersWithItsDefaults) {
  const Response response = gateway_->get("/default");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.header("content-type"), "application/json");
  EXPECT_EQ(response.header("content-length"), "0");
  EXPECT_EQ(response.body, "");
}

TEST_F(Mock, AnswersWithStatusAndBody) {
  const Response response = gateway_->get("/teapot");
  EXPECT_EQ(response.status, 418);
  EXPECT_EQ(response.header("content-type"), "text/plain");
  EXPECT_EQ(response.body, "short and stout");
  EXPECT_EQ(gateway_->get("/large").body, std::string(300'000, 'x'));
}

TEST_F(Mock, SendsNoBodyWhereNoneBelongs) {
  auto connection = gateway_->connect();
  const Response none = connection.get("/none");
  EXPECT_EQ(none.status, 204);
  EXPECT_FALSE(none.has("content-length"));
  EXPECT_FALSE(none.has("transfer-encoding"));
  EXPECT_EQ(connection.get("/unchanged").status, 304);
  const Response head = connection.request(RequestBuilder("HEAD", "/head"));
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("content-length"), "12");
  EXPECT_EQ(connection.get("/teapot").status, 418) << "no stray bytes of the answers before";
}

TEST_F(Mock, FillsItsTemplate) {
  const Response response =
      gateway_->request(RequestBuilder("GET", "/text/7?a=b").header("x-name", "Ada"));
  EXPECT_EQ(response.body, "GET /text/7 a=b Ada 7 {{nothing}} {{unclosed");
}

TEST_F(Mock, LeavesAbsentValuesLiteral) {
  EXPECT_EQ(gateway_->get("/text/7").body,
            "GET /text/7 {{request.query}} {{headers.X-Name}} 7 {{nothing}} {{unclosed");
}

TEST_F(Mock, DoesNotScanValuesAgain) {
  EXPECT_EQ(gateway_->get("/json/%7B%7Brequest.method%7D%7D").body,
            R"({"id":"{{request.method}}"})");
}

TEST_F(Mock, EscapesForItsContentType) {
  EXPECT_EQ(gateway_->get("/json/a%22b%5C").body, R"({"id":"a\"b\\"})");
  EXPECT_EQ(gateway_->get("/html/%3Cscript%3E&x").body, "<b>&lt;script&gt;&amp;x</b>");
}

TEST_F(Mock, KnowsTheClient) { EXPECT_EQ(gateway_->get("/ip").body, "127.0.0.1"); }

TEST_F(Mock, SendsItsHeaders) {
  const Response response = gateway_->get("/headers");
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.header("x-one"), "1");
  EXPECT_EQ(response.header("set-cookie"), "a=b");
  EXPECT_EQ(response.header("x-template"), "{{request.method}}");
  EXPECT_EQ(response.count("content-type"), 1);
  EXPECT_EQ(response.header("content-type"), "text/plain");
}

TEST_F(Mock, CannotTouchWhatTheGatewayOwns) {
  auto connection = gateway_->connect();
  const Response response = connection.get("/owned");
  EXPECT_EQ(response.body, "body");
  EXPECT_EQ(response.count("content-length"), 1);
  EXPECT_FALSE(response.has("transfer-encoding"));
  EXPECT_FALSE(response.has("keep-alive"));
  EXPECT_EQ(response.count("server"), 1);
  EXPECT_TRUE(response.header("server").starts_with("barbacane/"));
  EXPECT_NE(response.header("x-request-id"), "evil");
  EXPECT_FALSE(response.has("b"));
  EXPECT_FALSE(response.has("x bad"));
  EXPECT_EQ(connection.get("/default").status, 200) << "the connection goes on";
}

TEST_F(Mock, DelaysWithoutHoldingTheWorker) {
  const auto begin = Clock::now();
  auto first = gateway_->connect();
  auto second = gateway_->connect();
  first.send(RequestBuilder("GET", "/slow").bytes());
  second.send(RequestBuilder("GET", "/slow").bytes());
  EXPECT_EQ(gateway_->get("/default").status, 200);
  EXPECT_LT(Clock::now() - begin, std::chrono::milliseconds(600)) << "the only worker is free";
  EXPECT_EQ(first.read().body, "slow");
  EXPECT_EQ(second.read().body, "slow");
  EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(650));
  EXPECT_LT(Clock::now() - begin, std::chrono::milliseconds(1300)) << "one after the other";
}

TEST_F(Mock, SurvivesAClientThatLeavesDuringTheDelay) {
  for (int i = 0; i < 50; ++i) {
    auto connection = gateway_->connect();
    connection.send(RequestBuilder("GET", "/slow").bytes());
    connection.abort();
  }
  EXPECT_EQ(gateway_->get("/slow").body, "slow");
}

}  // namespace
}  // namespace barbacane::integration
