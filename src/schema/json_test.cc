#include "schema/json.h"

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace barbacane::schema {
namespace {

using ErrorKind = JsonError::Kind;
using namespace std::string_literals;

std::string text_of(Value value) {
  std::string out;
  append_json(out, value);
  return out;
}

/// Reads from memory of exactly that size, so that a sanitizer sees any step beyond it.
std::string read_again(Tape& tape, std::string_view text, const JsonOptions& options = {}) {
  const auto exact = std::make_unique_for_overwrite<char[]>(text.size());
  std::memcpy(exact.get(), text.data(), text.size());
  const auto value = tape.read({exact.get(), text.size()}, options);
  return value ? text_of(*value) : "error: " + describe(value.error());
}

TEST(Tape, ReadsWellFormedDocuments) {
  struct Case {
    std::string text, compact;
  };
  const Case cases[] = {
      {"null", "null"},
      {"true", "true"},
      {"false", "false"},
      {"0", "0"},
      {"-0", "-0"},
      {"-0.0e-0", "-0.0e-0"},
      {"7", "7"},
      {" 7\n", "7"},
      {"1E400", "1E400"},
      {"1e+5", "1e+5"},
      {"123456789012345678901234567890.5", "123456789012345678901234567890.5"},
      {"1e1000000000000000000000", "1e1000000000000000000000"},
      {"\"\"", "\"\""},
      {"\"a\"", "\"a\""},
      {"\"a\"\r\n\t ", "\"a\""},
      {R"("\"\\\/\b\f\n\r\t")", R"("\"\\/\u0008\u000c\n\r\t")"},
      {R"("\u0041\u00e9\u20AC\uD83D\uDE00")", "\"Aé€😀\""},
      {R"("\u0000")", R"("\u0000")"},
      {R"("\\u0041")", R"("\\u0041")"},
      {R"("\\\\")", R"("\\\\")"},
      {R"("\\\"")", R"("\\\"")"},
      {R"("\uDBFF\uDFFF")", "\"\xF4\x8F\xBF\xBF\""},
      {R"("\uFFFE")", "\"\xEF\xBF\xBE\""},
      {"\"é€😀\"", "\"é€😀\""},
      {"\"\xE2\x80\xA8\"", "\"\xE2\x80\xA8\""},
      {"\"{}[]:,\"", "\"{}[]:,\""},
      {"[]", "[]"},
      {"[ ]", "[]"},
      {" [\n] ", "[]"},
      {"{}", "{}"},
      {"{ }", "{}"},
      {"[1]", "[1]"},
      {"[1 , 2\t,\r\n3]", "[1,2,3]"},
      {"[[],[[]],{}]", "[[],[[]],{}]"},
      {"[null,true,false,\"\",0]", "[null,true,false,\"\",0]"},
      {R"({"a":1})", R"({"a":1})"},
      {R"( { "a" : 1 , "b" : [ ] } )", R"({"a":1,"b":[]})"},
      {R"({"":0})", R"({"":0})"},
      {R"({"a":{"a":{"a":{}}}})", R"({"a":{"a":{"a":{}}}})"},
      {R"({"a":[{"b":[{"c":null}]}],"d":"e"})", R"({"a":[{"b":[{"c":null}]}],"d":"e"})"},
      {R"({"\u0061":1,"b\n":2})", R"({"a":1,"b\n":2})"},
      {R"(["a","b\\","c","\u0064"])", R"(["a","b\\","c","d"])"},
      {R"({"a":null,"b":true})", R"({"a":null,"b":true})"},
      {"[\"a\"     ,    \"b\"    ]", R"(["a","b"])"},
  };
  Tape tape;
  for (const Case& c : cases) EXPECT_EQ(read_again(tape, c.text), c.compact) << c.text;
}

TEST(Tape, RefusesEverythingElseAndSaysWhere) {
  struct Case {
    std::string text;
    ErrorKind kind;
    std::size_t offset;
  };
  constexpr auto kSyntax = ErrorKind::kSyntax;
  constexpr auto kEncoding = ErrorKind::kEncoding;
  const Case cases[] = {
      // Nothing, or nothing that begins a value.
      {"", ErrorKind::kEmpty, 0},
      {" ", ErrorKind::kEmpty, 0},
      {"\n\t\r ", ErrorKind::kEmpty, 0},
      {"\xEF\xBB\xBF", kSyntax, 0},
      {"\xEF\xBB\xBF{}", kSyntax, 0},
      {"\0"s, kSyntax, 0},
      {"\f1", kSyntax, 0},
      {"1\f", kSyntax, 1},
      {"\xC2\xA0"
       "1",
       kSyntax, 0},
      {"a", kSyntax, 0},
      {"'a'", kSyntax, 0},
      {"NaN", kSyntax, 0},
      {"Infinity", kSyntax, 0},
      {"-Infinity", kSyntax, 0},
      {"undefined", kSyntax, 0},
      {"/* */ 1", kSyntax, 0},
      {"1 // one", kSyntax, 2},
      {"# 1", kSyntax, 0},
      // Literals.
      {"tru", kSyntax, 0},
      {"truE", kSyntax, 0},
      {"True", kSyntax, 0},
      {"truex", kSyntax, 0},
      {"true1", kSyntax, 0},
      {"true\"\"", kSyntax, 0},
      {"nul", kSyntax, 0},
      {"nulll", kSyntax, 0},
      {"fals", kSyntax, 0},
      {"[fals]", kSyntax, 1},
      {"[true,nul]", kSyntax, 6},
      // Numbers.
      {"-", kSyntax, 0},
      {"+1", kSyntax, 0},
      {"01", kSyntax, 0},
      {"-01", kSyntax, 0},
      {"00", kSyntax, 0},
      {"1.", kSyntax, 0},
      {".1", kSyntax, 0},
      {"1.e1", kSyntax, 0},
      {"1e", kSyntax, 0},
      {"1e+", kSyntax, 0},
      {"1e1.0", kSyntax, 0},
      {"1.2.3", kSyntax, 0},
      {"0x1F", kSyntax, 0},
      {"1_000", kSyntax, 0},
      {"1a", kSyntax, 0},
      {"1\"a\"", kSyntax, 0},
      {"1\"a,b\"", kSyntax, 0},
      {"1\\", kSyntax, 0},
      {"--1", kSyntax, 0},
      {"- 1", kSyntax, 0},
      {"1 2", kSyntax, 2},
      {"1-2", kSyntax, 0},
      {"[0,01]", kSyntax, 3},
      {"[-]", kSyntax, 1},
      {"[1.,2]", kSyntax, 1},
      {"\xEF\xBC\x91", kSyntax, 0},
      // Strings.
      {"\"", kSyntax, 0},
      {"\"a", kSyntax, 0},
      {"[\"a]", kSyntax, 1},
      {"\"\\\"", kSyntax, 0},
      {"\"\\", kSyntax, 0},
      {"\"a\nb\"", kSyntax, 2},
      {"\"\0\""s, kSyntax, 1},
      {"\"\x1F\"", kSyntax, 1},
      {"\"\t\"", kSyntax, 1},
      {"\"\\\n\"", kSyntax, 2},
      {R"("\a")", kSyntax, 1},
      {R"("\x41")", kSyntax, 1},
      {R"("\'")", kSyntax, 1},
      {R"("\U0041")", kSyntax, 1},
      {R"("ab\u004")", kSyntax, 3},
      {R"("\u004g")", kSyntax, 1},
      {R"("\u")", kSyntax, 1},
      {R"("\u+041")", kSyntax, 1},
      {R"("\n\q")", kSyntax, 3},
      {R"("a"b)", kSyntax, 3},
      {R"("a""b")", kSyntax, 3},
      {R"("a" "b")", kSyntax, 4},
      {R"(\"a\")", kSyntax, 0},
      {R"([\"a","b"])", kSyntax, 1},
      {R"(\)", kSyntax, 0},
      // Encoding.
      {"\xFF", kEncoding, 0},
      {"\"\x80\"", kEncoding, 1},
      {"\"a\xC3\"", kEncoding, 2},
      {"\"\xC0\xAF\"", kEncoding, 1},
      {"\"\xE0\x80\xAF\"", kEncoding, 1},
      {"\"\xED\xA0\x80\"", kEncoding, 1},
      {"\"\xF4\x90\x80\x80\"", kEncoding, 1},
      {"\"\xF8\x88\x80\x80\x80\"", kEncoding, 1},
      {"[1]\xE2\x82", kEncoding, 3},
      {"\xFE\xFF\0[\0]"s, kEncoding, 0},
      {R"("\uD800")", kEncoding, 1},
      {R"("\uDC00")", kEncoding, 1},
      {R"("ab\uD800\uD800")", kEncoding, 3},
      {R"("\uD800\n")", kEncoding, 1},
      {R"("\uD83Dx\uDE00")", kEncoding, 1},
      {R"("\uDE00\uD83D")", kEncoding, 1},
      {R"({"\uD800":1})", kEncoding, 2},
      // Arrays.
      {"[", kSyntax, 1},
      {"]", kSyntax, 0},
      {"[[]", kSyntax, 3},
      {"[]]", kSyntax, 2},
      {"[1", kSyntax, 2},
      {"[1,", kSyntax, 3},
      {"[1,]", kSyntax, 2},
      {"[,1]", kSyntax, 1},
      {"[,]", kSyntax, 1},
      {"[1,,2]", kSyntax, 3},
      {"[1 2]", kSyntax, 3},
      {"[1}", kSyntax, 2},
      {"[1:2]", kSyntax, 2},
      {"[a]", kSyntax, 1},
      {"[\"a\":1]", kSyntax, 4},
      {"[1],", kSyntax, 3},
      {"[1][2]", kSyntax, 3},
      {"[1]x", kSyntax, 3},
      {",[1]", kSyntax, 0},
      {"[1\x1A"
       "2]",
       kSyntax, 2},
      {"[1\f,2]", kSyntax, 2},
      {"[\"a\"\f]", kSyntax, 4},
      // Objects.
      {"{", kSyntax, 1},
      {"}", kSyntax, 0},
      {"{]", kSyntax, 1},
      {"{\"a\"", kSyntax, 4},
      {"{\"a\":", kSyntax, 5},
      {"{\"a\":1", kSyntax, 6},
      {"{\"a\":1,", kSyntax, 7},
      {"{\"a\"}", kSyntax, 4},
      {"{\"a\":}", kSyntax, 5},
      {"{\"a\":1,}", kSyntax, 6},
      {"{,\"a\":1}", kSyntax, 1},
      {"{\"a\" 1}", kSyntax, 5},
      {"{\"a\"::1}", kSyntax, 5},
      {"{\"a\":1 \"b\":2}", kSyntax, 7},
      {"{\"a\":1:2}", kSyntax, 6},
      {"{\"a\",\"b\"}", kSyntax, 4},
      {"{a:1}", kSyntax, 1},
      {"{'a':1}", kSyntax, 1},
      {"{1:1}", kSyntax, 1},
      {"{null:1}", kSyntax, 1},
      {"{{}:1}", kSyntax, 1},
      {"{\"a\":1]", kSyntax, 6},
      {"{\"a\":1}}", kSyntax, 7},
      {"{\"a\":1}{", kSyntax, 7},
      {"{\"a\":1}\0"s, kSyntax, 7},
      {"{}1", kSyntax, 2},
      // Repeated names.
      {R"({"a":1,"a":1})", ErrorKind::kRepeatedName, 7},
      {R"({"a":1,"b":2,"\u0061":3})", ErrorKind::kRepeatedName, 13},
      {R"([{"x":{"a":{"a":1},"":0,"":1}}])", ErrorKind::kRepeatedName, 24},
  };
  Tape tape;
  for (const Case& c : cases) {
    const auto exact = std::make_unique_for_overwrite<char[]>(c.text.size());
    std::memcpy(exact.get(), c.text.data(), c.text.size());
    const auto value = tape.read({exact.get(), c.text.size()});
    ASSERT_FALSE(value) << c.text;
    EXPECT_EQ(value.error().kind, c.kind) << c.text << ": " << describe(value.error());
    EXPECT_EQ(value.error().offset, c.offset) << c.text << ": " << describe(value.error());
  }
}

TEST(Tape, SaysInWordsWhatIsWrong) {
  Tape tape;
  const auto words = [&](std::string_view text) {
    return read_again(tape, text, {.max_depth = 3});
  };
  EXPECT_EQ(words("{\"a\":1;}"), "error: malformed number at byte 5");
  EXPECT_EQ(words("{\"a\":true \"b\"}"), "error: expected ',' or '}' at byte 10");
  EXPECT_EQ(words("[1 2]"), "error: expected ',' or ']' at byte 3");
  EXPECT_EQ(words("{a:1}"), "error: expected a name in quotes at byte 1");
  EXPECT_EQ(words("[1,]"), "error: a trailing comma at byte 2");
  EXPECT_EQ(words("{\"a\":1, }"), "error: a trailing comma at byte 6");
  EXPECT_EQ(words("[,]"), "error: expected a value at byte 1");
  EXPECT_EQ(words("\xEF\xBB\xBF[1]"), "error: a byte order mark at byte 0");
  EXPECT_EQ(words("[1] 2"), "error: expected the end of the text at byte 4");
  EXPECT_EQ(words("\"\xFF\""), "error: a byte that is not UTF-8 at byte 1");
  EXPECT_EQ(words("\"\\ud800\""), "error: a lone surrogate at byte 1");
  EXPECT_EQ(words("[[[[]]]]"), "error: nested too deeply at byte 3");
  EXPECT_EQ(words(R"({"a\"":1,"a\"":2})"), R"(error: repeated name "a\"" at byte 9)");
  EXPECT_EQ(words("  "), "error: no JSON value");
  EXPECT_EQ(words("\"abc"), "error: a string that is not closed at byte 0");
}

TEST(Tape, GivesMembersElementsAndText) {
  Tape tape;
  const auto value = tape.read(R"({"a":[1,"two",[3],{"four":4}],"b\u0021":"x\ny","c":{}})");
  ASSERT_TRUE(value);
  ASSERT_TRUE(value->is_object());
  EXPECT_EQ(value->size(), 3U);
  EXPECT_EQ(value->node()->extent, 14U);

  std::vector<std::string> names;
  for (const Member member : value->members()) {
    names.emplace_back(member.name());
    EXPECT_EQ(member.key.node()->hash, name_hash(member.name()));
  }
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b!", "c"}));

  std::vector<std::string> elements;
  for (const Value element : value->find("a")->elements()) elements.push_back(text_of(element));
  EXPECT_EQ(elements, (std::vector<std::string>{"1", "\"two\"", "[3]", "{\"four\":4}"}));
  EXPECT_EQ(value->find("b!")->text(), "x\ny");
  EXPECT_EQ(value->find("c")->size(), 0U);
  EXPECT_FALSE(value->find("d"));
}

TEST(Tape, BoundsOpenContainers) {
  Tape tape;
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(tape.read(nested(128)));
  const auto refused = tape.read(nested(129));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kTooDeep);
  EXPECT_EQ(refused.error().offset, 128U);
  EXPECT_TRUE(tape.read("1", {.max_depth = 0}));
  EXPECT_FALSE(tape.read("[]", {.max_depth = 0}));
  const std::string deep = nested(100'000);
  const auto value = tape.read(deep, {.max_depth = 100'000});
  ASSERT_TRUE(value);
  EXPECT_EQ(value->node()->extent, 100'000U);
  EXPECT_EQ(text_of(*value), deep);
  EXPECT_FALSE(tape.read(std::string(100'000, '['), {.max_depth = SIZE_MAX}));
  EXPECT_FALSE(tape.read(std::string(100'000, '[')));
}

std::string wide_object(int members, std::string_view extra = "") {
  std::string text = "{";
  for (int i = 0; i < members; ++i)
    text += "\"member" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  text += extra;
  if (text.back() == ',') text.pop_back();
  return text + "}";
}

TEST(Tape, FindsRepeatedNamesInObjectsOfAnySize) {
  Tape tape;
  for (const int members : {1, 2, 20, 63, 64, 65, 66, 200, 1000, 100'000}) {
    EXPECT_TRUE(tape.read(wide_object(members))) << members;
    for (const int again : {0, members / 2, members - 1}) {
      const std::string name = "member" + std::to_string(again);
      const std::string text = wide_object(members, "\"" + name + "\":0");
      const auto refused = tape.read(text);
      ASSERT_FALSE(refused) << members;
      EXPECT_EQ(refused.error().kind, ErrorKind::kRepeatedName);
      EXPECT_EQ(refused.error().name, name);
      EXPECT_EQ(refused.error().offset, text.rfind('"' + name));
    }
  }
}

TEST(Tape, NamesTheFirstRepetitionAmongMany) {
  Tape tape;
  const std::string text = "{\"z\":[\"\\n\",{\"q\":1}]," +
                           wide_object(100, "\"member3\":0,\"member1\":0,\"member3\":0").substr(1);
  const auto refused = tape.read(text);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().name, "member3");
  EXPECT_EQ(refused.error().offset, text.find("\"member3\":0"));
}

TEST(Tape, KeepsTheLastOfRepeatedNamesIfToldTo) {
  Tape tape;
  const JsonOptions last_wins{.repeated = JsonOptions::RepeatedNames::kLastWins};
  const auto kept = [&](std::string_view text) { return read_again(tape, text, last_wins); };
  EXPECT_EQ(kept(R"({"a":1,"a":2})"), R"({"a":2})");
  EXPECT_EQ(kept(R"({"a":1,"b":2,"a":3,"c":4,"a":5})"), R"({"b":2,"c":4,"a":5})");
  EXPECT_EQ(kept(R"({"a":null,"b":null})"), R"({"a":null,"b":null})");
  EXPECT_EQ(kept(R"([{"a":{"b":[1,2],"b":{}},"a":[{"c":1,"c":[]}]},{"d":0}])"),
            R"([{"a":[{"c":[]}]},{"d":0}])");
  EXPECT_EQ(kept(R"({"x":{"a":1,"a":[[],{}]},"y":[{"a":{"a":0},"a":1}]})"),
            R"({"x":{"a":[[],{}]},"y":[{"a":1}]})");
  const std::string wide = wide_object(1000);
  EXPECT_TRUE(kept(wide_object(1000, wide.substr(1, wide.size() - 2))) == wide);
  EXPECT_EQ(kept(R"({"a":1,"a":2)"), "error: expected ',' or '}' at byte 12");
}

TEST(Tape, ReadsAcrossEveryBlockBoundary) {
  // Strings, escapes and numbers move over all places of the blocks the text is scanned in.
  Tape tape;
  for (std::size_t shift = 0; shift < 200; ++shift) {
    const std::string pad(shift, ' ');
    const std::string long_text(shift, 'x');
    EXPECT_EQ(read_again(tape, pad + R"({"a\\":"\"","b":[-1.5e3,true]})" + pad),
              R"({"a\\":"\"","b":[-1.5e3,true]})");
    EXPECT_EQ(read_again(tape, "[\"" + long_text + "\\\\\",\"é\",12]"),
              "[\"" + long_text + "\\\\\",\"é\",12]");
    EXPECT_EQ(read_again(tape, pad + "12345"), "12345");
    EXPECT_EQ(read_again(tape, pad + "nul"),
              "error: expected a value at byte " + std::to_string(shift));
  }
}

TEST(Tape, CanBeReadOnAfterAnError) {
  Tape tape;
  EXPECT_FALSE(tape.read("[[[{\"a\":"));
  EXPECT_EQ(read_again(tape, "[1]"), "[1]");
  EXPECT_FALSE(tape.read("\"\xFF\""));
  EXPECT_EQ(read_again(tape, R"({"a":"\n"})"), R"({"a":"\n"})");
  tape.shrink(0);
  EXPECT_EQ(read_again(tape, R"({"a":"\n"})"), R"({"a":"\n"})");
}

TEST(Tape, IsBuiltByHand) {
  Tape tape;
  for (int round = 0; round < 3; ++round) {
    tape.begin();
    tape.open_object();
    tape.name("list");
    tape.open_array();
    tape.number("1e400");
    tape.boolean(true);
    tape.boolean(false);
    tape.null();
    tape.open_array();
    tape.close();
    tape.close();
    tape.name("text");
    char* own = tape.allocate_text(3);
    std::memcpy(own, "o\"k", 3);
    tape.string({own, 3});
    tape.name("file");
    tape.opaque(12);
    Tape other;
    const auto value = other.read(R"({"x":[1,{"y":2}]})");
    ASSERT_TRUE(value);
    tape.name("copy");
    tape.copy(*value);
    tape.close();

    const Value built = tape.built();
    const std::string expected =
        R"_({"list":[1e400,true,false,null,[]],"text":"o\"k","file":"(12 bytes)",)_"
        R"_("copy":{"x":[1,{"y":2}]}})_";
    EXPECT_EQ(text_of(built), expected);
    EXPECT_EQ(built.size(), 4U);
    EXPECT_EQ(built.find("list")->size(), 5U);
    EXPECT_TRUE(built.find("file")->is_opaque());
    EXPECT_EQ(built.find("copy")->find("x")->size(), 2U);
  }
  tape.begin();
  tape.string("alone");
  EXPECT_EQ(text_of(tape.built()), "\"alone\"");
}

TEST(Tape, KeepsTextsItAllocatedWhereTheyAre) {
  Tape tape;
  tape.begin();
  tape.open_array();
  for (int i = 0; i < 5000; ++i) {
    const std::string text = "text " + std::to_string(i);
    char* own = tape.allocate_text(text.size());
    std::memcpy(own, text.data(), text.size());
    tape.string({own, text.size()});
  }
  tape.close();
  int i = 0;
  for (const Value element : tape.built().elements())
    EXPECT_EQ(element.text(), "text " + std::to_string(i++));
}

TEST(NameHash, DependsOnEveryByteAndTheLength) {
  for (std::size_t size = 0; size <= 70; ++size) {
    std::string name(size, 'a');
    const std::uint32_t hash = name_hash(name);
    EXPECT_EQ(hash, name_hash(std::string(name))) << size;
    EXPECT_NE(hash, name_hash(name + 'a')) << size;
    for (std::size_t i = 0; i < size; ++i) {
      // Of names of three bytes and fewer every byte counts as well.
      std::string other = name;
      other[i] = 'b';
      EXPECT_NE(hash, name_hash(other)) << size << ' ' << i;
    }
  }
}

}  // namespace
}  // namespace barbacane::schema
