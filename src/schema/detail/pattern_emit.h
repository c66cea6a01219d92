#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "schema/detail/pattern_tree.h"

/// Writes a tree in the syntax of an engine that somebody else made.
///
/// Nothing depends on that engine's own idea of `\d`, `.` or `$`: classes are written as ranges of
/// code points, anchors as those of the whole text.
namespace barbacane::schema::detail {

/// Nothing when the pattern needs what RE2 does not have: look-around, references, repeats above
/// 1,000, and properties other than scripts and assigned categories.
std::optional<std::string> to_re2_syntax(const PatternTree& tree);

/// Fails for repeats above 65,535. Groups are numbered as in the tree if anything refers to them,
/// else they capture nothing.
base::Result<std::string> to_pcre2_syntax(const PatternTree& tree);

}  // namespace barbacane::schema::detail
