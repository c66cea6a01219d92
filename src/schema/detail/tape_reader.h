#pragma once

#include <expected>
#include <span>
#include <string_view>

#include "schema/detail/tape_store.h"
#include "schema/json.h"

namespace barbacane::schema::detail {

/// Writes the document whose tokens begin at `offsets` (as `JsonStructure` finds them) to the tape:
/// grammar, depth, strings, names, numbers. One pass, no recursion, nothing read beyond the text.
std::expected<void, JsonError> read_tape(std::string_view text,
                                         std::span<const std::uint32_t> offsets,
                                         const JsonOptions& options, TapeStore& store);

}  // namespace barbacane::schema::detail
