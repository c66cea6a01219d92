#include "plugins/plugin_test.h"

namespace barbacane::plugins {
namespace {

using testing::HasSubstr;

class BotDetection : public PluginTest {
 protected:
  BotDetection() : PluginTest("bot-detection") {}

  Verdict verdict(const std::string& config, const std::string& agent) {
    return load(config).exchange({.headers = {{"user-agent", agent}}}).on_request();
  }
};

TEST_P(BotDetection, RefusesByPartsOfTheName) {
  const std::string config = R"({"deny":["Bot","curl/"]})";
  EXPECT_EQ(verdict(config, "GoogleBOT/2.1"), Verdict::kRespond);
  EXPECT_EQ(verdict(config, "CURL/8.0"), Verdict::kRespond);
  EXPECT_EQ(verdict(config, "Mozilla/5.0"), Verdict::kContinue);
  EXPECT_EQ(verdict("{}", "evilbot"), Verdict::kContinue);
}

TEST_P(BotDetection, PrefersAllowToDeny) {
  EXPECT_EQ(verdict(R"({"deny":["bot"],"allow":["googlebot"]})", "GoogleBot"), Verdict::kContinue);
  EXPECT_EQ(verdict(R"({"deny":["bot"],"allow":["googlebot"]})", "bingbot"), Verdict::kRespond);
}

TEST_P(BotDetection, TreatsBlankNamesAsAbsent) {
  EXPECT_EQ(verdict("{}", "  "), Verdict::kContinue);
  EXPECT_EQ(verdict(R"({"block_empty_ua":true})", " "), Verdict::kRespond);
  auto exchange = load(R"({"block_empty_ua":true})").exchange();
  EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
  EXPECT_EQ(exchange.response().status, 403);
  EXPECT_EQ(member(exchange.response(), "user_agent"), "absent");
  EXPECT_EQ(load("{}").exchange().on_request(), Verdict::kContinue);
}

TEST_P(BotDetection, SaysWhatItRefused) {
  auto exchange = load(R"({"deny":["bot"],"message":"No robots","status":429})")
                      .exchange({.headers = {{"user-agent", "bot" + std::string(300, 'x')}}});
  EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
  EXPECT_EQ(exchange.response().status, 429);
  EXPECT_EQ(member(exchange.response(), "type"), "urn:barbacane:error:bot-detected");
  EXPECT_EQ(member(exchange.response(), "title"), "Too Many Requests");
  EXPECT_EQ(member(exchange.response(), "detail"), "No robots");
  EXPECT_EQ(member(exchange.response(), "user_agent"), "bot" + std::string(253, 'x'));
}

TEST_P(BotDetection, RefusesPatternsThatMatchEverything) {
  EXPECT_THAT(refusal(R"({"deny":["a",""]})"), HasSubstr("'deny[1]' must not be empty"));
  EXPECT_THAT(refusal(R"({"allow":[""]})"), HasSubstr("'allow[0]' must not be empty"));
  EXPECT_THAT(refusal(R"({"status":302})"), HasSubstr("'status'"));
}

BARBACANE_BOTH_INTERFACES(BotDetection);

}  // namespace
}  // namespace barbacane::plugins
