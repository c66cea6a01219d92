#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

/// Lists of texts as bytes.
namespace barbacane::net::detail {

/// Protocol names as ALPN sends them (RFC 7301, 3.1): each behind its length in one byte.
base::Result<std::string> alpn_on_the_wire(std::span<const std::string> protocols);

/// Appends the text behind its length: no two lists of texts are digested alike.
void append_field(std::string& out, std::string_view text);

}  // namespace barbacane::net::detail
