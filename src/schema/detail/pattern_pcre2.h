#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "schema/detail/pattern_tree.h"
#include "schema/pattern.h"

namespace barbacane::schema::detail {

/// A pattern in PCRE2, for what needs backtracking.
///
/// PCRE2's limits count the steps from one starting position, and a step may look at all of the
/// text. So the positions are tried here, one by one, and each pays for what it may have looked at
/// out of one budget: a match takes at most some 100 million looks at a byte, however long text and
/// pattern are. Reaching that, or PCRE2's bounds for depth and memory, is Outcome::kLimit.
///
/// Known difference: ECMA-262 forgets what groups inside a repeat captured when the repeat starts
/// over, PCRE2 does not. It shows in patterns such as `(?:(a)|b\1)*` only; an own engine would cure
/// it.
class Pcre2Pattern {
 public:
  static base::Result<std::unique_ptr<const Pcre2Pattern>> compile(const PatternTree& tree);
  ~Pcre2Pattern();
  Pcre2Pattern(const Pcre2Pattern&) = delete;
  Pcre2Pattern& operator=(const Pcre2Pattern&) = delete;

  Pattern::Outcome match(std::string_view text) const;

  /// The same, and what it spent of the budget.
  struct Verdict {
    Pattern::Outcome outcome = Pattern::Outcome::kLimit;
    std::uint64_t looks = 0;
  };
  Verdict measured_match(std::string_view text) const;

  /// Most that `measured_match` ever spends.
  static constexpr std::uint64_t kBudget = 100'000'000;

 private:
  struct Code;
  Pcre2Pattern(std::unique_ptr<const Code> code, std::uint32_t reach, bool at_start_only);

  std::unique_ptr<const Code> code_;
  std::uint32_t reach_;  ///< code points that one step can look at
  bool at_start_only_;
};

}  // namespace barbacane::schema::detail
