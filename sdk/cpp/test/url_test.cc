#include "barbacane/url.h"

#include <gtest/gtest.h>

#include "barbacane/headers.h"
#include "barbacane/text.h"

namespace barbacane::plugin {
namespace {

TEST(Url, ComesApart) {
  const auto url = parse_url("https://a.example:8443/p/q?x=1#f");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->authority, "a.example:8443");
  EXPECT_EQ(url->host, "a.example");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/p/q");
  EXPECT_EQ(url->query, "x=1");
  EXPECT_EQ(url->fragment, "f");
  const auto v6 = parse_url("http://[::1]:80");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->host, "::1");
  EXPECT_EQ(v6->port, 80);
  EXPECT_EQ(v6->path, "");
  EXPECT_EQ(parse_url("http://h?q")->query, "q");
  for (const std::string_view bad :
       {"", "a", "/a", "//a", "http:/a", "http://", "http://u@h/", "http://h:0/", "http://h:x/",
        "http://h:70000/", "1http://h", "http://h /", "http://h/\n", "http://[::1", "http://[]/",
        "http://:80/"}) {
    EXPECT_FALSE(parse_url(bad)) << bad;
  }
}

TEST(Url, OnlyHttpMayBeCalled) {
  EXPECT_EQ(must_be_http_url("https://a/b"), "");
  EXPECT_EQ(must_be_http_url("HTTP://a"), "");
  EXPECT_NE(must_be_http_url("ftp://a"), "");
  EXPECT_NE(must_be_http_url("a/b"), "");
}

TEST(PercentEncoding, GoesBothWays) {
  EXPECT_EQ(percent_decode("a%20b%2Fc%zz%4"), "a b/c%zz%4");
  EXPECT_EQ(percent_encode("a b/\xC3\xA4~"), "a%20b%2F%C3%A4~");
  EXPECT_EQ(percent_encode("/a b", "/"), "/a%20b");
}

TEST(Query, IsReadAndWrittenAsAForm) {
  const Parameters parameters = parse_query("a=1+2&&b&c=%26&a=");
  const Parameters expected = {{"a", "1 2"}, {"b", ""}, {"c", "&"}, {"a", ""}};
  EXPECT_EQ(parameters, expected);
  EXPECT_EQ(form_text(expected), "a=1+2&b=&c=%26&a=");
  EXPECT_EQ(form_text({}), "");
  EXPECT_EQ(find_parameter("x=1&a=%41&a=b", "a"), "A");
  EXPECT_EQ(find_parameter("x=1&a=%41&a=b", "a", 1), "b");
  EXPECT_EQ(find_parameter("x=1&a=%41&a=b", "a", 2), std::nullopt);
  EXPECT_EQ(find_parameter("", "a"), std::nullopt);
}

TEST(Query, IsPutBehindALocation) {
  EXPECT_EQ(with_query("/a", "x=1"), "/a?x=1");
  EXPECT_EQ(with_query("/a?y=2", "x=1"), "/a?y=2&x=1");
  EXPECT_EQ(with_query("/a?", "x=1"), "/a?x=1");
  EXPECT_EQ(with_query("/a#f", "x=1"), "/a?x=1#f");
  EXPECT_EQ(with_query("/a#f?", "x=1"), "/a?x=1#f?");
  EXPECT_EQ(with_query("/a#f", ""), "/a#f");
}

TEST(Headers, NamesAndValues) {
  EXPECT_TRUE(is_header_name("x-A_1"));
  for (const std::string_view bad : {"", "a b", "a:", "\xC3\xA4", "a\n"}) {
    EXPECT_FALSE(is_header_name(bad)) << bad;
  }
  EXPECT_TRUE(is_header_value(""));
  EXPECT_TRUE(is_header_value("a b\t\xC3\xA4"));
  for (const std::string_view bad :
       std::initializer_list<std::string_view>{" a", "a ", "a\nb", "a\rb", {"a\0b", 3}, "\x7f"}) {
    EXPECT_FALSE(is_header_value(bad)) << bad;
  }
}

TEST(Text, ComparesCutsAndSplits) {
  EXPECT_TRUE(equal_ignoring_case("AbC", "aBc"));
  EXPECT_FALSE(equal_ignoring_case("ab", "abc"));
  EXPECT_TRUE(contains_ignoring_case("Mozilla GoogleBOT", "googlebot"));
  EXPECT_FALSE(contains_ignoring_case("bo", "bot"));
  EXPECT_TRUE(contains_ignoring_case("x", ""));
  EXPECT_EQ(cut_utf8("a\xC3\xA4", 2), "a");
  EXPECT_EQ(cut_utf8("a\xC3\xA4", 3), "a\xC3\xA4");
  EXPECT_EQ(concat("a", 1, '/', std::string("b"), -2), "a1/b-2");
  std::string seen;
  for_each_element(" a ,, b\t,c", ',',
                   [&](std::string_view one) { seen += concat('[', one, ']'); });
  EXPECT_EQ(seen, "[a][b][c]");
  EXPECT_EQ(parse_integer<int>("12x"), std::nullopt);
  EXPECT_EQ(parse_integer<std::uint8_t>("256"), std::nullopt);
  EXPECT_EQ(parse_integer<int>("-5"), -5);
}

}  // namespace
}  // namespace barbacane::plugin
