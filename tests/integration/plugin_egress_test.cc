// Where plugins may connect to: plugin ABI, 9.1.
#include <chrono>
#include <string>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "calling_plugin.h"
#include "testkit/eventually.h"
#include "testkit/upstream.h"
#include "testkit/websocket.h"

namespace barbacane::integration {
namespace {

using namespace std::chrono_literals;
using Entry = CallingGateway::Entry;
using testing::AnyOf;
using testkit::Upstream;

/// What becomes of a call: the upstream hears of it, or this is its `kind` in the log.
constexpr std::string_view kReached = "reached";
constexpr std::string_view kBlocked = "blocked";

class PluginEgress : public testing::TestWithParam<std::tuple<PluginAbi, OutboundFunction>> {
 protected:
  PluginEgress() {
    if (function() == OutboundFunction::kUpgrade) {
      upstream_.otherwise({testkit::accept_websocket(), testkit::echo_websocket()});
    } else {
      upstream_.otherwise({testkit::answer(200, "fine")});
    }
  }

  static OutboundFunction function() { return std::get<1>(GetParam()); }

  /// The upstream's port there.
  std::string url(std::string_view host, std::string_view path = "") const {
    const std::string scheme = function() == OutboundFunction::kUpgrade ? "ws://" : "http://";
    return scheme + std::string(host) + ':' + std::to_string(upstream_.port()) + std::string(path);
  }

  CallingGatewayOptions options(std::vector<std::string> written, std::string_view guard = "") {
    CallingGatewayOptions options{.abi = std::get<0>(GetParam()), .written = std::move(written)};
    if (!guard.empty())
      options.gateway.environment["BARBACANE_ALLOW_INTERNAL_EGRESS"] = std::string(guard);
    return options;
  }

  std::string outcome(const CallingGateway& gateway, const std::string& url, Entry entry) const {
    const std::size_t heard = upstream_.requests().size();
    const std::size_t failed = gateway.failures().size();
    const std::string json = function() == OutboundFunction::kUpgrade
                                 ? R"({"url":")" + url + R"("})"
                                 : http_request(url);
    gateway.request({{function(), json}}, entry);
    std::string what = "nothing";
    testkit::eventually(20s, [&] {
      const std::vector<std::string> failures = gateway.failures();
      if (upstream_.requests().size() > heard) what = kReached;
      if (failures.size() > failed) what = failures.back();
      return what != "nothing";
    });
    return what;
  }

