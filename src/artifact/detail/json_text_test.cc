#include "artifact/detail/json_text.h"

#include <gtest/gtest.h>

#include "artifact/detail/json_writer.h"

namespace barbacane::artifact::detail {
namespace {

std::string pretty(std::string_view text, std::size_t depth = 0) {
  std::string out;
  return append_pretty(out, text, depth) ? out : "malformed";
}

std::string compact(std::string_view text) {
  std::string out;
  const std::size_t taken = append_compact(out, text);
  return taken == 0 ? "malformed" : out + '|' + std::string(text.substr(taken));
}

TEST(JsonText, LaysOutInTwoSpaces) {
  EXPECT_EQ(pretty(R"({"a":[1,{"b":null}],"c":{}})"),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ],\n  \"c\": {}\n}");
  EXPECT_EQ(pretty("[1]", 2), "[\n      1\n    ]");
  EXPECT_EQ(pretty(" [ ] "), "[]");
  EXPECT_EQ(pretty("{ \n }"), "{}");
}

TEST(JsonText, IsStableUnderBothLayouts) {
  const std::string text = R"({"a":[true,false,null,[[]],{}],"b":"x y"})";
  EXPECT_EQ(pretty(pretty(text)), pretty(text));
  EXPECT_EQ(compact(pretty(text)), text + '|');
}

TEST(JsonText, KeepsNumbersAndStringsToTheByte) {
  for (const char* token :
       {"0", "-0", "-0.0", "1.50", "1E400", "123456789012345678901234567890", "1e-5", "\"\\u00e9\"",
        "\"\\/ \\ud800 \xc3\xa9\"", "\"a long string, longer than eight bytes\\n\""}) {
    EXPECT_EQ(pretty(token), token);
    EXPECT_EQ(compact(token), std::string(token) + '|');
  }
}

TEST(JsonText, TakesOneValueAndLeavesTheRest) {
  EXPECT_EQ(compact("{ \"a\" : 1 } , 2"), "{\"a\":1}| , 2");
  EXPECT_EQ(value_length("[1, 2]]"), 6u);
}

TEST(JsonText, RefusesWhatRfc8259Refuses) {
  for (std::string_view text :
       {"",          " ",          "{",           "[",
        "[1",        "[1,]",       "[,1]",        "{\"a\"}",
        "{\"a\":}",  "{\"a\":1,}", "{a:1}",       "{1:1}",
        "{\"a\" 1}", "[1 2]",      "01",          "-",
        "+1",        "1.",         ".5",          "1e",
        "1e+",       "0x1",        "NaN",         "tru",
        "nul",       "'a'",        "\"",          "\"a",
        "\"\\",      "\"\\x\"",    "\"\\u12g4\"", "\"\\u12",
        "\"\n\"",    "]",          "}",           "[}",
        "{]",        "1 2",        "[1]]",        "\"a\tb is a raw tab in a long text\""}) {
    EXPECT_EQ(pretty(text), "malformed") << text;
  }
  EXPECT_EQ(pretty(std::string_view("\"\0\"", 3)), "malformed");
  EXPECT_EQ(pretty(std::string_view("\"\\\0\"", 4)), "malformed");
}

TEST(JsonText, BoundsItsDepth) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + '1' + std::string(depth, ']');
  };
  EXPECT_EQ(value_length(nested(kMaxDepth)), nested(kMaxDepth).size());
  EXPECT_EQ(value_length(nested(kMaxDepth + 1)), 0u);
  EXPECT_EQ(value_length(std::string(1'000'000, '[')), 0u);
}

TEST(JsonText, UndoesEscapes) {
  EXPECT_EQ(unescape(R"("a\"\\\/\b\f\n\r\tz")"), "a\"\\/\b\f\n\r\tz");
  EXPECT_EQ(unescape(R"("\u0041\u00e9\ud83d\ude00")"), "A\u00e9\U0001F600");
  EXPECT_EQ(unescape(R"("\ud83d")"), "\uFFFD");
  EXPECT_EQ(unescape(R"("\ud83d\u0041\ude00")"), "\uFFFDA\uFFFD");
  EXPECT_EQ(unescape(R"("\u0000")"), std::string(1, '\0'));
}

TEST(JsonWriter, WritesInPlaceWithTheLayoutAround) {
  JsonWriter json;
  json.open_object();
  json.key("a").open_array();
  json.string("x\"y");
  json.value({"{\"k\":[1]}"});
  json.value({});
  json.open_array();
  json.close_array();
  json.close_array();
  json.key("n").number(0.1);
  json.key("o").open_object();
  json.close_object();
  json.close_object();
  EXPECT_TRUE(json.ok());
  EXPECT_EQ(json.take(),
            "{\n  \"a\": [\n    \"x\\\"y\",\n    {\n      \"k\": [\n        1\n      ]\n    },\n"
            "    null,\n    []\n  ],\n  \"n\": 0.1,\n  \"o\": {}\n}");
}

}  // namespace
}  // namespace barbacane::artifact::detail
