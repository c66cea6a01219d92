#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "schema/detail/code.h"

/// Strings of a program, found by what they say.
namespace barbacane::schema::detail {

/// Makes slots for strings that are different from each other, so that most are found at once.
SlotRange index_strings(Program::Impl& program, std::span<const Text> strings);

/// Keeps the strings, with slots when there are many.
StringSet add_strings(Program::Impl& program, std::span<const Text> strings);

/// Counted from the first of the set; kNowhere when it is not one of them. Takes time by the length
/// of the text when the set has slots.
std::uint32_t find_string(const Program::Impl& program, const StringSet& set,
                          std::string_view text);

}  // namespace barbacane::schema::detail
