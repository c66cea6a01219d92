#pragma once

#include <cstdint>

#include "schema/detail/pattern_tree.h"

/// What can be told of a pattern without a text.
namespace barbacane::schema::detail {

/// The most code points a match can look at, look-around included; kUnbounded if there is no end
/// to it, as with `a*` and with references.
std::uint32_t longest_match(const PatternNode& node);

/// Whether every match begins at the start of the text.
bool begins_at_text_start(const PatternNode& node);

/// Whether the pattern is `^…`: the plain form of that, in which every engine sees it.
bool is_anchored(const PatternNode& root);

/// How many characters and classes there are when every repeat is written out. An engine that
/// follows all ways through the pattern at once is in at most so many places. Classes beyond ASCII
/// count for more, up to 16: they are many ways in themselves.
std::uint32_t places(const PatternTree& tree);

}  // namespace barbacane::schema::detail
