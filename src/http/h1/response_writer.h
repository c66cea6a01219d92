#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "http/message.h"

/// Response heads as bytes (RFC 9112, 4 to 6).
namespace barbacane::http::h1 {

/// How the end of the body is told.
struct Framing {
  enum class Kind : std::uint8_t {
    kLength,   ///< `content-length`
    kChunked,  ///< `transfer-encoding: chunked`
    kNone,     ///< no content by definition (1xx, 204, 304): neither field
    kClose,    ///< by the end of the connection (HTTP/1.0 streams)
  } kind = Kind::kLength;
  std::uint64_t length = 0;
};

enum class Persistence : std::uint8_t {
  kDefault,    ///< nothing to say
  kKeepAlive,  ///< said to an HTTP/1.0 client that asked
  kClose,
};

/// Status codes that never carry content (RFC 9110, 6.4.1).
bool is_bodiless(int status);

/// Appends status line, fields, `date`, framing and connection fields and the empty line. Fields
/// with names or values that are not legal, and those the connection owns, are left out.
void append_head(std::string& out, const Response& response, Framing framing,
                 Persistence persistence);

}  // namespace barbacane::http::h1
