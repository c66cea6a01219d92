#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

/// JSON text laid out anew, never interpreted: numbers keep their digits and strings their escapes.
///
/// The artifact carries configs and schemas as text, and this is the one place that walks through
/// such text. It is strict (RFC 8259; containers at most `kMaxDepth` deep) because nobody else
/// looks inside before a request needs it, and it does not recurse. UTF-8 is checked elsewhere,
/// for a whole file at once.
namespace barbacane::artifact::detail {

inline constexpr std::size_t kMaxDepth = 1000;

/// Appends the value at the start of `text` without insignificant whitespace and returns the bytes
/// it took of `text`; 0 when there is no well-formed value. `out` then holds part of it.
std::size_t append_compact(std::string& out, std::string_view text);

/// The length of the value at the start of `text`, 0 when it is not well-formed.
std::size_t value_length(std::string_view text);

/// Appends `text`, one whole value, in two-space layout; lines after the first begin `depth`
/// levels in. Empty containers are `{}` and `[]`. False when it is not well-formed.
bool append_pretty(std::string& out, std::string_view text, std::size_t depth);

/// Parts of the grammar, for the reader: the length of what stands at the start of `text`, or 0.
std::size_t string_length(std::string_view text);
std::size_t number_length(std::string_view text);
std::size_t whitespace_length(std::string_view text);

/// A string token, quotes included, as the text it stands for. Unpaired surrogates become U+FFFD.
std::string unescape(std::string_view token);

}  // namespace barbacane::artifact::detail
