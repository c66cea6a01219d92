#include "gateway/client_ip.h"

#include <vector>

#include <gtest/gtest.h>

namespace barbacane::gateway {
namespace {

using Known = http::KnownField;

struct Case {
  const char* what;
  const char* peer;
  std::vector<std::pair<Known, const char*>> fields;
  const char* expected;
};

class ClientIp : public testing::TestWithParam<Case> {};

TEST_P(ClientIp, IsTheRightmostAddressNobodyVouchesFor) {
  const std::vector<std::string> entries = {"10.0.0.0/8", "192.168.1.1", "2001:db8::/33"};
  const auto trusted = TrustedProxies::parse(entries);
  ASSERT_TRUE(trusted);
  std::pmr::monotonic_buffer_resource arena;
  http::RequestHead head(&arena);
  for (const auto& [known, value] : GetParam().fields) {
    auto& first = head.first[static_cast<std::size_t>(known)];
    if (first < 0) first = static_cast<std::int16_t>(head.fields.size());
    head.fields.push_back({"n", value, known});
  }
  EXPECT_EQ(client_ip(head, GetParam().peer, *trusted, &arena), GetParam().expected)
      << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(
    Table, ClientIp,
    testing::Values(
        Case{"peer is not trusted", "9.9.9.9", {{Known::kXForwardedFor, "1.1.1.1"}}, "9.9.9.9"},
        Case{"no field", "10.0.0.1", {}, "10.0.0.1"},
        Case{"one hop", "10.0.0.1", {{Known::kXForwardedFor, "1.1.1.1"}}, "1.1.1.1"},
        Case{"forged hop to the left",
             "10.0.0.1",
             {{Known::kXForwardedFor, "6.6.6.6, 1.1.1.1"}},
             "1.1.1.1"},
        Case{"trusted hops are skipped",
             "10.0.0.1",
             {{Known::kXForwardedFor, "1.1.1.1, 192.168.1.1,10.2.3.4"}},
             "1.1.1.1"},
        Case{"lines are one list",
             "10.0.0.1",
             {{Known::kXForwardedFor, "6.6.6.6, 1.1.1.1"}, {Known::kXForwardedFor, "10.0.0.9"}},
             "1.1.1.1"},
        Case{"only trusted hops", "10.0.0.1", {{Known::kXForwardedFor, "10.0.0.9"}}, "10.0.0.1"},
        Case{"real ip when only trusted hops",
             "10.0.0.1",
             {{Known::kXForwardedFor, "10.0.0.9"}, {Known::kXRealIp, "1.2.3.4"}},
             "1.2.3.4"},
        Case{"port is dropped", "10.0.0.1", {{Known::kXForwardedFor, "1.1.1.1:1234"}}, "1.1.1.1"},
        Case{"garbage stops the walk",
             "10.0.0.1",
             {{Known::kXForwardedFor, "1.1.1.1, unknown"}, {Known::kXRealIp, "6.6.6.6"}},
             "10.0.0.1"},
        Case{"mapped addresses are IPv4",
             "10.0.0.1",
             {{Known::kXForwardedFor, "::ffff:1.1.1.1"}},
             "1.1.1.1"},
        Case{"IPv6 block", "2001:db8::5", {{Known::kXForwardedFor, "2001:db9::1"}}, "2001:db9::1"},
        Case{"outside of an odd prefix",
             "2001:db8:8000::1",
             {{Known::kXForwardedFor, "1.1.1.1"}},
             "2001:db8:8000::1"},
        Case{"forwarded",
             "10.0.0.1",
             {{Known::kForwarded, "for=6.6.6.6, for=\"[2001:db9::2]:80\";proto=https"}},
             "2001:db9::2"},
        Case{"forwarded is case-insensitive",
             "10.0.0.1",
             {{Known::kForwarded, "proto=http; For=1.1.1.1"}},
             "1.1.1.1"},
        Case{"obfuscated node", "10.0.0.1", {{Known::kForwarded, "for=_hidden"}}, "10.0.0.1"},
        Case{"empty elements", "10.0.0.1", {{Known::kXForwardedFor, "1.1.1.1, ,"}}, "1.1.1.1"}));

TEST(TrustedProxies, RefusesWhatIsNoAddress) {
  for (const char* entry : {"localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "::1/129", "",
                            "10.0.0.0/8/8", "1.2.3"}) {
    const std::vector<std::string> entries = {entry};
    const auto parsed = TrustedProxies::parse(entries);
    ASSERT_FALSE(parsed) << entry;
    EXPECT_NE(parsed.error().message.find(entry), std::string::npos);
  }
}

TEST(TrustedProxies, AcceptsEverythingAsABlockOfZeroBits) {
  const std::vector<std::string> entries = {"0.0.0.0/0", "::/0"};
  const auto parsed = TrustedProxies::parse(entries);
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->contains(*parse_ip("8.8.8.8")));
  EXPECT_TRUE(parsed->contains(*parse_ip("2001::1")));
}

TEST(TrustedProxies, TakesIpv4ZeroBitsForIpv4Only) {
  const std::vector<std::string> entries = {"0.0.0.0/0"};
  EXPECT_FALSE(TrustedProxies::parse(entries)->contains(*parse_ip("2001::1")));
}

}  // namespace
}  // namespace barbacane::gateway
