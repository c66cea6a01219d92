#pragma once

#include <string_view>

#include "base/result.h"
#include "schema/detail/pattern_tree.h"

/// The syntax of ECMA-262's regular expressions with the `u` flag (22.2.1).
///
/// Taken besides, because browsers take it without that flag and specs are full of it (annex
/// B.1.2): punctuation escaped without need (`\-`, `\_`, `\@`), a lone `]`, `{` or `}`, a class
/// such as `\w` at the end of what would be a range (`[\w-.]`), and repeated look-aheads. Unknown
/// escapes of letters are errors in both, as are octal ones here: they hide mistakes such as `\Z`
/// and `\a`.
///
/// Groups nest to a depth of 100, at most 256 of them have names, and a pattern has at most 64 KiB:
/// clients send patterns too, where a schema says `format: regex`.
namespace barbacane::schema::detail {

base::Result<PatternTree> parse_ecma_pattern(std::string_view source);

}  // namespace barbacane::schema::detail
