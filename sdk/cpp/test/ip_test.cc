#include "barbacane/ip.h"

#include <gtest/gtest.h>

namespace barbacane::plugin {
namespace {

bool in(std::string_view network, std::string_view address) {
  return IpNetwork::parse(network)->contains(*IpAddress::parse(address));
}

TEST(IpAddress, TakesOnlyWholeAddresses) {
  for (const std::string_view good :
       {"0.0.0.0", "255.255.255.255", "::", "::1", "1::", "1:2:3:4:5:6:7:8", "1::8",
        "::ffff:1.2.3.4", "64:ff9b::1.2.3.4", "FE80::Ab", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8"}) {
    EXPECT_TRUE(IpAddress::parse(good)) << good;
  }
  for (const std::string_view bad : {"",
                                     "1.2.3",
                                     "1.2.3.4.5",
                                     "256.1.1.1",
                                     "01.2.3.4",
                                     "1.2.3.4 ",
                                     "1.2.3.x",
                                     ":",
                                     ":1",
                                     "1:",
                                     ":::",
                                     "1::2::3",
                                     "1:2:3:4:5:6:7",
                                     "1:2:3:4:5:6:7:8:9",
                                     "12345::",
                                     "g::",
                                     "::1.2.3",
                                     "1.2.3.4::",
                                     "::1%eth0",
                                     "[::1]",
                                     "1:2:3:4:5:6:7:1.2.3.4",
                                     "-1.2.3.4",
                                     "+1.2.3.4",
                                     "1..2.3"}) {
    EXPECT_FALSE(IpAddress::parse(bad)) << bad;
  }
  EXPECT_EQ(IpAddress::parse("::ffff:1.2.3.4"), IpAddress::parse("1.2.3.4"));
  EXPECT_EQ(IpAddress::parse("::ffff:102:304"), IpAddress::parse("1.2.3.4"));
  EXPECT_EQ(IpAddress::parse("1:0:0:0:0:0:0:2"), IpAddress::parse("1::2"));
  EXPECT_NE(IpAddress::parse("::1.2.3.4"), IpAddress::parse("1.2.3.4"));
}

TEST(IpNetwork, ContainsWhatItsPrefixSays) {
  EXPECT_TRUE(in("10.0.0.0/8", "10.255.1.2"));
  EXPECT_FALSE(in("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(in("10.1.2.3/8", "10.9.9.9"));
  EXPECT_TRUE(in("192.168.1.128/25", "192.168.1.200"));
  EXPECT_FALSE(in("192.168.1.128/25", "192.168.1.127"));
  EXPECT_TRUE(in("0.0.0.0/0", "1.2.3.4"));
  EXPECT_FALSE(in("0.0.0.0/0", "::1"));
  EXPECT_TRUE(in("1.2.3.4", "1.2.3.4"));
  EXPECT_FALSE(in("1.2.3.4", "1.2.3.5"));
  EXPECT_TRUE(in("10.0.0.0/8", "::ffff:10.1.1.1"));
  EXPECT_TRUE(in("::ffff:10.0.0.0/104", "10.1.1.1"));
  EXPECT_TRUE(in("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(in("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(in("::/0", "::1"));
  for (const std::string_view bad :
       {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "::/129", "10.0.0.0/-1", "::ffff:10.0.0.0/8",
        "10.0.0/8", "a/8", "/8", "10.0.0.0/8/8"}) {
    EXPECT_FALSE(IpNetwork::parse(bad)) << bad;
  }
}

TEST(ClientAddress, IsTheFirstThatNobodyTrusts) {
  const IpNetworks trusted = parse_networks({"10.0.0.0/8", "127.0.0.1"});
  const auto client = [&](std::string_view peer, std::string_view forwarded,
                          std::string_view real = "") {
    return client_address(peer, forwarded, real, trusted);
  };
  EXPECT_EQ(client("9.9.9.9", "1.1.1.1", "2.2.2.2"), "9.9.9.9");
  EXPECT_EQ(client("10.0.0.1", "6.6.6.6, 1.1.1.1, 10.2.2.2"), "1.1.1.1");
  EXPECT_EQ(client("::ffff:127.0.0.1", "1.1.1.1"), "1.1.1.1");
  EXPECT_EQ(client("10.0.0.1", "10.2.2.2,, ", "3.3.3.3"), "3.3.3.3");
  EXPECT_EQ(client("10.0.0.1", "", ""), "10.0.0.1");
  EXPECT_EQ(client("10.0.0.1", "unknown"), "unknown");
  EXPECT_EQ(client_address("10.0.0.1", "1.1.1.1", "", {}), "10.0.0.1");
}

}  // namespace
}  // namespace barbacane::plugin
