#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/detail/pattern_set.h"
#include "schema/detail/pattern_tree.h"

/// Patterns that can be matched without ever going back: the engine of our own.
///
/// Most patterns of specs are like `^[A-Z]{3}-[0-9]{4}$`: wherever there is something to decide —
/// one more or enough, this alternative or that — the next character decides it. Such a pattern is
/// a list of steps run once over the text. It is built only where that is certain: what may come
/// next inside and what may come after have no character in common. Everything else is refused
/// here and left to the other engines.
namespace barbacane::schema::detail {

struct PatternStep {
  enum class Op : std::uint8_t {
    kOne,      ///< a character of the set
    kRun,      ///< `min` to `max` of them, as many as there are
    kLiteral,  ///< the bytes of literal `target`
    kIf,       ///< goes on if a character of the set is next, else to step `target`
    kJump,     ///< to step `target`
    kEnd,      ///< a match if the text ends here
    kMatch,
  };
  Op op = Op::kMatch;
  std::uint16_t target = 0;
  std::uint16_t wide = 0;  ///< index of the whole set where it goes beyond ASCII, else 0
  std::uint32_t min = 1;
  std::uint32_t max = 1;
  std::array<std::uint64_t, 4> ascii = {};  ///< bit set; the upper half stays empty
};

class StepPattern {
 public:
  /// Nothing when the pattern is not of that kind.
  static std::optional<StepPattern> build(const PatternTree& tree);

  /// `text` is UTF-8. Takes time linear in the text: a pattern that may start anywhere is refused
  /// unless what it matches has at most 64 characters.
  bool match(std::string_view text) const;

 private:
  friend class StepBuilder;

  bool run(const char* at, const char* end) const;
  bool take_one(const PatternStep& step, const char*& at, const char* end) const;
  const char* take_run(const PatternStep& step, const char* at, const char* end) const;
  const char* take_wide_run(const PatternStep& step, const char* at, const char* end,
                            std::uint32_t count) const;

  std::vector<PatternStep> steps_;
  std::vector<CodePointSet> wide_ = {CodePointSet()};
  std::vector<std::string> literals_;
  bool at_start_only_ = false;
  /// What a match can begin with, for patterns that may start anywhere; kMatch: anything.
  PatternStep start_;
};

}  // namespace barbacane::schema::detail
