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

}  // namespace barbacane::schema::detail
