#include "barbacane/json.h"

#include <gtest/gtest.h>

namespace barbacane::plugin::json {
namespace {

std::string again(std::string_view text) {
  Document document;
  return document.parse(text) ? document.text() : "error: " + document.error();
}

bool is_refused(std::string_view text) {
  Document document;
  return !document.parse(text) && !document.error().empty();
}

TEST(Json, KeepsOrderNumbersAndEscapes) {
  EXPECT_EQ(again(R"( { "b" : 1.50, "a" : [ 1e400, -0, "\u0041\ud800\n" ], "c" : null } )"),
            R"({"b":1.50,"a":[1e400,-0,"\u0041\ud800\n"],"c":null})");
  EXPECT_EQ(again("[]"), "[]");
  EXPECT_EQ(again("{}"), "{}");
  EXPECT_EQ(again(R"("a")"), R"("a")");
  EXPECT_EQ(again("true"), "true");
}

TEST(Json, RefusesWhatIsNoJson) {
  for (const std::string_view text : {"",
                                      " ",
                                      "{",
                                      "[",
                                      "[1,]",
                                      "{\"a\":1,}",
                                      "{\"a\"}",
                                      "{a:1}",
                                      "01",
                                      "1.",
                                      "-",
                                      "1e",
                                      "+1",
                                      "nul",
                                      "truex",
                                      "\"a",
                                      "\"\\x\"",
                                      "\"\\u12g4\"",
                                      "\"\x01\"",
                                      "\"\xff\"",
                                      "\"\xed\xa0\x80\"",
                                      "1 2",
                                      "[1 2]",
                                      "{\"a\":1 \"b\":2}",
                                      "NaN",
                                      "'a'",
                                      "]",
                                      "[1]]",
                                      "\xef\xbb\xbf{}"}) {
    EXPECT_TRUE(is_refused(text)) << text;
  }
}

TEST(Json, RefusesNestingThatWouldOverflowTheStack) {
  const std::size_t most = Document::kMaxDepth;
  EXPECT_EQ(again(std::string(most, '[') + std::string(most, ']')),
            std::string(most, '[') + std::string(most, ']'));
  EXPECT_TRUE(is_refused(std::string(most + 1, '[') + std::string(most + 1, ']')));
  EXPECT_TRUE(is_refused(std::string(1'000'000, '[')));
}

TEST(Json, DecodesStrings) {
  Document document;
  ASSERT_TRUE(document.parse(R"(["\"\\\/\b\f\n\r\t","\u00e4\ud83d\ude00","\ud800x","\udc00"])"));
  const Node* one = document.root()->first;
  EXPECT_EQ(one->text, "\"\\/\b\f\n\r\t");
  EXPECT_EQ((one = one->next)->text, "\xC3\xA4\xF0\x9F\x98\x80");
  EXPECT_EQ((one = one->next)->text, "\xEF\xBF\xBDx");
  EXPECT_EQ((one = one->next)->text, "\xEF\xBF\xBD");
}

TEST(Json, FindsMembers) {
  Document document;
  ASSERT_TRUE(document.parse(R"({"a":1,"\u0062":"x","a":2,"n":9223372036854775807,"f":1.0})"));
  const Node& root = *document.root();
  EXPECT_EQ(root.find("a")->integer(), 1);
  EXPECT_EQ(root.string("b"), "x");
  EXPECT_EQ(root.string("a"), std::nullopt);
  EXPECT_EQ(root.find("n")->integer(), 9223372036854775807);
  EXPECT_EQ(root.find("f")->integer(), std::nullopt);
  EXPECT_EQ(root.find("z"), nullptr);
  EXPECT_EQ(root.size(), 5u);
}

TEST(Json, ChangesMembersInPlace) {
  Document document;
  ASSERT_TRUE(document.parse(R"({"a":1,"b":2,"a":3})"));
  Node& root = *document.root();
  document.set(root, "a", *document.make_string("x\"y"));
  EXPECT_EQ(document.text(), R"({"a":"x\"y","b":2})");
  document.set(root, "c", *document.make_literal(Kind::kNumber, "7"));
  EXPECT_TRUE(Document::remove(root, "b"));
  EXPECT_FALSE(Document::remove(root, "b"));
  EXPECT_EQ(document.text(), R"({"a":"x\"y","c":7})");
}

TEST(JsonWriter, PutsCommasAndEscapes) {
  std::string out;
  Writer(out)
      .begin_object()
      .member("a")
      .string("\"\\\n\x01\x7f\xff\xC3\xA4")
      .member("b")
      .begin_array()
      .integer(-5)
      .boolean(true)
      .null()
      .begin_object()
      .end_object()
      .end_array()
      .member("c")
      .raw("1.5")
      .end_object();
  EXPECT_EQ(out,
            "{\"a\":\"\\\"\\\\\\n\\u0001\\u007f\xEF\xBF\xBD\xC3\xA4\",\"b\":[-5,true,null,{}],"
            "\"c\":1.5}");
}

TEST(JsonPointer, TakesRfc6901Apart) {
  const auto pointer = Pointer::parse("/a~1b/m~0n//0");
  ASSERT_TRUE(pointer);
  ASSERT_EQ(pointer->count(), 4u);
  EXPECT_EQ(pointer->token(0), "a/b");
  EXPECT_EQ(pointer->token(1), "m~n");
  EXPECT_EQ(pointer->token(2), "");
  EXPECT_EQ(pointer->token(3), "0");
  EXPECT_EQ(Pointer::parse("")->count(), 0u);
  EXPECT_FALSE(Pointer::parse("a"));
  EXPECT_FALSE(Pointer::parse("/a~2"));
  EXPECT_FALSE(Pointer::parse("/a~"));
  EXPECT_EQ(array_index("10"), 10u);
  EXPECT_FALSE(array_index("01"));
  EXPECT_FALSE(array_index("-"));
}

}  // namespace
}  // namespace barbacane::plugin::json