  Upstream upstream_;
};

INSTANTIATE_TEST_SUITE_P(
    Each, PluginEgress,
    testing::Combine(testing::Values(PluginAbi::kJson, PluginAbi::kDirect),
                     testing::Values(OutboundFunction::kCall, OutboundFunction::kStream,
                                     OutboundFunction::kDetach, OutboundFunction::kUpgrade)),
    [](const auto& each) {
      return std::string(name_of(std::get<1>(each.param))) +
             (std::get<0>(each.param) == PluginAbi::kJson ? "Json" : "Direct");
    });

TEST_P(PluginEgress, RefusesInternalAddressesThatThePluginComputed) {
  // The operator's word for one entry is none for another, nor for another host.
  const CallingGateway gateway(options({url("127.0.0.1")}));
  for (const std::string_view host :
       {"127.0.0.1",          "127.0.0.2",       "0.0.0.0",         "10.0.0.1",
        "172.16.0.1",         "192.168.0.1",     "100.64.0.1",      "169.254.169.254",
        "224.0.0.1",          "255.255.255.255", "[::1]",           "[::]",
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",   "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",    "[fe80::1]",       "[fd00:ec2::254]", "localhost",
        "LocalHost",          "any.localhost"}) {
    SCOPED_TRACE(host);
    EXPECT_EQ(outcome(gateway, url(host), Entry::kComputed), kBlocked);
    if (host == "127.0.0.1") continue;
    EXPECT_EQ(outcome(gateway, url(host), Entry::kWritten), kBlocked);
  }
  EXPECT_EQ(upstream_.accepted(), 0U);
}

TEST_P(PluginEgress, HasNoOtherSpellingsForThem) {
  const CallingGateway gateway(options({}));
  for (const std::string_view host :
       {"2130706433", "0x7f000001", "0x7f.1", "127.1", "0177.0.0.1", "127.0.0.1.", "localhost.",
        "%31%32%37.0.0.1", "[::1%25lo]"}) {
    SCOPED_TRACE(host);
    EXPECT_THAT(outcome(gateway, url(host), Entry::kComputed), AnyOf(kBlocked, "dns", "invalid"));
  }
  EXPECT_EQ(upstream_.accepted(), 0U);
}

TEST_P(PluginEgress, AllowsWhatTheOperatorWrote) {
  for (const std::string_view host : {"127.0.0.1", "localhost", "[::ffff:127.0.0.1]"}) {
    SCOPED_TRACE(host);
    // Any path of it; scheme, host and port are what counts.
    const CallingGateway gateway(options({url(host, "/written")}));
    EXPECT_EQ(outcome(gateway, url(host, "/computed?x=y"), Entry::kWritten), kReached);
    EXPECT_EQ(outcome(gateway, url(host, "/written"), Entry::kComputed), kBlocked);
  }
  // Nobody is there, but it was tried.
  const CallingGateway gateway(options({url("[::1]")}));
  EXPECT_EQ(outcome(gateway, url("[::1]"), Entry::kWritten), "connect");
  EXPECT_EQ(outcome(gateway, url("[::1]"), Entry::kComputed), kBlocked);
}

TEST_P(PluginEgress, TakesTheOperatorsWordForThatOriginOnly) {
  const std::string host = "127.0.0.1:" + std::to_string(upstream_.port());
  const bool joins = function() == OutboundFunction::kUpgrade;
  const CallingGateway gateway(
      options({(joins ? "http://" : "ws://") + host, "https://" + host, "wss://" + host, host,
               "127.0.0.1", (joins ? "ws://" : "http://") + std::string("127.0.0.1")}));
  EXPECT_EQ(outcome(gateway, url("127.0.0.1"), Entry::kWritten), kBlocked);
  EXPECT_EQ(upstream_.accepted(), 0U);
}

TEST_P(PluginEgress, NeverAllowsWhereCloudsHandOutCredentials) {
  const std::vector<std::string> urls = {url("169.254.169.254"), url("[::ffff:169.254.169.254]"),
                                         url("169.254.0.1"),     url("[fe80::1]"),
                                         url("[fd00:ec2::254]"), url("100.100.100.200")};
  const CallingGateway gateway(options(urls));
  for (const std::string& each : urls) {
    EXPECT_EQ(outcome(gateway, each, Entry::kWritten), kBlocked) << each;
  }
}

TEST_P(PluginEgress, MakesNoExceptionWhenTheGuardIsStrict) {
  const CallingGateway gateway(options({url("127.0.0.1"), url("localhost")}, "0"));
  EXPECT_EQ(outcome(gateway, url("127.0.0.1"), Entry::kWritten), kBlocked);
  EXPECT_EQ(outcome(gateway, url("localhost"), Entry::kWritten), kBlocked);
  EXPECT_EQ(upstream_.accepted(), 0U);
}

TEST_P(PluginEgress, IsFreeWhenTheGuardIsOff) {
  const CallingGateway gateway(options({}, "1"));
  for (const std::string_view host : {"127.0.0.1", "localhost", "[::ffff:127.0.0.1]"}) {
    EXPECT_EQ(outcome(gateway, url(host), Entry::kComputed), kReached) << host;
  }
  EXPECT_EQ(outcome(gateway, url("[::1]"), Entry::kComputed), "connect");
}

}  // namespace
}  // namespace barbacane::integration
