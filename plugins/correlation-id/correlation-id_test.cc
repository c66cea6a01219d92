#include "plugins/plugin_test.h"

namespace barbacane::plugins {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

class CorrelationId : public PluginTest {
 protected:
  CorrelationId() : PluginTest("correlation-id") {}
};

TEST_P(CorrelationId, TakesOverWhatTheClientSends) {
  auto exchange = load("{}").exchange({.headers = {{"X-Correlation-ID", "abc-1"}}});
  EXPECT_EQ(exchange.on_request(), Verdict::kContinue);
  EXPECT_EQ(exchange.request().header("x-correlation-id"), "abc-1");
  EXPECT_EQ(exchange.context("correlation-id"), "abc-1");
  exchange.on_response({.status = 200});
  EXPECT_EQ(exchange.response().header("x-correlation-id"), "abc-1");
}

TEST_P(CorrelationId, MakesAUuidVersion7) {
  auto& plugin = load("{}");
  auto exchange = plugin.exchange();
  EXPECT_EQ(exchange.on_request(), Verdict::kContinue);
  const std::string made = exchange.request().header("x-correlation-id").value_or("");
  EXPECT_THAT(made, MatchesRegex("[0-9a-f]+-[0-9a-f]+-7[0-9a-f]+-[89ab][0-9a-f]+-[0-9a-f]+"));
  EXPECT_EQ(made.size(), 36u);
  EXPECT_EQ(exchange.context("correlation-id"), made);
  exchange.on_response({});
  EXPECT_EQ(exchange.response().header("x-correlation-id"), made);
}

TEST_P(CorrelationId, TreatsUnfitIdentifiersAsAbsent) {
  auto& plugin = load("{}");
  for (const std::string& unfit :
       {std::string(), std::string(129, 'a'), std::string("a b"), std::string("\xC3\xA4")}) {
    auto exchange = plugin.exchange({.headers = {{"x-correlation-id", unfit}}});
    EXPECT_EQ(exchange.on_request(), Verdict::kContinue);
    EXPECT_EQ(exchange.request().header("x-correlation-id").value_or("").size(), 36u) << unfit;
  }
  auto longest = plugin.exchange({.headers = {{"x-correlation-id", std::string(128, '~')}}});
  longest.on_request();
  EXPECT_EQ(longest.request().header("x-correlation-id"), std::string(128, '~'));
}

TEST_P(CorrelationId, RemovesWhatIsNotTrusted) {
  auto exchange = load(R"({"trust_incoming":false,"generate_if_missing":false})")
                      .exchange({.headers = {{"x-correlation-id", "mine"}}});
  EXPECT_EQ(exchange.on_request(), Verdict::kContinue);
  EXPECT_EQ(exchange.request().header("x-correlation-id"), std::nullopt);
  EXPECT_EQ(exchange.context("correlation-id"), std::nullopt);
  exchange.on_response({});
  EXPECT_EQ(exchange.response().header("x-correlation-id"), std::nullopt);
  auto replaced =
      load(R"({"trust_incoming":false})").exchange({.headers = {{"x-correlation-id", "mine"}}});
  replaced.on_request();
  EXPECT_NE(replaced.request().header("x-correlation-id"), "mine");
}

TEST_P(CorrelationId, UsesTheHeaderOfItsConfig) {
  auto exchange = load(R"({"header_name":"X-Trace","include_in_response":false})")
                      .exchange({.headers = {{"x-trace", "t"}}});
  exchange.on_request();
  EXPECT_EQ(exchange.context("correlation-id"), "t");
  exchange.on_response({});
  EXPECT_EQ(exchange.response().header("x-trace"), std::nullopt);
}

TEST_P(CorrelationId, RefusesHeaderNamesThatAreNone) {
  EXPECT_THAT(refusal(R"({"header_name":"a b"})"), HasSubstr("'header_name'"));
  EXPECT_THAT(refusal(R"({"header_name":""})"), HasSubstr("'header_name'"));
  EXPECT_THAT(refusal(R"({"trust_incoming":"yes"})"), HasSubstr("'trust_incoming'"));
  EXPECT_THAT(refusal(R"({"header":"x"})"), HasSubstr("'header'"));
}

BARBACANE_BOTH_INTERFACES(CorrelationId);

}  // namespace
}  // namespace barbacane::plugins
