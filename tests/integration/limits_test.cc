// 413, 414, 431: data-plane.md, sections 2 and 3.
#include <gtest/gtest.h>

#include "json_body.h"
#include "testkit/spec_builder.h"
#include "testkit/test_gateway.h"

namespace barbacane::integration {
namespace {

using testkit::RequestBuilder;
using testkit::Response;
using testkit::SpecBuilder;
using testkit::TestGateway;

std::string spec() {
  SpecBuilder spec;
  spec.operation("GET", "/{name}").mock(200, "get", "text/plain");
  spec.operation("POST", "/{name}").mock(200, "post", "text/plain");
  return spec.text();
}

class Limits : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    gateway_ = std::make_unique<TestGateway>(
        spec(), testkit::GatewayOptions{.serve_flags = {"--max-body-size", "100", "--max-headers",
                                                        "10", "--max-header-size", "100",
                                                        "--max-uri-length", "100"}});
  }
  static void TearDownTestSuite() { gateway_.reset(); }

  static std::string target(std::size_t length) { return "/" + std::string(length - 1, 'a'); }
  /// `host` and so many others.
  static RequestBuilder with_headers(int count) {
    RequestBuilder request("GET", "/a");
    for (int i = 1; i < count; ++i) request.header("x-h", "1");
    return request;
  }
  static void expect_problem(const Response& response, int status, const std::string& type) {
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(problem_type(response), type);
    EXPECT_FALSE(object(response.body).contains("errors"));
  }

  static inline std::unique_ptr<TestGateway> gateway_;
};

TEST_F(Limits, RefusesALongTarget) {
  EXPECT_EQ(gateway_->get(target(100)).status, 200);
  expect_problem(gateway_->get(target(101)), 414, "uri-too-long");
  EXPECT_EQ(gateway_->get("/a?" + std::string(97, 'q')).status, 200);
  expect_problem(gateway_->get("/a?" + std::string(98, 'q')), 414, "uri-too-long");
}

TEST_F(Limits, RefusesManyHeaders) {
  EXPECT_EQ(gateway_->request(with_headers(10)).status, 200);
  expect_problem(gateway_->request(with_headers(11)), 431, "header-too-large");
}

TEST_F(Limits, RefusesALongHeader) {
  const auto with = [](std::size_t length) {
    return RequestBuilder("GET", "/a").header("x-long", std::string(length - 6, 'v'));
  };
  EXPECT_EQ(gateway_->request(with(100)).status, 200);
  expect_problem(gateway_->request(with(101)), 431, "header-too-large");
}

TEST_F(Limits, LooksAtTheTargetFirst) {
  RequestBuilder request("GET", target(101));
  for (int i = 0; i < 20; ++i) request.header("x-h", "1");
  expect_problem(gateway_->request(request), 414, "uri-too-long");
}

TEST_F(Limits, TakesABodyOfExactlyTheLimit) {
  const std::string body(100, 'b');
  EXPECT_EQ(gateway_->request(RequestBuilder("POST", "/a").body(body)).status, 200);
  EXPECT_EQ(gateway_->request(RequestBuilder("POST", "/a").chunks({body})).status, 200);
}

TEST_F(Limits, RefusesADeclaredBodyBeforeItIsSent) {
  auto connection = gateway_->connect();
  connection.send("POST /a HTTP/1.1\r\nhost: a\r\ncontent-length: 101\r\n\r\n");
  expect_problem(connection.read("POST"), 413, "payload-too-large");
}

TEST_F(Limits, RefusesADeclaredBodyBeforeRouting) {
  const auto request = RequestBuilder("POST", "/no/such/path").body(std::string(101, 'b'));
  expect_problem(gateway_->request(request), 413, "payload-too-large");
}

