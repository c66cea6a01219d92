#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/h1/body_reader.h"
#include "http/h1/head_scanner.h"
#include "http/message.h"

/// Heads of HTTP/1.1 answers from upstreams, as strictly as those of requests (RFC 9112, 4 to 6).
///
/// What an upstream says about where its answer ends must mean the same to everybody: an answer
/// that is ambiguous is refused, so that no part of it can pass for the answer to somebody else.
namespace barbacane::http::h1 {

class ResponseParser {
 public:
  enum class Status : std::uint8_t {
    kComplete,  ///< the head is filled; its views point into the bytes given
    kNeedMore,  ///< call again with the same bytes and more behind them
    kRefused,   ///< no answer, or an ambiguous one
  };

  /// Call once before the first `parse` of each head.
  void begin() { scanner_.begin(); }
  /// `bytes` starts at the status line. After kComplete `length` is that of the head.
  Status parse(std::string_view bytes, ResponseHead& head, std::size_t& length);

 private:
  HeadScanner scanner_;
};

/// How an answer to a request by `method` is framed.
struct ResponseFraming {
  BodyFraming body = BodyFraming::kNone;
  std::uint64_t length = 0;
  bool keep_alive = false;  ///< the connection can take another request after the body
};

/// RFC 9112, 6.3. False: conflicting or unknown framing. Fills `head.content_length`.
bool frame_response(ResponseHead& head, std::string_view method, ResponseFraming& framing);

}  // namespace barbacane::http::h1
