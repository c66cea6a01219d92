#include "net/detail/host_name.h"

#include <string>

#include <gtest/gtest.h>

namespace barbacane::net::detail {
namespace {

TEST(HostName, IsLabelsOfTheCharactersNamesHave) {
  for (const auto name :
       {"a", "api", "api.example.com", "api.example.com.", "API.Example", "a-b.c_d",
        "_dmarc.example", "xn--bcher-kva.example", "4chan.org", "1.2.3.4.example"}) {
    EXPECT_TRUE(is_host_name(name)) << name;
  }
  EXPECT_TRUE(is_host_name(std::string(63, 'a') + ".b"));
}

TEST(HostName, OtherThingsAreNone) {
  for (const auto name : {"",
                          ".",
                          "..",
                          "a..b",
                          ".a",
                          "a b",
                          "a/b",
                          "a:80",
                          "a%41",
                          "b\xC3\xBC.de",
                          "127.1",
                          "2130706433",
                          "0x7f000001",
                          "1.2.3",
                          "example.0",
                          "example.0x1",
                          "[::1]",
                          "::1",
                          "fe80::1%eth0",
                          "a\n",
                          "user@host"}) {
    EXPECT_FALSE(is_host_name(name)) << name;
  }
  EXPECT_FALSE(is_host_name(std::string(64, 'a') + ".b"));
  std::string name;
  while (name.size() < 254) name += "a.";
  EXPECT_FALSE(is_host_name(name + "b"));
}

TEST(HostName, AddressesMayStandInTheBracketsOfUrls) {
  EXPECT_EQ(as_address("[::1]"), parse_ip("::1"));
  EXPECT_EQ(as_address("::1"), parse_ip("::1"));
  EXPECT_EQ(as_address("127.0.0.1"), parse_ip("127.0.0.1"));
  for (const auto text : {"[127.0.0.1]", "[]", "[", "[::1", "::1]", "[[::1]]", "api"}) {
    EXPECT_FALSE(as_address(text)) << text;
  }
}

TEST(HostName, InvalidIsADomain) {
  for (const auto name : {"invalid", "invalid.", "api.invalid", "a.b.invalid."}) {
    EXPECT_TRUE(is_invalid(name)) << name;
  }
  for (const auto name : {"", "notinvalid", "invalid.example"}) {
    EXPECT_FALSE(is_invalid(name)) << name;
  }
}

TEST(HostName, LocalhostIsADomain) {
  for (const auto name : {"localhost", "localhost.", "api.localhost", "a.b.localhost."}) {
    EXPECT_TRUE(is_localhost(name)) << name;
  }
  for (const auto name : {"", "notlocalhost", "localhost.example", "local"}) {
    EXPECT_FALSE(is_localhost(name)) << name;
  }
}

}  // namespace
}  // namespace barbacane::net::detail
