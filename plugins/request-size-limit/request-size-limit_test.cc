#include "plugins/plugin_test.h"

namespace barbacane::plugins {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class RequestSizeLimit : public PluginTest {
 protected:
  RequestSizeLimit() : PluginTest("request-size-limit") {}

  Verdict verdict(const std::string& config, const std::string& content_length) {
    return load(config).exchange({.headers = {{"content-length", content_length}}}).on_request();
  }
};

TEST_P(RequestSizeLimit, RefusesByTheDeclaredLength) {
  auto exchange = load(R"({"max_bytes":10})")
                      .exchange({.method = "POST", .headers = {{"content-length", "11"}}});
  EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
  EXPECT_EQ(exchange.response().status, 413);
  EXPECT_EQ(member(exchange.response(), "type"), "urn:barbacane:error:payload-too-large");
  EXPECT_EQ(member(exchange.response(), "title"), "Payload Too Large");
  EXPECT_THAT(member(exchange.response(), "detail"), AllOf(HasSubstr("11"), HasSubstr("10")));
}

TEST_P(RequestSizeLimit, LetsExactlyTheLimitPass) {
  EXPECT_EQ(verdict(R"({"max_bytes":10})", "10"), Verdict::kContinue);
  EXPECT_EQ(verdict(R"({"max_bytes":0})", "0"), Verdict::kContinue);
  EXPECT_EQ(verdict(R"({"max_bytes":0})", "1"), Verdict::kRespond);
  EXPECT_EQ(verdict("{}", "1048576"), Verdict::kContinue);
  EXPECT_EQ(verdict("{}", "1048577"), Verdict::kRespond);
}

TEST_P(RequestSizeLimit, IgnoresLengthsThatAreNoNumber) {
  for (const char* odd : {"", "x", "-99", "1e9", "99x"}) {
    EXPECT_EQ(verdict(R"({"max_bytes":10})", odd), Verdict::kContinue) << odd;
  }
  EXPECT_EQ(verdict(R"({"max_bytes":10})", "99999999999999999999999"), Verdict::kRespond);
}

TEST_P(RequestSizeLimit, RefusesByTheBodyThatIsThere) {
  // The JSON interface tells a plugin without access to the body nothing about it.
  if (GetParam() == PluginAbi::kJson) GTEST_SKIP();
  auto& plugin = load(R"({"max_bytes":3,"check_content_length":false})");
  EXPECT_EQ(plugin.exchange({.method = "POST", .body = "abcd"}).on_request(), Verdict::kRespond);
  EXPECT_EQ(plugin.exchange({.method = "POST", .body = "abc"}).on_request(), Verdict::kContinue);
  EXPECT_EQ(plugin.exchange().on_request(), Verdict::kContinue);
}

TEST_P(RequestSizeLimit, MayLeaveTheDeclaredLengthToOthers) {
  EXPECT_EQ(verdict(R"({"max_bytes":3,"check_content_length":false})", "4"), Verdict::kContinue);
}

TEST_P(RequestSizeLimit, SaysWhatIsWrongWithItsConfig) {
  EXPECT_THAT(refusal(R"({"max_bytes":-1})"), HasSubstr("'max_bytes'"));
  EXPECT_THAT(refusal(R"({"max_bytes":"1MB"})"), HasSubstr("'max_bytes'"));
}

BARBACANE_BOTH_INTERFACES(RequestSizeLimit);

}  // namespace
}  // namespace barbacane::plugins
