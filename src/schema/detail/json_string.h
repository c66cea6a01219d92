#pragma once

#include <string_view>

/// Escapes of JSON strings (RFC 8259, 7).
namespace barbacane::schema::detail {

struct Unescaped {
  char* end = nullptr;          ///< past what was written; null when refused
  const char* flaw = nullptr;   ///< the escape that was refused
  bool lone_surrogate = false;  ///< that is what it was refused for
};

/// Writes the decoded text to `out`, which has room for as many bytes as `text` has; it is shorter.
Unescaped unescape(std::string_view text, char* out);

}  // namespace barbacane::schema::detail
