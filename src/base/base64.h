#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Bytes as text of 64 letters (RFC 4648).
namespace barbacane::base {

/// The standard alphabet, padded.
std::string base64(std::string_view bytes);

/// Strict: the standard alphabet with its padding, no blanks, no bits left over that are not zero.
std::optional<std::string> from_base64(std::string_view text);

/// The alphabet that is safe in URLs, as JSON Web Keys use it (RFC 7515, 2); padding may be there
/// or not, complete.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace barbacane::base
