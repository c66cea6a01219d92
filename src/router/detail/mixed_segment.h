#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "router/router.h"

/// A segment of literals and parameters in turn: `{id}.json`, `v{major}.{minor}`.
///
/// Each parameter takes the shortest text, from left to right, with which the whole matches. An
/// escape counts as one character: no literal matches inside `%2F`. One pass is enough, since a
/// literal found further left never spoils what follows: the next parameter takes the difference.
/// So the cost is that of searching the literals, without backtracking.
namespace barbacane::router::detail {

class MixedSegment {
 public:
  explicit MixedSegment(const Template::Segment& segment);

  std::size_t parameters() const { return literals_.size() - 1; }

  /// Fills `captures` (room for `parameters()`) when it matches, else leaves rubbish there.
  bool match(std::string_view segment, std::string_view* captures) const;

 private:
  /// What stands before, between and after the parameters; the outer two may be empty.
  std::vector<std::string> literals_;
};

}  // namespace barbacane::router::detail
