#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "schema/pattern.h"

/// `patternProperties`: what is known about a member by its name alone.
///
/// Every schema whose pattern matches a name applies, beside that of a declared property (JSON
/// Schema 2020-12, core 10.3.2); `additionalProperties` does where there is neither. What text
/// turns into is up to the one that takes the fewest kinds of values, for what it does not take
/// cannot be valid; all of them judge the result.
namespace barbacane::validation::detail {

/// Matches names, and adds up what that takes: the bounds of a pattern hold for one match, and a
/// client may send many names.
class NameMatcher {
 public:
  bool matches(const schema::Pattern& pattern, std::string_view name) {
    if (spent_) return false;
    const auto [outcome, looks] = pattern.measured_match(name);
    spent_ = outcome == schema::Pattern::Outcome::kLimit || looks >= left_;
    left_ -= std::min(looks, left_);
    return outcome == schema::Pattern::Outcome::kMatch && !spent_;
  }
  /// It took too long: there may be a match where none was found.
  bool spent() const { return spent_; }

 private:
  std::uint64_t left_ = std::uint64_t{1} << 26;  ///< looks at a byte, as many as a run of a schema
  bool spent_ = false;
};

template <class Plan>
struct PatternPlan {
  const schema::Pattern* pattern;
  Plan plan;
};

/// Of the plans whose pattern matches the name, the one that takes the fewest kinds of values.
template <class Plan>
const Plan* narrowest(const std::vector<PatternPlan<Plan>>& plans, std::string_view name,
                      NameMatcher& matcher) {
  const Plan* out = nullptr;
  for (const auto& [pattern, plan] : plans) {
    if (!matcher.matches(*pattern, name)) continue;
    if (out == nullptr || plan.width() < out->width()) out = &plan;
  }
  return out;
}

}  // namespace barbacane::validation::detail
