#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "schema/detail/pattern_tree.h"
#include "schema/pattern.h"

namespace re2 {
class RE2;
}

namespace barbacane::schema::detail {

/// A pattern in RE2: memory bounded, no backtracking. Safe to use from any thread.
///
/// RE2 makes an automaton while it matches, at some nanoseconds a byte. Where the automaton does
/// not fit into its memory, as with `[ab]*a[ab]{900}`, RE2 goes on with all places of the pattern
/// that a match may be at: some ten nanoseconds a byte and place, which is seconds for a long text.
/// Nobody can ask it which of the two it will be, so a text is refused (Outcome::kLimit) when the
/// second would take too long. That hits large patterns on large texts only: 1 MiB goes through
/// 190 places.
class Re2Pattern {
 public:
  /// Nothing when RE2 does not take it, be it for its size or for what it does not know.
  static std::unique_ptr<const Re2Pattern> compile(const PatternTree& tree);
  ~Re2Pattern();

  Pattern::Outcome match(std::string_view text) const;
  /// What a match may cost: hardly ever does the automaton not fit, so a part of the worst.
  std::uint64_t looks(std::string_view text) const;

  /// Most bytes times places that a match may come to: two or three seconds at worst.
  static constexpr std::uint64_t kBudget = 200'000'000;

 private:
  Re2Pattern(std::unique_ptr<const re2::RE2> engine, const PatternTree& tree);

  std::unique_ptr<const re2::RE2> engine_;
  std::uint64_t places_;
  std::uint64_t reach_;  ///< bytes from the start after which no match goes on
};

}  // namespace barbacane::schema::detail
