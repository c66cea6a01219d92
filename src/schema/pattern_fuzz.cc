#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "schema/detail/ecma_parser.h"
#include "schema/detail/pattern_pcre2.h"
#include "schema/detail/pattern_re2.h"
#include "schema/detail/pattern_steps.h"
#include "schema/format.h"
#include "schema/pattern.h"

/// Input: a pattern, a line feed, a text. Checked besides not crashing and ending soon: all engines
/// that take the pattern say the same, unless one of them reached its limit.
namespace {

using namespace barbacane::schema;
using Outcome = Pattern::Outcome;

Outcome outcome(bool matches) { return matches ? Outcome::kMatch : Outcome::kNoMatch; }

void agree(const char* a, Outcome first, const char* b, Outcome second) {
  if (first == second || first == Outcome::kLimit || second == Outcome::kLimit) return;
  std::fprintf(stderr, "pattern_fuzz: %s says %d, %s says %d\n", a, static_cast<int>(first), b,
               static_cast<int>(second));
  std::abort();
}

/// Of which RE2 and PCRE2 may know different versions of Unicode.
bool has_properties(const detail::PatternTree& tree) {
  return std::any_of(tree.classes.begin(), tree.classes.end(),
                     [](const auto& set) { return !set.properties.empty(); });
}

void compare(const detail::PatternTree& tree, std::string_view text) {
  const auto own = detail::StepPattern::build(tree);
  const auto re2 = detail::Re2Pattern::compile(tree);
  const auto pcre2 = detail::Pcre2Pattern::compile(tree);
  if (own && re2) agree("own", outcome(own->match(text)), "re2", re2->match(text));
  if (!pcre2) return;
  const Outcome last = (*pcre2)->match(text);
  if (own) agree("own", outcome(own->match(text)), "pcre2", last);
  if (re2 && !has_properties(tree)) agree("re2", re2->match(text), "pcre2", last);
}

void try_formats(std::string_view text) {
  for (int i = 0; i <= static_cast<int>(Format::kInt64); ++i) {
    (void)matches(static_cast<Format>(i), text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = input.find('\n');
  const std::string_view source = input.substr(0, line);
  const std::string_view text = line == input.npos ? "" : input.substr(line + 1);
  try_formats(text);

  const auto tree = barbacane::schema::detail::parse_ecma_pattern(source);
  const auto pattern = Pattern::compile(source);
  if (!tree && pattern) std::abort();
  if (pattern) (void)pattern->match(text);
  if (tree && barbacane::base::is_utf8(text)) compare(*tree, text);
  return 0;
}
