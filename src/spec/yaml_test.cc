#include "spec/detail/testing.h"

namespace barbacane::spec {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

TEST(Yaml, TypesPlainScalarsByTheCoreSchema) {
  for (const char* null : {"", "~", "null", "Null", "NULL"}) EXPECT_EQ(value_of(null), "null");
  for (const char* yes : {"true", "True", "TRUE"}) EXPECT_EQ(value_of(yes), "true");
  for (const char* no : {"false", "False", "FALSE"}) EXPECT_EQ(value_of(no), "false");
}

TEST(Yaml, LeavesWordsOfOlderVersionsText) {
  for (const char* word :
       {"yes",      "no",    "on",   "off",   "y",    "N",     "nULL",  "tRUE", "2024-01-31",
        "12:30:45", "1_000", ".inf", "-.INF", ".nan", "0x",    "0o8",   "0b2",  "-0x1",
        "1e",       "1e+",   ".",    "+",     "..5",  "1.2.3", "3.1.0", "0xfg"}) {
    EXPECT_EQ(value_of(word), "'"s + word + "'");
  }
}

TEST(Yaml, WritesIntegersAsJsonNumbers) {
  EXPECT_EQ(value_of("12"), "12");
  EXPECT_EQ(value_of("-12"), "-12");
  EXPECT_EQ(value_of("+12"), "12");
  EXPECT_EQ(value_of("0"), "0");
  EXPECT_EQ(value_of("-0"), "-0");
  EXPECT_EQ(value_of("0x1F"), "31");
  EXPECT_EQ(value_of("0o17"), "15");
  EXPECT_EQ(value_of("0b101"), "5");
  EXPECT_EQ(value_of("0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"),
            "340282366920938463463374607431768211455");
  EXPECT_EQ(value_of("123456789012345678901234567890"), "123456789012345678901234567890");
}

TEST(Yaml, LeavesDigitsBehindALeadingZeroText) {
  EXPECT_EQ(value_of("007"), "'007'");
  EXPECT_EQ(value_of("012345678912345678"), "'012345678912345678'");
  EXPECT_EQ(value_of("-01"), "'-01'");
  EXPECT_EQ(value_of("00"), "'00'");
}

TEST(Yaml, WritesFloatsAsJsonNumbers) {
  EXPECT_EQ(value_of("1.5"), "1.5f");
  EXPECT_EQ(value_of(".5"), "0.5f");
  EXPECT_EQ(value_of("-.5"), "-0.5f");
  EXPECT_EQ(value_of("+1."), "1.0f");
  EXPECT_EQ(value_of("01.50"), "1.50f");
  EXPECT_EQ(value_of("1e3"), "1e3f");
  EXPECT_EQ(value_of("1.E-3"), "1.0e-3f");
}

TEST(Yaml, LeavesQuotedScalarsText) {
  EXPECT_EQ(value_of("'1'"), "'1'");
  EXPECT_EQ(value_of("\"true\""), "'true'");
  EXPECT_EQ(value_of("'it''s'"), "'it's'");
  EXPECT_EQ(value_of("|\n  a\n   b\n"), "'a\n b\n'");
  EXPECT_EQ(value_of(">-\n  a\n  b\n"), "'a b'");
}

TEST(Yaml, DecodesEveryEscape) {
  EXPECT_EQ(value_of(R"("\0\a\b\t\n\v\f\r\e\"\/\\\N\_\L\P\x41\u00e9\U0001F600\ ")"),
            "'\0\a\b\t\n\v\f\r\x1b\"/\\\u0085\u00a0\u2028\u2029A\u00e9\U0001F600 '"s);
}

TEST(Yaml, DecodesSurrogatePairsOfJson) {
  EXPECT_EQ(value_of(R"("a\ud83d\ude00b\uD83D\uDE01")"), "'a\U0001F600b\U0001F601'");
  EXPECT_EQ(show(parsed("\"\\ud83d\\ude00\": 1")->root()), "{\U0001F600:1}");
}

TEST(Yaml, KeepsBackslashesOutsideDoubleQuotesWhileDecodingPairs) {
  const auto document = parsed(
      "a: \"\\ud83d\\ude00\"\n"
      "b: '\\uD83d\\uDe00 \\ue03d'\n"
      "c: \\ud83d\\ude00\n"
      "d: \"\\\\ud83d\\\\ude00 \\ue123 \ue123\"\n");
  EXPECT_EQ(show(document->root()),
            "{a:'\U0001F600' b:'\\uD83d\\uDe00 \\ue03d' c:'\\ud83d\\ude00' "
            "d:'\\ud83d\\ude00 \ue123 \ue123'}");
}

TEST(Yaml, KeepsPositionsWhileDecodingPairs) {
  const auto document = parsed("{ a: \"\\ud83d\\ude00\", b: 1 }");
  EXPECT_EQ(show(document->root().find("b")->position()), "1:25");
}

TEST(Yaml, RefusesHalfASurrogatePair) {
  EXPECT_THAT(failure_of("a: \"\\ud83d\""), HasSubstr("1:"));
  EXPECT_THAT(failure_of("a: \"\\ud83d\\ude00 \\ude00\""), HasSubstr("1:"));
  EXPECT_THAT(failure_of("a: \"\\\\ud83d\\ude00\""), HasSubstr("1:"));
  EXPECT_THAT(hint_of("a: \"\\ud83d\""), HasSubstr("both halves"));
}

TEST(Yaml, TurnsKeysIntoText) {
  EXPECT_EQ(show(parsed("200: a\n1.0: b\ntrue: c\nnull: d\n'x y': e\n")->root()),
            "{200:'a' 1.0:'b' true:'c' null:'d' x y:'e'}");
}

TEST(Yaml, RefusesContainersAsKeys) {
  EXPECT_EQ(failure_of("? [a]\n: b\n"), "1:3 parse error: a mapping or list cannot be a key");
  EXPECT_EQ(failure_of("{{a: b}: c}"),
            "1:2 parse error: expected a key in quotation marks but "
            "found '{'");
}

TEST(Yaml, HonoursTagsOfTheCoreSchema) {
  EXPECT_EQ(value_of("!!str 1"), "'1'");
  EXPECT_EQ(value_of("! 1"), "'1'");
  EXPECT_EQ(value_of("!!int '0x10'"), "16");
  EXPECT_EQ(value_of("!!float 1"), "1f");
  EXPECT_EQ(value_of("!!bool 'true'"), "true");
  EXPECT_EQ(value_of("!!null ''"), "null");
  EXPECT_EQ(value_of("!custom text"), "'text'");
  EXPECT_EQ(value_of("!custom {a: 1}"), "{a:1}");
  EXPECT_THAT(failure_of("v: !!int x"), HasSubstr("'x' does not fit its tag"));
}

TEST(Yaml, LetsTheLastOfEqualKeysWin) {
  EXPECT_EQ(show(parsed("a: 1\nb: 2\na: 3\n")->root()), "{b:2 a:3}");
}

TEST(Yaml, SharesTheNodeOfAnAnchor) {
  const auto document = parsed("a: &x {k: [1]}\nb: *x\nc: [*x, *x]\n&k key: *k\n");
  const Node& root = document->root();
  EXPECT_EQ(root.find("a"), root.find("b"));
  EXPECT_EQ(root.find("c")->items()[1], root.find("a"));
  EXPECT_EQ(show(root.find("b")->position()), "1:4");
  EXPECT_EQ(show(*root.find("key")), "'key'");
}

TEST(Yaml, LetsAnAnchorBeRedefined) {
  EXPECT_EQ(show(parsed("a: &x 1\nb: *x\nc: &x 2\nd: *x\n")->root()), "{a:1 b:1 c:2 d:2}");
}

TEST(Yaml, UsesAnAliasAsKey) {
  EXPECT_EQ(show(parsed("a: &x word\n*x : 1\n")->root()), "{a:'word' word:1}");
}

TEST(Yaml, RefusesAliasesThatLeadNowhere) {
  EXPECT_EQ(failure_of("a: *nope\n"), "1:4 parse error: unknown alias '*nope'");
  EXPECT_EQ(failure_of("a: &x [*x]\n"), "1:8 parse error: alias '*x' stands inside its own anchor");
  EXPECT_EQ(failure_of("a: &x {b: {c: *x}}\n"),
            "1:15 parse error: alias '*x' stands inside its own anchor");
}

TEST(Yaml, AppliesMergeKeys) {
  EXPECT_EQ(show(parsed("base: &b {x: 1, y: 2}\nv:\n  <<: *b\n  y: 3\n")->root().find("v")[0]),
            "{x:1 y:3}");
  EXPECT_EQ(show(*parsed("v: {y: 3, <<: {x: 1, y: 2}}")->root().find("v")), "{y:3 x:1}");
}

TEST(Yaml, AppliesListsOfMergesTheFirstWinning) {
  const auto document =
      parsed("a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nv:\n  <<: [*a, *b]\n  w: 0\n");
  EXPECT_EQ(show(*document->root().find("v")), "{x:1 y:1 z:2 w:0}");
  EXPECT_EQ(show(document->root().find("v")->members()[2].key_position), "2:14");
}

TEST(Yaml, MergesWhatWasMerged) {
  EXPECT_EQ(show(*parsed("a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nv: {<<: *b}")->root().find("v")),
            "{x:1 y:2}");
}

TEST(Yaml, TreatsAQuotedMergeKeyAsText) {
  EXPECT_EQ(show(parsed("'<<': {x: 1}")->root()), "{<<:{x:1}}");
  EXPECT_EQ(show(parsed("{\"<<\": {\"x\": 1}}")->root()), "{<<:{x:1}}");
}

TEST(Yaml, RefusesAMergeOfSomethingElse) {
  EXPECT_EQ(failure_of("a: {<<: 1}"),
            "1:5 parse error: the merge key << needs a mapping or a list of mappings");
  EXPECT_THAT(failure_of("<<: [{a: 1}, x]"), HasSubstr("the merge key <<"));
}

TEST(Yaml, KnowsThePlaceOfEveryKeyAndValue) {
  const auto document =
      parsed("# c\n\u00e9\u20ac\U0001F600:\n  - one\n  - 'two': |\n      three\n");
  const Member& first = document->root().members()[0];
  EXPECT_EQ(show(document->root().position()), "2:1");
  EXPECT_EQ(show(first.key_position), "2:1");
  EXPECT_EQ(show(first.value->position()), "3:3");
  EXPECT_EQ(show(first.value->items()[0]->position()), "3:5");
  EXPECT_EQ(show(first.value->items()[1]->position()), "4:5");
  EXPECT_EQ(show(first.value->items()[1]->members()[0].key_position), "4:5");
  EXPECT_EQ(show(first.value->items()[1]->find("two")->position()), "4:12");
}

TEST(Yaml, CountsColumnsBehindAByteOrderMark) {
  EXPECT_EQ(show(parsed("\xEF\xBB\xBF"
                        "a: 1\n")
                     ->root()
                     .find("a")
                     ->position()),
            "1:4");
}

TEST(Yaml, UnderlinesOneLine) {
  const auto document = parsed("a: \u00e9t\u00e9\nb: 'x'\nc: |\n  one\n  two\n");
  const auto length = [&](std::string_view key) {
    return NodeRef{document->root().find(key), document.get()}.place().length;
  };
  EXPECT_EQ(length("a"), 3U);
  EXPECT_EQ(length("b"), 3U);
  EXPECT_EQ(length("c"), 0U);
  EXPECT_EQ(key_place(*document, document->root().members()[1]).length, 1U);
}

TEST(Yaml, RefusesARootThatIsNoMapping) {
  EXPECT_EQ(failure_of(""), "1:1 parse error: spec root must be an object");
  EXPECT_EQ(failure_of("# only a comment\n"), "1:1 parse error: spec root must be an object");
  EXPECT_EQ(failure_of("\n- a\n"), "2:1 parse error: spec root must be an object");
  EXPECT_EQ(failure_of("word"), "1:1 parse error: spec root must be an object");
  EXPECT_EQ(failure_of("---\n"), "2:1 parse error: spec root must be an object");
}

TEST(Yaml, RefusesSeveralDocuments) {
  EXPECT_EQ(failure_of("a: 1\n---\nb: 2\n"), "2:1 parse error: several documents in one file");
  EXPECT_THAT(hint_of("a: 1\n---\nb: 2\n"), HasSubstr("a file of its own"));
  EXPECT_EQ(show(parsed("%YAML 1.2\n---\na: 1\n...\n")->root()), "{a:1}");
}

TEST(YamlHints, ExplainTabs) {
  EXPECT_EQ(failure_of("a:\n\tb: 1\n"),
            "2:1 parse error: found character that cannot start any token");
  EXPECT_THAT(hint_of("a:\n\tb: 1\n"), HasSubstr("indent with spaces"));
  EXPECT_THAT(hint_of("a:\n  b: 1\n\tc: 1\n"), HasSubstr("indent with spaces"));
}

TEST(YamlHints, ExplainColonsInText) {
  EXPECT_EQ(failure_of("a: b: c\n"),
            "1:5 parse error: mapping values are not allowed in this context");
  EXPECT_THAT(hint_of("a: b: c\n"), HasSubstr("in quotes"));
}

TEST(YamlHints, ExplainMissingSpaces) {
  EXPECT_THAT(hint_of("title:x\nversion: 1\n"), HasSubstr("a space after the colon"));
  EXPECT_THAT(hint_of("a: 1\ntitle:x\nb: 1\n"), HasSubstr("a space after the colon"));
}

TEST(YamlHints, ExplainUnquotedBraces) {
  EXPECT_THAT(hint_of("a:\n  path: {id}/things\n  b: 1\n"), HasSubstr("must stand in quotes"));
  EXPECT_THAT(hint_of("a: [x\nb: 1\n"), HasSubstr("must stand in quotes"));
}

TEST(YamlHints, ExplainReservedCharacters) {
  EXPECT_THAT(hint_of("a: @x\n"), HasSubstr("begins with '@' must stand in quotes"));
  EXPECT_THAT(hint_of("a: `x`\n"), HasSubstr("begins with '`' must stand in quotes"));
  EXPECT_THAT(hint_of("a: *\n"), HasSubstr("begins with '*'"));
}

TEST(YamlHints, ExplainEscapesAndQuotes) {
  EXPECT_THAT(hint_of("a: \"\\d+\"\n"), HasSubstr("single quotes"));
  EXPECT_THAT(hint_of("a: \"b\n"), HasSubstr("never closed"));
}

TEST(YamlHints, ExplainIndentation) {
  EXPECT_THAT(hint_of("a:\n  b: 1\n c: 2\n"), HasSubstr("indentation"));
}

TEST(YamlHints, PointAtWhatWasOpen) {
  const auto document = parse_document("api.yaml", "a:\n  b: 1\n c: 2\n");
  ASSERT_FALSE(document);
  ASSERT_EQ(document.error().notes.size(), 1U);
  EXPECT_EQ(document.error().notes[0].message, "while parsing a block mapping");
  EXPECT_EQ(show(document.error().notes[0].place.position), "1:1");
}

}  // namespace
}  // namespace barbacane::spec
