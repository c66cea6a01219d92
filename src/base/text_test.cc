#include "base/text.h"

#include <array>

#include <gtest/gtest.h>

namespace barbacane::base {
namespace {

TEST(Text, ComparesFieldNamesWithoutCase) {
  EXPECT_TRUE(equals_ignoring_case("Content-Type", "content-tYPE"));
  EXPECT_FALSE(equals_ignoring_case("content-type", "content_type"));
  EXPECT_FALSE(equals_ignoring_case("a", "ab"));
  EXPECT_TRUE(equals_ignoring_case("", ""));
}

TEST(Text, DecodesPercentEscapesOnceAndLeavesMalformedOnes) {
  EXPECT_EQ(percent_decode("a%20b%2Fc"), "a b/c");
  EXPECT_EQ(percent_decode("%2541"), "%41");
  EXPECT_EQ(percent_decode("%4"), "%4");
  EXPECT_EQ(percent_decode("%zz%"), "%zz%");
  EXPECT_EQ(percent_decode("a+b"), "a+b");
}

TEST(Text, KnowsValidUtf8) {
  EXPECT_TRUE(is_utf8("caf\xC3\xA9 \xF0\x9F\x98\x80"));
  for (const char* bad : {"\x80", "\xC3", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80",
                          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xFF"}) {
    EXPECT_FALSE(is_utf8(bad)) << bad;
  }
}

TEST(Text, WritesCodePointsAsUtf8) {
  std::string out;
  for (char32_t c :
       {U'A', U'\u00E9', U'\u20AC', U'\U0001F600', char32_t{0xD800}, char32_t{0x110000}})
    append_utf8(out, c);
  EXPECT_EQ(out, "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Text, CutsUtf8BetweenCharacters) {
  constexpr std::string_view kText = "a\xC3\xA9\xF0\x9F\x98\x80";
  EXPECT_EQ(utf8_prefix(kText, 0), "");
  EXPECT_EQ(utf8_prefix(kText, 2), "a");
  EXPECT_EQ(utf8_prefix(kText, 3), "a\xC3\xA9");
  EXPECT_EQ(utf8_prefix(kText, 6), "a\xC3\xA9");
  EXPECT_EQ(utf8_prefix(kText, 7), kText);
  EXPECT_EQ(utf8_prefix(kText, 99), kText);
}

TEST(Text, TrimsBlanksAtBothEnds) {
  EXPECT_EQ(trim(" \ta b\t "), "a b");
  EXPECT_EQ(trim(" \t "), "");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim("\na\n"), "\na\n");
  EXPECT_EQ(trim("\na\n", "\n"), "a");
}

TEST(Text, FindsTheNearestWordOnlyWhenItIsNear) {
  static constexpr std::array<std::string_view, 3> kWords = {"mock", "http-upstream", "lambda"};
  EXPECT_EQ(nearest("mokc", kWords), "mock");
  EXPECT_EQ(nearest("moc", kWords), "mock");
  EXPECT_EQ(nearest("http-upsteam", kWords), "http-upstream");
  EXPECT_EQ(nearest("kafka", kWords), "");
}

TEST(Text, EscapesJsonStrings) {
  EXPECT_EQ(json_string("a\"b\\c\n\x01\xC3\xA9"), "\"a\\\"b\\\\c\\n\\u0001\xC3\xA9\"");
}

}  // namespace
}  // namespace barbacane::base
