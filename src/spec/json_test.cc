#include "spec/detail/testing.h"

namespace barbacane::spec {
namespace {

using namespace std::string_literals;

std::string json_value(const std::string& text) {
  const auto document = parsed("{\"v\": " + text + "}");
  EXPECT_TRUE(document->is_json());
  return show(*document->root().find("v"));
}

TEST(Json, ReadsEveryKindOfValue) {
  EXPECT_EQ(show(parsed(R"( {"a": [1, -0, 2.50, 1e5, true, false, null, "x"], "b": {}, "c": []} )")
                     ->root()),
            "{a:[1 -0 2.50f 1e5f true false null 'x'] b:{} c:[]}");
}

TEST(Json, KeepsNumbersExactly) {
  EXPECT_EQ(json_value("123456789012345678901234567890"), "123456789012345678901234567890");
  EXPECT_EQ(json_value("-0.10E+02"), "-0.10E+02f");
}

TEST(Json, DecodesEveryEscape) {
  EXPECT_EQ(json_value(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC")"),
            "'\"\\/\b\f\n\r\tA\u00e9\u20ac'");
}

TEST(Json, DecodesSurrogatePairs) {
  EXPECT_EQ(json_value(R"("a\ud83d\ude00b")"), "'a\U0001F600b'");
  EXPECT_EQ(json_value(R"("\uDBFF\uDFFF")"), "'\U0010FFFF'");
}

TEST(Json, KeepsAnEscapedNul) { EXPECT_EQ(json_value(R"("a\u0000b")"), "'a\0b'"s); }

TEST(Json, DecodesEscapesInKeys) {
  EXPECT_NE(parsed(R"({"\u0070aths": 1})")->root().find("paths"), nullptr);
}

TEST(Json, RefusesHalfASurrogatePair) {
  for (const char* half : {R"("\ud83d")", R"("\ude00")", R"("\ud83d\u0041")", R"("\ud83dx")"}) {
    EXPECT_THAT(failure_of("{\"v\": "s + half + "}"),
                testing::HasSubstr("1:8 parse error: half a surrogate pair"))
        << half;
  }
}

TEST(Json, NamesWhatItExpected) {
  EXPECT_EQ(failure_of("{\"a\": 1 \"b\": \t2"),
            "1:9 parse error: expected ',' or '}' but found '\"'");
  EXPECT_EQ(failure_of("{\"a\": \u00e9\t"), "1:7 parse error: expected a value but found '\u00e9'");
  EXPECT_EQ(failure_of("{\"a\""), "1:5 parse error: expected ':' but found the end of the file");
  EXPECT_EQ(failure_of("{\"a\": \"x\n\"b\": 1}"), "1:9 parse error: line break in a string");
  EXPECT_EQ(failure_of("{\"a\": 1} }"), "1:10 parse error: text after the end of the document");
}

TEST(Json, GivesTheYamlReadingAChance) {
  const auto document = parsed("{a: b, 'c': [1, 2,],}");
  EXPECT_EQ(show(document->root()), "{a:'b' c:[1 2]}");
  EXPECT_FALSE(document->is_json());
}

TEST(Json, LetsTheLastOfEqualKeysWin) {
  EXPECT_EQ(show(parsed(R"({"a": 1, "b": 2, "a": 3})")->root()), "{b:2 a:3}");
}

TEST(Json, LetsTheLastOfEqualKeysWinInWideObjects) {
  std::string text = "{";
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 100; ++i) {
      text += "\"k" + std::to_string(i) + "\": " + std::to_string(1000 * round + i) + ",";
    }
  }
  const auto document = parsed(text + "\"end\": 0}");
  EXPECT_EQ(document->root().members().size(), 101U);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(document->root().find("k" + std::to_string(i))->text(), std::to_string(1000 + i));
  }
  EXPECT_EQ(document->root().members().front().key, "k0");
  EXPECT_EQ(document->root().members().back().key, "end");
  EXPECT_EQ(document->root().find("k100"), nullptr);
}

TEST(Json, KnowsThePlaceOfEveryKeyAndValue) {
  const auto document =
      parsed("{\n  \"\u00e9\u20ac\U0001F600\": [\r\n    true,\t{\"x\":  \"y\"}]}\n");
  const Member& first = document->root().members()[0];
  EXPECT_EQ(show(document->root().position()), "1:1");
  EXPECT_EQ(show(first.key_position), "2:3");
  EXPECT_EQ(show(first.value->position()), "2:10");
  EXPECT_EQ(show(first.value->items()[0]->position()), "3:5");
  EXPECT_EQ(show(first.value->items()[1]->position()), "3:11");
  EXPECT_EQ(show(first.value->items()[1]->members()[0].key_position), "3:12");
  EXPECT_EQ(show(first.value->items()[1]->find("x")->position()), "3:18");
}

TEST(Json, UnderlinesValuesWithTheirQuotes) {
  const auto document = parsed(R"({"key": "value", "n": 12, "o": {}})");
  const Member& member = document->root().members()[0];
  EXPECT_EQ(key_place(*document, member).length, 5U);
  EXPECT_EQ((NodeRef{member.value, document.get()}.place().length), 7U);
  EXPECT_EQ((NodeRef{document->root().find("n"), document.get()}.place().length), 2U);
  EXPECT_EQ((NodeRef{document->root().find("o"), document.get()}.place().length), 0U);
}

TEST(Json, SkipsAByteOrderMark) {
  EXPECT_EQ(show(parsed("\xEF\xBB\xBF{\"a\":1}")->root().members()[0].key_position), "1:2");
}

TEST(Json, RefusesARootThatIsNoObject) {
  EXPECT_EQ(failure_of(" [1]"), "1:2 parse error: spec root must be an object");
}

TEST(Json, BoundsNesting) {
  const auto nested = [](std::size_t depth) {
    return "{\"a\":" + repeat("[", depth - 1) + repeat("]", depth - 1) + "}";
  };
  parsed(nested(512));
  EXPECT_EQ(failure_of(nested(513)), "1:517 parse error: nested more than 512 levels deep");
  EXPECT_THAT(failure_of(repeat("{\"a\":", 3'000'000)), testing::HasSubstr("512 levels"));
  EXPECT_THAT(failure_of(repeat("[", 3'000'000)), testing::HasSubstr("512 levels"));
}

TEST(Json, BoundsTheNumberOfValues) {
  ParseLimits limits;
  limits.nodes = 5;
  parsed(R"({"a":[1,2,3]})", limits);
  EXPECT_THAT(failure_of(R"({"a":[1,2,3,4]})", limits), testing::HasSubstr("more than 5 values"));
}

TEST(Json, StaysLinearOnOneLine) {
  // A quadratic count of columns would take minutes.
  std::string text = "{\"a\":[";
  for (int i = 0; i < 1'000'000; ++i) text += "\"x\",";
  const auto document = parsed(text + "0]}");
  EXPECT_EQ(document->root().find("a")->items().back()->position().column, 4'000'007U);
}

}  // namespace
}  // namespace barbacane::spec
