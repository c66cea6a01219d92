#pragma once

#include <string>
#include <string_view>

/// Tokens of a JSON Pointer (RFC 6901, 3 and 4).
namespace barbacane::base {

/// Appends `/` and the name with `~` and `/` escaped.
void append_pointer_token(std::string& pointer, std::string_view name);

/// `~1` and `~0` of one token undone; what is no escape stays.
std::string unescape_pointer_token(std::string_view token);

}  // namespace barbacane::base
