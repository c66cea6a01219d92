#include "barbacane/regex.h"

#include <ostream>

#include <gtest/gtest.h>

namespace barbacane::plugin {
namespace {

/// The whole match and the groups, `[..]` each and `-` for a group that took no part; `none`
/// without a match; the error of a wrong pattern.
std::string found(std::string_view pattern, std::string_view text) {
  std::string error;
  const auto regex = Regex::compile(pattern, error);
  if (!regex) return "error: " + error;
  Regex::Match match;
  if (!regex->search(text, match)) return "none";
  std::string out;
  for (std::size_t i = 0; i < match.size(); i += 2) {
    if (match[i] < 0) {
      out += '-';
      continue;
    }
    const auto begin = static_cast<std::size_t>(match[i]);
    out += '[';
    out += text.substr(begin, static_cast<std::size_t>(match[i + 1]) - begin);
    out += ']';
  }
  return out;
}

struct Case {
  std::string_view pattern, text, expected;
};
void PrintTo(const Case& one, std::ostream* out) { *out << one.pattern << " on " << one.text; }

class RegexCases : public testing::TestWithParam<Case> {};

TEST_P(RegexCases, FindsWhatRe2Finds) {
  EXPECT_EQ(found(GetParam().pattern, GetParam().text), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Syntax, RegexCases,
    testing::Values(
        Case{"abc", "xabcx", "[abc]"}, Case{"", "x", "[]"}, Case{"a|ab", "ab", "[a]"},
        Case{"ab|a", "ab", "[ab]"}, Case{"(a)|(b)", "b", "[b]-[b]"},
        Case{"(a+)(b*)", "xaab", "[aab][aa][b]"}, Case{"a+?", "aaa", "[a]"},
        Case{"a*?b", "aab", "[aab]"}, Case{"(a*)*", "aa", "[aa][aa]"}, Case{"(?:|a)*", "a", "[]"},
        Case{"(?:a|)*", "aa", "[aa]"}, Case{"(?:|a)+", "aa", "[]"}, Case{"a{2}", "aaa", "[aa]"},
        Case{"a{2,}", "aaaa", "[aaaa]"}, Case{"a{1,2}", "aaa", "[aa]"},
        Case{"a{1,2}?", "aaa", "[a]"}, Case{"a{0}b", "ab", "[b]"},
        Case{"a{,2}", "a{,2}", "[a{,2}]"}, Case{"a{", "a{", "[a{]"}, Case{"x{2", "x{2", "[x{2]"},
        Case{"^a", "ba", "none"}, Case{"a$", "ab", "none"}, Case{"a$", "ba", "[a]"},
        Case{"(?m)^a$", "b\na\nc", "[a]"}, Case{"\\Aa\\z", "a", "[a]"}, Case{"^$", "", "[]"},
        Case{"\\bb", "ab b", "[b]"}, Case{"\\Bb", "b ab", "[b]"}, Case{".", "\n", "none"},
        Case{"(?s).", "\n", "[\n]"}, Case{"(?i)aBc", "AbC", "[AbC]"},
        Case{"(?i)[a-c]+", "xAbCx", "[AbC]"}, Case{"a(?i)b", "aB", "[aB]"},
        Case{"(?i:a)b", "Ab", "[Ab]"}, Case{"(?i:a)b", "AB", "none"},
        Case{"(a(?i)b)c", "aBc", "[aBc][aB]"}, Case{"(a(?i)b)c", "aBC", "none"},
        Case{"(?U)a+", "aaa", "[a]"}, Case{"(?U)a+?", "aaa", "[aaa]"},
        Case{"(?i-i:a)", "A", "none"}, Case{"[^a-c]", "abcd", "[d]"}, Case{"[]a]+", "]a", "[]a]"},
        Case{"[^]a]", "]ab", "[b]"}, Case{"[a-]+", "-a", "[-a]"}, Case{"[-a]+", "a-", "[a-]"},
        Case{"[\\d-x]+", "1-x", "[1-x]"}, Case{"[\\]]", "]", "[]]"},
        Case{"[a\\-c]+", "a-c", "[a-c]"}, Case{"\\d+\\D", "12x", "[12x]"},
        Case{"\\w+\\W", "a_1-", "[a_1-]"}, Case{"\\s\\S", "a b", "[ b]"},
        Case{"[[:alpha:]]+", "1ab2", "[ab]"}, Case{"[[:^alpha:]]+", "a12b", "[12]"},
        Case{"[[:word:]-]+", "a-b c", "[a-b]"}, Case{"\\x41\\x{42}\\103", "ABC", "[ABC]"},
        Case{"\\.\\*\\/", ".*/", "[.*/]"}, Case{"\\Qa.b\\E+", "a.bb", "[a.bb]"},
        Case{"\\Qa.b", "axb", "none"}, Case{"\\t\\n\\r\\f\\v\\a", "\t\n\r\f\v\a", "[\t\n\r\f\v\a]"},
        Case{"(?P<year>\\d{4})-(?<month>\\d\\d)", "on 2024-05", "[2024-05][2024][05]"},
        Case{"^/v(\\d+)/(.*)$", "/v2/a/b", "[/v2/a/b][2][a/b]"}, Case{"(?:a)(b)", "ab", "[ab][b]"},
        Case{"(a|b)*c", "abac", "[abac][a]"}, Case{"(a)?b", "b", "[b]-"},
        Case{"\xC3\xA4+", "x\xC3\xA4\xC3\xA4", "[\xC3\xA4\xC3\xA4]"},
        Case{"[\xC3\xA4-\xC3\xB6]", "\xC3\xB5", "[\xC3\xB5]"},
        Case{"^.$", "\xF0\x9F\x98\x80", "[\xF0\x9F\x98\x80]"},
        Case{"^..$", "\xFF\xFE", "[\xFF\xFE]"}, Case{"(((((a)))))", "a", "[a][a][a][a][a][a]"},
        Case{"a**", "", "error: a repetition of a repetition needs a group at byte 3"},
        Case{"*", "", "error: nothing to repeat at byte 0"},
        Case{"(a", "", "error: a closing parenthesis is missing at byte 2"},
        Case{"a)", "", "error: an opening parenthesis is missing at byte 1"},
        Case{"[a", "", "error: a closing bracket is missing at byte 2"},
        Case{"[b-a]", "", "error: a range that goes up expected at byte 4"},
        Case{"a{2,1}", "", "error: a repetition of up to 1000 times expected at byte 6"},
        Case{"a{1001}", "", "error: a repetition of up to 1000 times expected at byte 7"},
        Case{"(a{1000}){1000}", "", "error: the pattern is too large"},
        Case{"(a)\\1", "", "error: back-references are not possible at byte 4"},
        Case{"(?=a)", "", "error: an unknown kind of group at byte 2"},
        Case{"(?<=a)", "", "error: no look-behind here at byte 3"},
        Case{"(?<a>x)(?<a>y)", "", "error: a group name occurs twice at byte 10"},
        Case{"\\pL", "", "error: Unicode classes are not supported at byte 1"},
        Case{"\\y", "", "error: an unknown escape at byte 1"},
        Case{"a\\", "", "error: something behind the backslash expected at byte 2"},
        Case{"\xFF", "", "error: UTF-8 expected at byte 0"}));

TEST(Regex, TakesTimeInProportionToTheText) {
  const std::string text(20'000, 'a');
  EXPECT_EQ(found("(a+)+b", text), "none");
  EXPECT_EQ(found("(?:a?){50}a{50}", std::string(50, 'a')), "[" + std::string(50, 'a') + "]");
  std::string nested;
  for (int i = 0; i < 2000; ++i) nested += "(?:";
  EXPECT_EQ(found(nested, ""), "error: groups are nested too deeply at byte 300");
}

std::string replaced(std::string_view pattern, std::string_view replacement,
                     std::string_view text) {
  std::string error;
  const auto regex = Regex::compile(pattern, error);
  if (!regex) return "error: " + error;
  const auto parsed = Replacement::parse(replacement, *regex, error);
  return parsed ? parsed->replace_all(*regex, text) : "error: " + error;
}

TEST(Replacement, InsertsGroups) {
  EXPECT_EQ(replaced("(\\w+)/(\\w+)", "$2/$1", "a/b c/d"), "b/a d/c");
  EXPECT_EQ(replaced("(?P<a>x)", "<${a}${1}1$1$$$>", "axb"), "a<xx1x$$>b");
  EXPECT_EQ(replaced("(a)|b", "[$1]", "ab"), "[a][]");
  EXPECT_EQ(replaced("x", "$0$0", "axb"), "axxb");
  EXPECT_EQ(replaced("x", "${2}", "x"), "error: the pattern has no group '2'");
  EXPECT_EQ(replaced("x", "${n}", "x"), "error: the pattern has no group 'n'");
  EXPECT_EQ(replaced("x", "$1", "x"), "error: the pattern has no group '1'");
  EXPECT_EQ(replaced("x", "${1", "x"), "${1");
}

TEST(Replacement, TreatsEmptyMatchesAsOthersDo) {
  EXPECT_EQ(replaced("", "-", "ab"), "-a-b-");
  EXPECT_EQ(replaced("a*", "-", "baac"), "-b-c-");
  EXPECT_EQ(replaced("", "-", "\xC3\xA4"), "-\xC3\xA4-");
  EXPECT_EQ(replaced("^", "/x", "/a"), "/x/a");
  EXPECT_EQ(replaced("$", "!", "a"), "a!");
  EXPECT_EQ(replaced("a", "", "banana"), "bnn");
  EXPECT_EQ(replaced("b", "x", "aaa"), "aaa");
}

}  // namespace
}  // namespace barbacane::plugin
