// The lambda plugin and AWS as others understand it: moto answers the Invoke API, botocore checks
// the signatures. See aws_emulator.py.
//
// The emulator is fetched, not committed: tests/fixtures/fetch_aws_emulator, whose result
// BARBACANE_AWS_EMULATOR names, when configuring or in the environment.
#include <cstdlib>
#include <memory>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json_body.h"
#include "proxy.h"
#include "testkit/child.h"
#include "testkit/eventually.h"

namespace barbacane::integration {
namespace {

using testing::HasSubstr;
using testing::Not;
using testkit::RequestBuilder;
using testkit::Response;
using testkit::TestGateway;

std::string python() {
  const char* given = std::getenv("BARBACANE_AWS_EMULATOR");
  return given != nullptr && *given != '\0' ? given : BARBACANE_AWS_EMULATOR;
}

class AwsEmulator : public testing::Test {
 protected:
  void SetUp() override {
    if (python().empty()) GTEST_SKIP() << "no emulator: see tests/fixtures/fetch_aws_emulator";
    emulator_ = std::make_unique<testkit::Child>(
        python(),
        std::vector<std::string>{BARBACANE_SOURCE_DIR "/tests/integration/aws_emulator.py"},
        testkit::RunOptions{});
    const bool up = testkit::eventually(std::chrono::seconds(90), [&] {
      return emulator_->standard_output().ends_with('\n') || !emulator_->running();
    });
    std::istringstream line(emulator_->standard_output());
    ASSERT_TRUE(up && line >> port_ >> key_ >> secret_) << emulator_->standard_error();
  }

  /// The function `echo` at /shop, called with that secret.
  TestGateway gateway(const std::string& secret) const {
    testkit::SpecBuilder spec;
    for (const char* method : {"GET", "POST"}) {
      spec.operation(method, "/shop/{rest+}")
          .dispatch(
              "lambda",
              R"({"function_name":"echo","region":"eu-west-1","endpoint":"http://127.0.0.1:)" +
                  std::to_string(port_) + R"(","access_key_id":")" + key_ +
                  R"(","secret_access_key":"env://SHOP_SECRET"})");
    }
    testkit::GatewayOptions options = proxy_options();
    options.environment["SHOP_SECRET"] = secret;
    return TestGateway(spec.text(), options);
  }
  /// What the function returns next, instead of its event.
  void returns_next(std::string_view result) const {
    const boost::json::value told = {
        {"results", {boost::json::string_view(result.data(), result.size())}},
        {"region", "eu-west-1"}};
    const Response response = testkit::Connection(port_).request(
        RequestBuilder("POST", "/moto-api/static/lambda-simple/response")
            .header("content-type", "application/json")
            .body(boost::json::serialize(told)));
    ASSERT_EQ(response.status, 201) << response.body;
  }

  std::unique_ptr<testkit::Child> emulator_;
  std::uint16_t port_ = 0;
  std::string key_, secret_;
};

TEST_F(AwsEmulator, TakesOurSignatureAndGetsTheEvent) {
  const Response response = gateway(secret_).request(RequestBuilder("POST", "/shop/a%20b?q=1&q=2")
                                                         .header("x-a", "1")
                                                         .header("cookie", "c=1; d=2")
                                                         .header("content-type", "application/json")
                                                         .body("{\"name\":\"\xc3\xa9\"}"));
  ASSERT_EQ(response.status, 200) << response.body << emulator_->standard_error();
  EXPECT_EQ(response.header("content-type"), "application/json");
  const auto event = object(response.body);
  EXPECT_EQ(text_member(event, "version"), "2.0");
  EXPECT_EQ(text_member(event, "rawPath"), "/shop/a%20b");
  EXPECT_EQ(text_member(event, "rawQueryString"), "q=1&q=2");
  EXPECT_EQ(text_member(event, "body"), "{\"name\":\"\xc3\xa9\"}");
  EXPECT_EQ(text_member(event.at("headers").as_object(), "x-a"), "1");
  EXPECT_EQ(event.at("cookies").as_array().size(), 2U);
  EXPECT_EQ(text_member(event.at("requestContext").at("http").as_object(), "method"), "POST");
}

TEST_F(AwsEmulator, TurnsWhatTheFunctionReturnsIntoAResponse) {
  const TestGateway served = gateway(secret_);
  returns_next(R"({"statusCode":201,"headers":{"x-from":"lambda","content-type":"text/plain"},)"
               R"("cookies":["a=1","b=2"],"body":"aGk=","isBase64Encoded":true})");
  const Response response = served.get("/shop/x");
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.body, "hi");
  EXPECT_EQ(response.header("x-from"), "lambda");
  EXPECT_EQ(response.header("content-type"), "text/plain");
  EXPECT_EQ(response.count("set-cookie"), 2);
  returns_next("[1,2]");
  EXPECT_EQ(served.get("/shop/x").body, "[1,2]");
}

TEST_F(AwsEmulator, RefusesAnotherSecretAndTheClientHearsNothingOfIt) {
  const TestGateway served = gateway("not-the-secret");
  const Response response = served.get("/shop/x");
  EXPECT_EQ(response.status, 502);
  EXPECT_EQ(problem_type(response), "lambda-invocation-failed");
  EXPECT_THAT(response.body, Not(HasSubstr("Signature")));
  EXPECT_THAT(served.log() + served.standard_error(), Not(HasSubstr("not-the-secret")));
}

}  // namespace
}  // namespace barbacane::integration
