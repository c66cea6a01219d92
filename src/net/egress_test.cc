#include "net/egress.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace barbacane::net {
namespace {

IpAddress ip(std::string_view text) {
  const auto address = parse_ip(text);
  EXPECT_TRUE(address) << text;
  return address.value_or(IpAddress{});
}

struct Block {
  std::string_view below;  ///< the last address before the block; empty if another block ends there
  std::string_view first;
  std::string_view last;
  std::string_view above;
};

constexpr Block kIpv4Blocks[] = {
    {"", "0.0.0.0", "0.255.255.255", "1.0.0.0"},
    {"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
    {"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"},
    {"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"},
    {"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"},
    {"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"},
    {"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"},
    {"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"},
    {"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"},
    {"223.255.255.255", "224.0.0.0", "239.255.255.255", ""},
    {"", "240.0.0.0", "255.255.255.255", ""},
};

constexpr Block kIpv6Blocks[] = {
    {"", "::", "::1", ""},
    {"64:ff9b:0:ffff:ffff:ffff:ffff:ffff", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
     "64:ff9b:2::"},
    {"fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
     "fe00::"},
    {"fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
     ""},
    {"", "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""},
    {"", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""},
};

std::string hex_groups(const IpAddress& v4) {
  char text[16];
  std::snprintf(text, sizeof text, "%x:%x", v4[12] << 8 | v4[13], v4[14] << 8 | v4[15]);
  return text;
}

/// Every way to write an IPv4 address, or to carry it.
std::vector<IpAddress> spellings(std::string_view v4) {
  const std::string dotted(v4);
  const std::string groups = hex_groups(ip(v4));
  return {ip(dotted),
          ip("::ffff:" + dotted),
          ip("0:0:0:0:0:FFFF:" + dotted),
          ip("::ffff:" + groups),
          ip("::" + dotted),
          ip("::ffff:0:" + dotted),
          ip("64:ff9b::" + dotted),
          ip("64:FF9B:0:0:0:0:" + groups),
          ip("2002:" + groups + "::"),
          ip("2002:" + groups + ":1234::8")};
}

TEST(Egress, InternalIpv4BlocksEndWhereTheyEndInEverySpelling) {
  for (const Block& block : kIpv4Blocks) {
    for (const auto inside : {block.first, block.last}) {
      for (const IpAddress& address : spellings(inside)) {
        EXPECT_TRUE(is_internal(address)) << inside << " as " << to_text(address);
      }
    }
    for (const auto outside : {block.below, block.above}) {
      if (outside.empty()) continue;
      for (const IpAddress& address : spellings(outside)) {
        EXPECT_FALSE(is_internal(address)) << outside << " as " << to_text(address);
      }
    }
  }
}

TEST(Egress, InternalIpv6BlocksEndWhereTheyEnd) {
  for (const Block& block : kIpv6Blocks) {
    for (const auto inside : {block.first, block.last}) {
      EXPECT_TRUE(is_internal(ip(inside))) << inside;
    }
    for (const auto outside : {block.below, block.above}) {
      if (outside.empty()) continue;
      EXPECT_FALSE(is_internal(ip(outside))) << outside;
    }
  }
}

TEST(Egress, PublicAddressesAreNotInternal) {
  for (const auto text : {"1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700::1111", "2001:db8::1",
                          "2a00:1450:4001:81b::200e", "64:ff9b::808:808", "2002:808:808::1"}) {
    EXPECT_FALSE(is_internal(ip(text))) << text;
    EXPECT_TRUE(allows(Egress::kGuarded, ip(text))) << text;
  }
}

TEST(Egress, LinkLocalAndMetadataAreNeverAllowedInAnySpelling) {
  for (const auto text : {"169.254.0.0", "169.254.169.254", "169.254.255.255", "100.100.100.200"}) {
    for (const IpAddress& address : spellings(text)) {
      EXPECT_TRUE(is_never_allowed(address)) << text << " as " << to_text(address);
      EXPECT_TRUE(is_internal(address)) << text << " as " << to_text(address);
    }
  }
  for (const auto text : {"fe80::", "fe80::1", "febf:ffff::", "fd00:ec2::254", "fd20:ce::254"}) {
    EXPECT_TRUE(is_never_allowed(ip(text))) << text;
  }
  for (const auto text :
       {"169.253.255.255", "169.255.0.0", "100.100.100.199", "100.100.100.201", "127.0.0.1",
        "10.0.0.1", "::1", "fd00:ec2::253", "fd00:ec2::255", "fd00:ec2:0:1::254", "fec0::"}) {
    EXPECT_FALSE(is_never_allowed(ip(text))) << text;
  }
}

TEST(Egress, TheGuardAndWhoWroteTheDestinationDecide) {
  struct Case {
    const char* variable;  ///< null: unset
    Destination destination;
    std::string_view address;
    bool allowed;
  };
  constexpr auto kWrote = Destination::kOperatorWrote;
  constexpr auto kComputed = Destination::kComputed;
  const Case cases[] = {
      {nullptr, kComputed, "8.8.8.8", true},
      {nullptr, kComputed, "10.0.0.1", false},
      {nullptr, kComputed, "127.0.0.1", false},
      {nullptr, kWrote, "10.0.0.1", true},
      {nullptr, kWrote, "::1", true},
      {nullptr, kWrote, "169.254.169.254", false},
      {nullptr, kWrote, "fe80::1", false},
      {"0", kWrote, "10.0.0.1", false},
      {"0", kWrote, "8.8.8.8", true},
      {"0", kComputed, "10.0.0.1", false},
      {"1", kComputed, "10.0.0.1", true},
      {"true", kComputed, "127.0.0.1", true},
      {"TRUE", kWrote, "169.254.169.254", true},
      {"yes", kComputed, "fe80::1", true},
      {"", kComputed, "10.0.0.1", false},
      {"no", kComputed, "10.0.0.1", false},
      {"True", kComputed, "10.0.0.1", false},
      {"False", kWrote, "10.0.0.1", true},
  };
  for (const Case& one : cases) {
    const auto guard =
        one.variable == nullptr ? EgressGuard::kOn : parse_egress_guard(one.variable);
    EXPECT_EQ(allows(egress(guard, one.destination), ip(one.address)), one.allowed)
        << (one.variable == nullptr ? "(unset)" : one.variable) << ' ' << one.address;
  }
}

TEST(Egress, ANameIsRefusedWhenAnyOfItsAddressesIsBlocked) {
  const std::vector<IpAddress> mixed = {ip("8.8.8.8"), ip("2606:4700::1111"), ip("10.1.2.3")};
  EXPECT_EQ(first_blocked(Egress::kGuarded, mixed), ip("10.1.2.3"));
  EXPECT_EQ(first_blocked(Egress::kOperatorWrote, mixed), std::nullopt);
  const std::vector<IpAddress> rebound = {ip("8.8.8.8"), ip("::ffff:169.254.169.254")};
  EXPECT_TRUE(first_blocked(Egress::kOperatorWrote, rebound));
  EXPECT_FALSE(first_blocked(Egress::kOpen, rebound));
}

}  // namespace
}  // namespace barbacane::net
