#pragma once

#include <optional>

#include "schema/detail/pattern_tree.h"

/// A tree brought into the form in which it is easiest to see what a text must look like.
///
/// Only whether there is a match is kept, not where and not what groups capture. So brackets go,
/// alternatives that begin alike share their beginning, anchors become two facts, and what is
/// optional at an end that is not anchored is left out.
namespace barbacane::schema::detail {

struct PatternShape {
  PatternNode root;  ///< a sequence of characters, classes, repeats, choices and sequences
  bool at_start = false;
  bool at_end = false;
};

/// Nothing for patterns with other things in them, or with anchors elsewhere than at the ends, and
/// for those with more than 2,000 parts.
std::optional<PatternShape> shape_of(const PatternTree& tree);

/// Of nodes as they are in a shape.
bool matches_empty(const PatternNode& node);

}  // namespace barbacane::schema::detail
