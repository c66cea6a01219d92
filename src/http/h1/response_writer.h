#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "http/message.h"

/// Response heads as bytes (RFC 9112, 4 to 6).
namespace barbacane::http::h1 {

/// How the end of the body is told.
struct Framing {
  enum class Kind : std::uint8_t {
    kLength,   ///< `content-length`
    kChunked,  ///< `transfer-encoding: chunked`
    kNone,     ///< no content by definition (204, 304): neither field
    kInterim,  ///< 1xx: no content, and no date either
    kClose,    ///< by the end of the connection (HTTP/1.0 streams)
  } kind = Kind::kLength;
  std::uint64_t length = 0;
};

enum class Persistence : std::uint8_t {
  kDefault,    ///< nothing to say
  kKeepAlive,  ///< said to an HTTP/1.0 client that asked
  kClose,
};

/// Appends status line, fields, `date`, framing and connection fields and the empty line. Fields
/// with names or values that are not legal, and those the connection owns, are left out.
void append_head(std::string& out, const Response& response, Framing framing,
                 Persistence persistence);

/// Appends a head that ends HTTP on the connection in favour of that protocol (RFC 9110, 15.2.2).
void append_switching_head(std::string& out, const Response& response, std::string_view protocol);

/// Appends what comes before the bytes of a chunk; behind them comes CRLF (RFC 9112, 7.1).
void append_chunk_size(std::string& out, std::size_t size);
/// Appends the last chunk and the trailer section, without fields that are not legal there.
void append_last_chunk(std::string& out, std::span<const Field> trailers);

}  // namespace barbacane::http::h1