TEST_F(Limits, RefusesAChunkedBodyAtTheLimit) {
  const auto one = RequestBuilder("POST", "/a").chunks({std::string(101, 'b')});
  expect_problem(gateway_->request(one), 413, "payload-too-large");
  const std::vector<std::string> bytes(101, "b");
  expect_problem(gateway_->request(RequestBuilder("POST", "/a").chunks(bytes)), 413,
                 "payload-too-large");
}

TEST_F(Limits, LeavesTheConnectionInOrderAfterARefusal) {
  auto connection = gateway_->connect();
  const Response refused = connection.get(target(101));
  EXPECT_EQ(refused.status, 414);
  if (refused.header("connection") == "close") {
    EXPECT_TRUE(connection.closed(std::chrono::seconds(5)));
  } else {
    EXPECT_EQ(connection.get("/a").status, 200);
  }
}

TEST_F(Limits, AnswersHeadsThatFitNoBuffer) {
  EXPECT_EQ(gateway_->get("/" + std::string(300'000, 'a')).status, 414);
  RequestBuilder request("GET", "/a");
  for (int i = 0; i < 3000; ++i) request.header("x-h", std::string(90, 'v'));
  EXPECT_EQ(gateway_->request(request).status, 431);
  EXPECT_EQ(gateway_->get("/a").status, 200);
}

TEST_F(Limits, SparesReservedEndpointsTheHeaderLimits) {
  RequestBuilder request("GET", "/__barbacane/health");
  for (int i = 0; i < 20; ++i) request.header("x-h", "1");
  EXPECT_EQ(gateway_->request(request).status, 200);
}

TEST(RaisedLimits, AreHonoured) {
  TestGateway gateway(spec(), {.serve_flags = {"--max-headers=500", "--max-header-size=60000",
                                               "--max-uri-length=50000"}});
  RequestBuilder many("GET", "/a");
  for (int i = 0; i < 450; ++i) many.header("x-h", "1");
  EXPECT_EQ(gateway.request(many).status, 200);
  RequestBuilder large("GET", "/a");
  large.header("x-h", std::string(50'000, 'v'));
  EXPECT_EQ(gateway.request(large).status, 200);
  EXPECT_EQ(gateway.get("/" + std::string(40'000, 'a')).status, 200);
  const std::string body(1'048'576, 'b');
  EXPECT_EQ(gateway.request(RequestBuilder("POST", "/a").body(body)).status, 200);
  EXPECT_EQ(gateway.request(RequestBuilder("POST", "/a").body(body + "b")).status, 413);
}

TEST(DevelopmentLimits, NameWhatWasTooLarge) {
  TestGateway gateway(spec(), {.serve_flags = {"--dev", "--max-headers=5", "--max-uri-length=50",
                                               "--max-header-size=50", "--max-body-size=5"}});
  const auto first_error = [](const Response& response) {
    return object(response.body).at("errors").at(0).as_object();
  };
  const auto uri = first_error(gateway.get("/" + std::string(60, 'a')));
  EXPECT_EQ(text_member(uri, "field"), "uri");
  EXPECT_EQ(text_member(uri, "code"), "uri_too_long");
  EXPECT_FALSE(text_member(uri, "reason").empty());

  RequestBuilder many("GET", "/a");
  for (int i = 0; i < 6; ++i) many.header("x-h", "1");
  EXPECT_EQ(text_member(first_error(gateway.request(many)), "code"), "too_many_headers");

  RequestBuilder large("GET", "/a");
  large.header("x-big", std::string(60, 'v'));
  const auto header = first_error(gateway.request(large));
  EXPECT_EQ(text_member(header, "field"), "header:x-big");
  EXPECT_EQ(text_member(header, "code"), "header_too_large");

  const auto body = first_error(gateway.request(RequestBuilder("POST", "/a").body("123456")));
  EXPECT_EQ(text_member(body, "field"), "body");
  EXPECT_EQ(text_member(body, "code"), "body_too_large");
}

}  // namespace
}  // namespace barbacane::integration
