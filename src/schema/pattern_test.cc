#include "schema/pattern.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace barbacane::schema {
namespace {

using Outcome = Pattern::Outcome;
using Engine = Pattern::Engine;

constexpr bool yes = true;
constexpr bool no = false;

struct Row {
  std::string_view pattern;
  std::string_view text;
  bool matches;
};

constexpr Row kRows[] = {
    // Unanchored, and anchors that know the text's ends only.
    {"", "", yes},
    {"", "x", yes},
    {"b", "abc", yes},
    {"b", "ac", no},
    {"bcd", "abcde", yes},
    {"bcd", "abce", no},
    {"aab", "aaab", yes},
    {"^b", "abc", no},
    {"^a", "abc", yes},
    {"c$", "abc", yes},
    {"b$", "abc", no},
    {"^abc$", "abc", yes},
    {"^abc$", "abc\n", no},
    {"^abc$", "\nabc", no},
    {"^b", "a\nb", no},
    {"a$", "a\nb", no},
    {"^$", "", yes},
    {"^$", "\n", no},
    {"$", "anything", yes},
    {"^", "anything", yes},
    {"$^", "", yes},
    {"$^", "a", no},
    {"a^b", "ab", no},
    {"^^a$$", "a", yes},
    {"(^a|^b)c", "bc", yes},
    {"(^a|^b)c", "abc", no},
    {"^a|b$", "ax", yes},
    {"^a|b$", "xb", yes},
    {"^a|b$", "xax", no},
    {"^a$|^b$", "b", yes},
    {"^a$|^b$", "ab", no},
    {"(^|,)a(,|$)", "b,a", yes},
    {"(^|,)a(,|$)", "ba", no},

    // Repeats.
    {"^[A-Z]{3}-[0-9]{4}$", "ABC-1234", yes},
    {"^[A-Z]{3}-[0-9]{4}$", "ABC-12345", no},
    {"^[A-Z]{3}-[0-9]{4}$", "AB-1234", no},
    {"^[A-Z]{3}-[0-9]{4}$", "ABCD1234", no},
    {"^[a-z0-9-]+$", "a-b-1", yes},
    {"^[a-z0-9-]+$", "", no},
    {"^[a-z0-9-]+$", "a_b", no},
    {"^[0-9]{5}(-[0-9]{4})?$", "12345", yes},
    {"^[0-9]{5}(-[0-9]{4})?$", "12345-6789", yes},
    {"^[0-9]{5}(-[0-9]{4})?$", "12345-678", no},
    {"^[0-9]{5}(-[0-9]{4})?$", "12345-", no},
    {"^a{2,4}$", "a", no},
    {"^a{2,4}$", "aa", yes},
    {"^a{2,4}$", "aaaa", yes},
    {"^a{2,4}$", "aaaaa", no},
    {"^a{2,}$", "a", no},
    {"^a{2,}$", "aaaaaa", yes},
    {"^a{0}$", "", yes},
    {"^a{0}$", "a", no},
    {"^a{0,0}b$", "b", yes},
    {"a{3}", "baab", no},
    {"a{3}", "baaab", yes},
    {"^(ab)*$", "", yes},
    {"^(ab)*$", "abab", yes},
    {"^(ab)*$", "aba", no},
    {"^(ab){2,3}$", "ab", no},
    {"^(ab){2,3}$", "abab", yes},
    {"^(ab){2,3}$", "ababab", yes},
    {"^(ab){2,3}$", "abababab", no},
    {"^(ab){2,}c$", "ababababc", yes},
    {"^(ab){2,}c$", "abc", no},
    {"^a*?b$", "aaab", yes},
    {"^a+?$", "aaa", yes},
    {"^a??b$", "b", yes},
    {"^a{1,2}?a$", "aaa", yes},
    {"^(a?b)*$", "abbab", yes},
    {"^(a?b)*$", "abba", no},
    {"^(a|b*)*c$", "abbac", yes},
    {"^[a-z]+(,[a-z]+)*$", "a,bc,def", yes},
    {"^[a-z]+(,[a-z]+)*$", "a,,b", no},
    {"^[a-z]+(,[a-z]+)*$", "a,b,", no},
    {"^a{1001}$", "a", no},
    {"^[a-z]*z$", "abz", yes},
    {"^[a-z]*z$", "abzy", no},
    {"[a-z]+@[a-z]+\\.com$", "to: ann@example.com", yes},
    {"[a-z]+@[a-z]+\\.com$", "to: @example.com", no},
    {"^(?:)*$", "", yes},
    {"^(?:a?){3}$", "aa", yes},
    {"^(?:a?){3}$", "aaaa", no},

    // Alternatives.
    {"^(GET|POST|PUT|PATCH|DELETE)$", "PATCH", yes},
    {"^(GET|POST|PUT|PATCH|DELETE)$", "PUT", yes},
    {"^(GET|POST|PUT|PATCH|DELETE)$", "PAT", no},
    {"^(GET|POST|PUT|PATCH|DELETE)$", "PATCHED", no},
    {"^(a|ab|abc)$", "ab", yes},
    {"^(a|ab|abc)$", "abcd", no},
    {"^(a|ab)(c|bcd)$", "abcd", yes},
    {"^(a|ab)(c|bcd)$", "abc", yes},
    {"^(a||b)c$", "c", yes},
    {"^(|a)$", "a", yes},
    {"^(|a)$", "b", no},
    {"a|b|", "zzz", yes},
    {"^(foo|foo)$", "foo", yes},
    {"^(aa|a)b$", "ab", yes},
    {"^(x|[w-z]y)$", "xy", yes},
    {"cat|dog", "hotdog", yes},
    {"cat|dog", "hotdig", no},
    {"\\.(png|jpe?g|gif)$", "me.jpeg", yes},
    {"\\.(png|jpe?g|gif)$", "me.jpg", yes},
    {"\\.(png|jpe?g|gif)$", "me.jpg.exe", no},

    // Classes.
    {"^[abc]$", "b", yes},
    {"^[^abc]$", "b", no},
    {"^[^abc]$", "d", yes},
    {"^[]a-c]$", "a", no},  // [] never matches
    {"^[]?$", "", yes},     // nor need it
    {"^a[^]b$", "a\nb", yes},
    {"^[^]{2}$", "\xC3\xA9\n", yes},
    {"[]", "a", no},
    {"^[a\\]b]+$", "a]b", yes},
    {"^[\\^a]+$", "^a", yes},
    {"^[a^]+$", "^a", yes},
    {"^[a-]+$", "a-a", yes},
    {"^[-a]+$", "-a", yes},
    {"^[\\w-.]+$", "a-b.c", yes},
    {"^[\\w-.]+$", "a,b", no},
    {"^[a-\\d]+$", "a-7", yes},
    {"^[a-\\d]+$", "b", no},
    {"^[.*+?{}()|$/]+$", ".*+?{}()|$/", yes},
    {"^[.]$", "a", no},
    {"^[\\b]$", "\b", yes},
    {"^[[:alpha:]]$", "a]", yes},  // no such thing as named classes: `[` and a few letters, then ]
    {"^[\\d\\s]+$", "1 2", yes},
    {"^[^\\d\\s]+$", "ab", yes},
    {"^[^\\d\\s]+$", "a1", no},
    {"^[\\D]$", "1", no},
    {"^[\\s\\S]$", "\n", yes},
    {"^[+--]$", ",", yes},
    {"^[!-~]+$", "Az09!~", yes},
    {"^[!-~]+$", "a b", no},

    // \d \w \s . and their opposites, by ECMA-262.
    {"^\\d$", "7", yes},
    {"^\\d$", "\u09EA", no},
    {"^\\D$", "\u09EA", yes},
    {"^\\w+$", "aZ_09", yes},
    {"^\\w$", "\u00E9", no},
    {"^\\W$", "\u00E9", yes},
    {"^\\s$", "\u00A0", yes},
    {"^\\s$", "\uFEFF", yes},
    {"^\\s$", "\u2029", yes},
    {"^\\s$", "\u3000", yes},
    {"^\\s$", "\u180E", no},
    {"^\\s$", "\v", yes},
    {"^\\s$", "\u200B", no},
    {"^\\s$", "\u0085", no},
    {"^\\S+$", "na\u00EFve", yes},
    {"^\\S+$", "a\u2003b", no},
    {"^.$", "\n", no},
    {"^.$", "\r", no},
    {"^.$", "\u2028", no},
    {"^.$", "\u2029", no},
    {"^.$", "\u0085", yes},
    {"^.$", "\U0001F432", yes},
    {"^.{3}$", "a\u00E9\U0001F432", yes},
    {"^.{1,3}$", "\u00E9\u00E9\u00E9\u00E9", no},
    {"^.*$", "one\ntwo", no},
    {"a.c", "abc", yes},
    {"a.c", "a\nc", no},

    // Escapes.
    {"^\\t\\n\\v\\f\\r$", "\t\n\v\f\r", yes},
    {"^\\cC$", "\x03", yes},
    {"^\\cj$", "\n", yes},
    {"^\\x41\\x7a$", "Az", yes},
    {"^\\u0041$", "A", yes},
    {"^\\u00e9$", "\u00E9", yes},
    {"^\\u{1F432}$", "\U0001F432", yes},
    {"^\\u{0000041}$", "A", yes},
    {"^\\uD83D\\uDC32$", "\U0001F432", yes},
    {"^[\\uD83D\\uDC32]$", "\U0001F432", yes},
    {"^[\\uD83D\\uDC30-\\uD83D\\uDC3F]$", "\U0001F432", yes},
    {"\\uD83D", "\U0001F432", no},  // half a character is in no text
    {"\\uD83Dx", "x", no},
    {"^\\uD83D\\u0041", "A", no},
    {"^[^\\uD83D]$", "\U0001F432", yes},
    {"^\\0$", std::string_view("\0", 1), yes},
    {"^a\\0b$", std::string_view("a\0b", 3), yes},
    {"^\\/\\-\\_\\@\\\"\\'\\#\\ \\%\\:\\,\\;\\=\\!\\<\\>\\~\\`\\&$", "/-_@\"'# %:,;=!<>~`&", yes},
    {"^\\.\\*\\+\\?\\(\\)\\[\\]\\{\\}\\|\\^\\$\\\\$", ".*+?()[]{}|^$\\", yes},
    {"^a]b}c$", "a]b}c", yes},
    {"^{a}$", "{a}", yes},
    {"^a{$", "a{", yes},
    {"^a{}$", "a{}", yes},
    {"^a{,}$", "a{,}", yes},
    {"^a{1,2$", "a{1,2", yes},
    {"^{{[a-z]+}}$", "{{name}}", yes},
    {"^\\u00e9+$", "\u00E9\u00E9", yes},
    {"^\U0001F432*$", "\U0001F432\U0001F432", yes},
    {"^\U0001F432*$", "\U0001F409", no},
    {"^[\U0001F400-\U0001F4FF]+$", "\U0001F432", yes},
    {"^[\u00E0-\u00FF]+$", "\u00E9\u00E8", yes},
    {"^[\u00E0-\u00FF]+$", "\u00E9e", no},
    {"^[^a-z]+$", "\u00E9A1", yes},
    {"^[^/]+$", "r\u00E9sum\u00E9", yes},
    {"^[^/]{1,6}$", "r\u00E9sum\u00E9", yes},
    {"^[^/]{1,5}$", "r\u00E9sum\u00E9", no},

    // Word boundaries.
    {"\\bcat\\b", "a cat!", yes},
    {"\\bcat\\b", "concat", no},
    {"\\Bcat", "concat", yes},
    {"\\bcat\\b", "\u00E9cat\u00E9", yes},  // \u00E9 is no word character

    // Properties.
    {"^\\p{L}+$", "\u00E9a\u4E08", yes},
    {"^\\p{Letter}+$", "a1", no},
    {"\\p{Letter}cole", "l'\u00E9cole", yes},
    {"^\\P{L}+$", "12-", yes},
    {"^\\p{Lu}\\p{Ll}+$", "\u00C9t\u00E9", yes},
    {"^\\p{gc=Lu}$", "A", yes},
    {"^\\p{General_Category=Uppercase_Letter}$", "a", no},
    {"^\\p{digit}+$", "4\u09E8", yes},
    {"^\\p{Nd}+$", "4\u09E8", yes},
    {"^\\p{Script=Greek}+$", "\u03B1\u03B2", yes},
    {"^\\p{Script=Greek}+$", "ab", no},
    {"^\\p{sc=Grek}+$", "\u03B1", yes},
    {"^\\p{Script_Extensions=Greek}+$", "\u0342", yes},
    {"^\\p{Script=Greek}+$", "\u0342", no},
    {"^[\\p{L}\\p{N}_]+$", "\u00E9_1", yes},
    {"^[^\\p{L}]+$", "\u00E9", no},
    {"^[\\P{L}a]+$", "a1", yes},
    {"^[\\P{L}a]+$", "b", no},
    {"^\\p{Any}$", "\n", yes},
    {"^\\p{ASCII}$", "\u00E9", no},
    {"^\\P{ASCII}$", "\u00E9", yes},
    {"^\\p{Assigned}$", "\U000EFFFF", no},
    {"^\\p{Cn}$", "\U000EFFFF", yes},
    {"^\\p{C}$", "\U000EFFFF", yes},
    {"^\\p{LC}$", "a", yes},
    {"^\\p{LC}$", "\u4E08", no},
    {"^\\p{Alphabetic}+$", "a\u4E08", yes},
    {"^\\p{White_Space}$", "\u0085", yes},
    {"^\\p{Emoji}$", "\U0001F432", yes},
    {"^\\p{Uppercase}$", "A", yes},

    // Groups, references, look-around.
    {"^(?:ab)+$", "abab", yes},
    {"^(?<year>\\d{4})-(?<month>\\d\\d)$", "2024-05", yes},
    {"^(?<q>['\"]).*\\k<q>$", "'a'", yes},
    {"^(?<q>['\"]).*\\k<q>$", "'a\"", no},
    {"^(a+)-\\1$", "aa-aa", yes},
    {"^(a+)-\\1$", "aa-a", no},
    {"^\\1(a)$", "a", yes},  // nothing captured yet: empty
    {"^(?:(a)|b)\\1$", "b", yes},
    {"^(a\\1)$", "a", yes},
    {"^\\k<x>(?<x>a)$", "a", yes},
    {"(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)\\10", "abcdefghijj", yes},
    {"^(?=.*[A-Z])(?=.*[0-9]).{8,}$", "correctHorse7", yes},
    {"^(?=.*[A-Z])(?=.*[0-9]).{8,}$", "correcthorse7", no},
    {"^(?!admin$)[a-z]+$", "admin", no},
    {"^(?!admin$)[a-z]+$", "admins", yes},
    {"(?<=\\$)\\d+", "costs $42", yes},
    {"(?<=\\$)\\d+", "costs 42", no},
    {"(?<!-)\\b\\d", "-1", no},
    {"(?<!-)\\b\\d", " 1", yes},
    {"^(?!.*--)[a-z-]+$", "a-b-c", yes},
    {"^(?!.*--)[a-z-]+$", "a--b", no},
    {"a(?!b)", "ab", no},
    {"a(?!b)", "abac", yes},
    {"(?=a)*b", "b", yes},
    {"^(?=$)", "", yes},
    {"^(?!$)", "", no},
    {"(?!)", "a", no},
    {"(?<=^a)b", "ab", yes},
    {"(?=\u00E9)..$", "a\u00E9b", yes},
    {"^(?=a)\\p{L}$", "a", yes},
};

TEST(Pattern, MatchesAsEcma262Says) {
  for (const Row& row : kRows) {
    const auto pattern = Pattern::compile(row.pattern);
    ASSERT_TRUE(pattern) << row.pattern << ": " << pattern.error().message;
    EXPECT_EQ(pattern->match(row.text), row.matches ? Outcome::kMatch : Outcome::kNoMatch)
        << row.pattern << " on " << row.text << " in engine "
        << static_cast<int>(pattern->engine());
  }
}

TEST(Pattern, SaysWhatIsWrongAndWhere) {
  struct {
    std::string_view pattern;
    std::string_view error;
  } constexpr kErrors[] = {
      {"(", "unclosed group at character 1"},
      {"ab(c(d)", "unclosed group at character 3"},
      {"^(abc]", "unclosed group at character 2"},
      {"a)", "unmatched ) at character 2"},
      {"[a-", "unclosed character class at character 1"},
      {"a[bc", "unclosed character class at character 2"},
      {"[z-a]", "range out of order at character 2"},
      {"*a", "nothing to repeat at character 1"},
      {"a**", "nothing to repeat at character 3"},
      {"a++", "nothing to repeat at character 3"},
      {"a|?", "nothing to repeat at character 3"},
      {"^*", "nothing to repeat at character 1"},
      {"\\b+", "nothing to repeat at character 1"},
      {"(?<=a)*", "nothing to repeat at character 1"},
      {"{2}", "nothing to repeat at character 1"},
      {"a{2}{3}", "nothing to repeat at character 5"},
      {"a{2,1}", "repeat with its bounds out of order at character 2"},
      {"a{,5}", "a repeat without lower bound at character 2"},
      {"\\", "a backslash without anything after it at character 1"},
      {"a\\", "a backslash without anything after it at character 2"},
      {"\\a", "unknown escape \\a at character 1"},
      {"x\\Z", "unknown escape \\Z at character 2"},
      {"[\\B]", "unknown escape \\B at character 2"},
      {"[\\1]", "unknown escape \\1 at character 2"},
      {"\\01", "octal escape at character 1"},
      {"\\x4", "\\x needs two hexadecimal digits, at character 1"},
      {"\\u12", "\\u needs four hexadecimal digits or {...}, at character 1"},
      {"\\u{}", "\\u needs four hexadecimal digits or {...}, at character 1"},
      {"\\u{110000}", "a code point above 10FFFF at character 1"},
      {"\\c1", "\\c without a letter at character 1"},
      {"\\p{Nope}", "unknown property Nope at character 1"},
      {"\\p{letter}", "unknown property letter at character 1"},
      {"\\p{Script=greek}", "unknown property Script=greek at character 1"},
      {"\\p{L", "unknown property L at character 1"},
      {"\\pL", "a property is written \\p{...}: at character 1"},
      {"\\1", "there is no group 1, referred to at character 1"},
      {"(a)\\2", "there is no group 2, referred to at character 4"},
      {"\\k<a>", "no group is named a, referred to at character 1"},
      {"\\k", "\\k without a group name at character 1"},
      {"(?<1>a)", "not a group name at character 4"},
      {"(?<a>b)(?<a>c)", "a second group named a at character 8"},
      {"(?P<a>b)", "a named group is written (?<name>...), not (?P<name>...), at character 1"},
      {"(?i)a", "unknown kind of group (ECMA-262 has no inline flags) at character 1"},
      {"(?>a)", "unknown kind of group (ECMA-262 has no inline flags) at character 1"},
      {"\u00E9\u00E9(", "unclosed group at character 3"},
      {"\xFF", "not UTF-8"},
  };
  for (const auto& [source, error] : kErrors) {
    const auto pattern = Pattern::compile(source);
    ASSERT_FALSE(pattern) << source;
    EXPECT_EQ(pattern.error().message, error) << source;
    EXPECT_FALSE(is_pattern(source)) << source;
  }
}

TEST(Pattern, UsesTheCheapestEngineThatWillDo) {
  struct {
    std::string_view pattern;
    Engine engine;
  } constexpr kEngines[] = {
      {"^[A-Z]{3}-[0-9]{4}$", Engine::kOwn},
      {"^[a-z0-9-]+$", Engine::kOwn},
      {"^[0-9]{5}(-[0-9]{4})?$", Engine::kOwn},
      {"^(GET|POST|PUT|PATCH|DELETE)$", Engine::kOwn},
      {"^[a-zA-Z_][a-zA-Z0-9_]*$", Engine::kOwn},
      {"^\\+[1-9]\\d{1,14}$", Engine::kOwn},
      {"^#([0-9a-f]{3}|[0-9a-f]{6})$", Engine::kRe2},
      {"^.{1,5000}$", Engine::kOwn},
      {"^https://", Engine::kOwn},
      {"\\.json$", Engine::kOwn},
      {"[0-9]", Engine::kOwn},
      {"^$|^[a-z]+$", Engine::kOwn},
      {"^[a-z]*z$", Engine::kRe2},
      {"[a-z]*z[0-9]*x", Engine::kRe2},
      {"\\bword\\b", Engine::kRe2},
      {"^\\p{L}+$", Engine::kRe2},
      {"^(a|b)*a{1001}$", Engine::kPcre2},
      {"(?=a)", Engine::kPcre2},
      {"(a)\\1", Engine::kPcre2},
      {"\\p{Alphabetic}", Engine::kPcre2},
  };
  for (const auto& [source, engine] : kEngines) {
    const auto pattern = Pattern::compile(source);
    ASSERT_TRUE(pattern) << source << ": " << pattern.error().message;
    EXPECT_EQ(pattern->engine(), engine) << source;
    EXPECT_EQ(pattern->source(), source);
  }
}

TEST(Pattern, TakesLargeRepeats) {
  const auto many = Pattern::compile("^(a|b)*a{1001,2000}$");
  ASSERT_TRUE(many);
  EXPECT_EQ(many->match(std::string(1001, 'a')), Outcome::kMatch);
  EXPECT_EQ(many->match(std::string(1000, 'a')), Outcome::kNoMatch);
  EXPECT_FALSE(Pattern::compile("(?=a)a{65536}"));
  const auto plain = Pattern::compile("^a{65536,99999999999999}$");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->match(std::string(65536, 'a')), Outcome::kMatch);
  EXPECT_EQ(plain->match(std::string(65535, 'a')), Outcome::kNoMatch);
}

