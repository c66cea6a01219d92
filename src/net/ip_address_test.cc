#include "net/ip_address.h"

#include <gtest/gtest.h>

namespace barbacane::net {
namespace {

TEST(IpAddress, BothSpellingsOfAnIpv4AddressAreOne) {
  EXPECT_EQ(parse_ip("192.0.2.1"), parse_ip("::ffff:192.0.2.1"));
  EXPECT_EQ(parse_ip("192.0.2.1"), parse_ip("::FFFF:c000:201"));
  EXPECT_EQ(to_text(*parse_ip("::ffff:192.0.2.1")), "192.0.2.1");
  EXPECT_TRUE(is_ipv4(*parse_ip("::ffff:192.0.2.1")));
  EXPECT_FALSE(is_ipv4(*parse_ip("::192.0.2.1")));
  EXPECT_EQ(to_text(*parse_ip("2001:DB8:0:0::1")), "2001:db8::1");
}

TEST(IpAddress, WhatOnlyGenerousProgramsReadIsRefused) {
  for (const auto text :
       {"", "127.1", "0x7f.0.0.1", "2130706433", "127.0.0.1.", "1.2.3.256", "1.2.3.4:80", "[::1]",
        "fe80::1%eth0", ":::", "1::2::3", " 1.2.3.4", "127.0.0.01", "0177.0.0.1"}) {
    EXPECT_FALSE(parse_ip(text)) << text;
  }
  EXPECT_FALSE(parse_ip(std::string_view("1.2.3.4\0", 8)));
}

}  // namespace
}  // namespace barbacane::net
