#include "plugins/plugin_test.h"

namespace barbacane::plugins {
namespace {

using testing::HasSubstr;

class IpRestriction : public PluginTest {
 protected:
  IpRestriction() : PluginTest("ip-restriction") {}

  bool lets_in(const std::string& config, const std::string& client,
               testkit::Headers headers = {}) {
    auto exchange = load(config).exchange({.headers = std::move(headers), .client_ip = client});
    return exchange.on_request() == Verdict::kContinue;
  }
};

TEST_P(IpRestriction, JudgesByItsLists) {
  EXPECT_TRUE(lets_in("{}", "1.2.3.4"));
  EXPECT_TRUE(lets_in(R"({"allow":["10.0.0.0/8"]})", "10.1.2.3"));
  EXPECT_FALSE(lets_in(R"({"allow":["10.0.0.0/8"]})", "11.1.2.3"));
  EXPECT_FALSE(lets_in(R"({"deny":["1.2.3.4"]})", "1.2.3.4"));
  EXPECT_TRUE(lets_in(R"({"deny":["1.2.3.4"]})", "1.2.3.5"));
  EXPECT_FALSE(lets_in(R"({"allow":["10.0.0.0/8"],"deny":["10.6.6.6"]})", "10.6.6.6"));
  EXPECT_TRUE(lets_in(R"({"allow":["2001:db8::/32"]})", "2001:db8::1"));
  EXPECT_FALSE(lets_in(R"({"allow":["2001:db8::/32"]})", "2001:db9::1"));
  EXPECT_TRUE(lets_in(R"({"allow":["10.0.0.0/8"]})", "::ffff:10.1.2.3"));
}

TEST_P(IpRestriction, RefusesWhatIsNoAddressOnceThereIsAList) {
  EXPECT_TRUE(lets_in("{}", "unknown"));
  EXPECT_FALSE(lets_in(R"({"deny":["1.2.3.4"]})", "unknown"));
}

TEST_P(IpRestriction, SaysWhoWasRefused) {
  auto exchange = load(R"({"allow":["10.0.0.0/8"],"message":"Staff only","status":401})")
                      .exchange({.path = "/a/b", .client_ip = "9.9.9.9"});
  EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
  const PluginResponse& response = exchange.response();
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.header("content-type"), "application/problem+json");
  EXPECT_EQ(member(response, "type"), "urn:barbacane:error:ip-restricted");
  EXPECT_EQ(member(response, "title"), "Unauthorized");
  EXPECT_EQ(member(response, "status"), "401");
  EXPECT_EQ(member(response, "detail"), "Staff only");
  EXPECT_EQ(member(response, "instance"), "/a/b");
  EXPECT_EQ(member(response, "client_ip"), "9.9.9.9");
}

TEST_P(IpRestriction, BelievesTrustedProxiesOnly) {
  const std::string config = R"({"deny":["6.6.6.6"],"trusted_proxies":["127.0.0.0/8"]})";
  EXPECT_FALSE(lets_in(config, "127.0.0.1", {{"x-forwarded-for", "1.1.1.1, 6.6.6.6"}}));
  EXPECT_TRUE(lets_in(config, "127.0.0.1", {{"x-forwarded-for", "6.6.6.6, 1.1.1.1"}}));
  EXPECT_FALSE(
      lets_in(config, "127.0.0.1",
              {{"x-forwarded-for", "1.1.1.1"}, {"x-forwarded-for", "6.6.6.6, 127.0.0.2"}}));
  EXPECT_FALSE(lets_in(config, "127.0.0.1", {{"x-real-ip", "6.6.6.6"}}));
  EXPECT_TRUE(lets_in(config, "9.9.9.9", {{"x-forwarded-for", "6.6.6.6"}}));
}

TEST_P(IpRestriction, NamesEntriesThatAreNone) {
  EXPECT_THAT(refusal(R"({"allow":["10.0.0.0/8","10.0.0.0/33"]})"),
              HasSubstr("'allow[1]' must be"));
  EXPECT_THAT(refusal(R"({"deny":["localhost"]})"), HasSubstr("'deny[0]' must be"));
  EXPECT_THAT(refusal(R"({"trusted_proxies":[""]})"), HasSubstr("'trusted_proxies[0]' must be"));
  EXPECT_THAT(refusal(R"({"status":200})"),
              HasSubstr("'status' must be an integer from 400 to 599"));
}

BARBACANE_BOTH_INTERFACES(IpRestriction);

}  // namespace
}  // namespace barbacane::plugins