TEST(Pattern, RefusesWhatIsTooDeepOrTooLong) {
  const std::string deep = std::string(5000, '(') + std::string(5000, ')');
  ASSERT_FALSE(Pattern::compile(deep));
  EXPECT_EQ(Pattern::compile(deep).error().message, "groups nested too deeply at character 101");
  const std::string fair = std::string(100, '(') + "a" + std::string(100, ')');
  EXPECT_TRUE(Pattern::compile(fair));
  EXPECT_TRUE(Pattern::compile("(?=a)" + fair + "\\1"));
  EXPECT_FALSE(Pattern::compile(std::string(65537, 'a')));
  EXPECT_FALSE(Pattern::compile("(?<=a*)b"));  // PCRE2's look-behind has a fixed length
}

std::string times(std::size_t count, std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

TEST(Pattern, RefusesTextsOnWhichRe2MayRunOutOfItsMemory) {
  const std::string long_text = times(512 * 1024, "ab");
  for (const std::string_view source :
       {"^[ab]*a[ab]{900}$", "[ab]*a[ab]{900}$", "a[ab]{900}c", "(?:a|b)*a(?:[ab]{30}){30}$",
        "\\p{L}*a\\p{L}{20}9", ".*a.{185}9"}) {
    const auto pattern = Pattern::compile(source);
    ASSERT_TRUE(pattern) << source;
    EXPECT_EQ(pattern->engine(), Engine::kRe2) << source;
    EXPECT_EQ(pattern->match(long_text), Outcome::kLimit) << source;
    EXPECT_EQ(pattern->match("ab"), Outcome::kNoMatch) << source;
  }
  const auto pattern = Pattern::compile("^[ab]*a[ab]{900}$");
  EXPECT_EQ(pattern->match(times(5000, "ab")), Outcome::kNoMatch);
  EXPECT_EQ(pattern->match(times(5000, "ab") + "b"), Outcome::kMatch);
}

TEST(Pattern, TakesLongTextsInOrdinaryPatterns) {
  struct {
    std::string_view pattern;
    Outcome outcome;
  } constexpr kOrdinary[] = {
      {"^[a-z ]*z$", Outcome::kNoMatch},
      {"^[\\p{L}\\p{N} ]+$", Outcome::kMatch},
      {"^(?:\\p{L}{1,10} ?)+$", Outcome::kMatch},
      {"^(?:[A-Za-z+/]{4} )*(?:[A-Za-z+/]{2}==|[A-Za-z+/]{3}=)?$", Outcome::kMatch},
      {"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", Outcome::kNoMatch},
      // Far into the text no match goes on.
      {"^(?:[a-z]{1,30}[0-9]?){1,30}$", Outcome::kNoMatch},
      {"^(?:[a-z]{1,30}[ ]?){1,30}", Outcome::kMatch},
  };
  const std::string text = times(1024 * 1024 / 5, "abcd ");
  for (const auto& [source, outcome] : kOrdinary) {
    const auto pattern = Pattern::compile(source);
    ASSERT_TRUE(pattern) << source;
    EXPECT_EQ(pattern->match(text), outcome) << source;
  }
}

std::string named_groups(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += "(?<n" + std::to_string(i) + ">)";
  return out;
}

TEST(Pattern, TakesOnlySoManyNamedGroups) {
  EXPECT_TRUE(Pattern::compile(named_groups(256)));
  EXPECT_TRUE(is_pattern(named_groups(256) + times(8000, "\\k<n0>")));
  const auto many = Pattern::compile(named_groups(257));
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().message, "more than 256 named groups at character 2195");
  EXPECT_FALSE(is_pattern(named_groups(7000)));
  EXPECT_TRUE(is_pattern(times(30'000, "()")));
  const auto same = Pattern::compile(times(8192, "(?<abc>)"));
  ASSERT_FALSE(same);
  EXPECT_EQ(same.error().message, "a second group named abc at character 9");
  const auto long_one = Pattern::compile(times(9000, "(?<abc>)"));
  ASSERT_FALSE(long_one);
  EXPECT_EQ(long_one.error().message, "longer than 64 KiB");
}

TEST(Pattern, IsUsableFromManyThreads) {
  const auto pattern = Pattern::compile("^(?=.*[0-9])[a-z0-9]+$");
  const auto linear = Pattern::compile("^[a-z]*z$");
  ASSERT_TRUE(pattern && linear);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) {
        EXPECT_EQ(pattern->match("abc1"), Outcome::kMatch);
        EXPECT_EQ(linear->match("abc"), Outcome::kNoMatch);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Pattern, InvalidTextMatchesNothingThatNeedsAnEngine) {
  for (const std::string_view source : {"(?=a)a", "^\\p{L}$", "^[^a]$"}) {
    const auto pattern = Pattern::compile(source);
    ASSERT_TRUE(pattern);
    EXPECT_EQ(pattern->match("\xFF"), Outcome::kNoMatch) << source;
  }
}

}  // namespace
}  // namespace barbacane::schema
