#include "schema/detail/pattern_pcre2.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "schema/detail/ecma_parser.h"

/// Patterns made to hang a backtracking engine, on texts made for them.
namespace barbacane::schema::detail {
namespace {

using Outcome = Pattern::Outcome;

std::string times(std::size_t count, std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

struct Bomb {
  std::string pattern;
  std::string text;
};

std::vector<Bomb> bombs() {
  std::vector<Bomb> out;
  for (const std::size_t length : {30, 1000, 30'000}) {
    const std::string a = times(length, "a");
    const std::string ab = times(length / 2, "ab");
    out.insert(out.end(), {
                              {"(a+)+$", a + "!"},
                              {"^(a+)+$", a + "!"},
                              {"(a|a)*$", a + "!"},
                              {"^(a|aa)+$", a + "!"},
                              {"(.*a){20}", a + "!"},
                              {"^(.*a){20}[bc]$", a + "!"},
                              {"(?=(a+)+$)[ab]", a + "!"},
                              {"(?=(a|a)*$)[bc]", a},
                              {"^(([a-z])+.)+[A-Z]([a-z])+$", a},
                              {"(a*)*\\1*b?c", a},
                              {"^(a+)\\1+$", a + "!"},
                              {"^(a*)(a*)(a*)(a*)(a*)\\5\\4\\3\\2\\1[bc]$", a},
                              {"(?=(?=(?=(?=(a+)+b)a*)a*)a*)a", a},
                              {"(?!(?!(?!(?!(a|a)+[bc])a*)a*)a*)[bd]", a},
                              {"(?=a*[xw])[yz]", a},
                              {"(?=[a-z]*[xw])[a-b]", a},
                              {"[a-b]*(?=[xw])", a},
                              {times(20, "(?:a|a)") + "(?=[bc])", a},
                              {times(60, "(a|a)?") + times(60, "a") + "(?=[bc])", a},
                              {"^(?:a|a){60}(?![a-z!]|$)", a + "!"},
                              {"^(?:a?){500}(?:a){500}(?=[bc])", a},
                              {"^((a{1,100}){1,100})(?=[bc])", a},
                              {"(a{0,1000}){0,20}(?=[bc])", a},
                              {"(?<=a)(a|ab)*(?=[cd])", ab},
                              {"(ab?|a?b)+(?=[cd])", ab},
                              {"(\\w+\\s?)+(?=[!])", times(length / 5, "word ")},
                              {"^(?=(\\w+\\s?)+$)[^x]+$", times(length / 5, "word ") + "!"},
                              {"\\b(\\w|\\d)+\\b(?=#)", a + a},
                              {"(.)*?(.)*?(.)*?\\1\\2\\3(?=#)", ab},
                          });
  }
  return out;
}

TEST(Pcre2Pattern, EndsWithinItsBudgetWhateverComes) {
  std::size_t refused = 0;
  for (const auto& [source, text] : bombs()) {
    const auto tree = parse_ecma_pattern(source);
    ASSERT_TRUE(tree) << source << ": " << tree.error().message;
    const auto pattern = Pcre2Pattern::compile(*tree);
    ASSERT_TRUE(pattern) << source << ": " << pattern.error().message;
    const auto verdict = (*pattern)->measured_match(text);
    EXPECT_LE(verdict.looks, Pcre2Pattern::kBudget) << source;
    if (verdict.outcome == Outcome::kLimit) ++refused;
  }
  EXPECT_GT(refused, 20U);
}

TEST(Pcre2Pattern, SpendsNextToNothingOnOrdinaryTexts) {
  struct {
    std::string_view pattern;
    std::string_view text;
    Outcome outcome;
  } constexpr kOrdinary[] = {
      {"^(?=.*[A-Z])(?=.*[0-9]).{8,}$", "correctHorse7", Outcome::kMatch},
      {"^(?!.*--)[a-z-]+$", "a-b--c", Outcome::kNoMatch},
      {"(?<=\\$)\\d+", "it costs $42", Outcome::kMatch},
      {"^(['\"]).*\\1$", "'quoted'", Outcome::kMatch},
  };
  for (const auto& [source, text, outcome] : kOrdinary) {
    const auto pattern = Pcre2Pattern::compile(*parse_ecma_pattern(source));
    ASSERT_TRUE(pattern);
    EXPECT_EQ((*pattern)->match(text), outcome) << source;
  }
}

TEST(Pcre2Pattern, TakesLongTextsWhereThePatternIsAnchored) {
  const auto pattern =
      Pcre2Pattern::compile(*parse_ecma_pattern("^(?=.*[A-Z])(?!.*\\d)[a-zA-Z]+$"));
  ASSERT_TRUE(pattern);
  EXPECT_EQ((*pattern)->match(times(100'000, "abcdefghi") + "Z"), Outcome::kMatch);
  EXPECT_EQ((*pattern)->match(times(100'000, "abcdefghi")), Outcome::kNoMatch);
}

}  // namespace
}  // namespace barbacane::schema::detail
