#include "services/url.h"

#include <gtest/gtest.h>

namespace barbacane::services {
namespace {

std::string origin_of(std::string_view text, UrlSchemes schemes = UrlSchemes::kHttp) {
  const auto url = split_url(text, schemes);
  return url ? url->origin.text() + ' ' + url->origin.authority + ' ' + std::string(url->rest) : "";
}

TEST(SplitUrl, FindsWhereItGoes) {
  EXPECT_EQ(origin_of("https://orders"), "https://orders:443 orders ");
  EXPECT_EQ(origin_of("HTTP://Orders.Internal:8080/v1/?a=/b#c"),
            "http://orders.internal:8080 orders.internal:8080 /v1/?a=/b#c");
  EXPECT_EQ(origin_of("https://a:443?q"), "https://a:443 a ?q");
  EXPECT_EQ(origin_of("https://[2001:DB8::1]:1"), "https://[2001:db8::1]:1 [2001:db8::1]:1 ");
  EXPECT_EQ(origin_of("wss://a/chat", UrlSchemes::kWebSocket), "https://a:443 a /chat");
}

TEST(SplitUrl, KeepsCredentialsApart) {
  const auto url = split_url("https://user:w@rd@host/a@b", UrlSchemes::kHttp);
  ASSERT_TRUE(url);
  EXPECT_EQ(url->origin.host, "host");
  EXPECT_EQ(url->credentials, "user:w@rd");
  EXPECT_EQ(split_url("https://@host", UrlSchemes::kHttp)->credentials, "");
  EXPECT_EQ(split_url("https://host/@", UrlSchemes::kHttp)->credentials, std::nullopt);
}

TEST(SplitUrl, RefusesEverythingElse) {
  for (const auto* text :
       {"", "a", "//a", "http:/a", "ftp://a", "wss://a", "https://", "https:///a", "https://a b",
        "https://a:0", "https://a:65536", "https://a:x", "https://[::1", "https://[a]",
        "https://::1", "https://a\\b", " https://a", "https://a:1:2", "https://%61"}) {
    EXPECT_FALSE(split_url(text, UrlSchemes::kHttp)) << text;
  }
  EXPECT_EQ(split_url("https://bücher.example", UrlSchemes::kHttp).error(),
            UrlFault::kOtherLetters);
}

TEST(EncodeForTarget, EscapesOnlyWhatMayNotStand) {
  EXPECT_EQ(encode_for_target("/a b/%41%2e%zz?\"é"), "/a%20b/%41.%25zz?%22%C3%A9");
}

}  // namespace
}  // namespace barbacane::services
