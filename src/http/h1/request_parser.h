#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "http/h1/head_scanner.h"
#include "http/message.h"

/// Heads of HTTP/1.1 requests from bytes: Boost.Beast takes them apart, the strict layer decides.
///
/// Beast is a kept parser with known holes (it lets several transfer codings, repeated lengths,
/// folded lines and odd `Host` fields through); everything that could make two servers disagree
/// about where a message ends is refused here, by RFC 9112, sections 2 to 7. One parser serves a
/// connection, one request at a time.
namespace barbacane::http::h1 {

class RequestParser {
 public:
  RequestParser();
  ~RequestParser();

  enum class HeadStatus : std::uint8_t {
    kComplete,  ///< `head` is filled; its views point into the bytes given
    kNeedMore,  ///< call again with the same bytes and more behind them
    kRefused,   ///< not a request, or one that is not unambiguous: 400 and close
  };

  /// Forgets the request before. Call once before the first `parse_head` of each request.
  void begin();
  /// `bytes` starts at the request line. After kComplete `consumed` is the length of the head.
  HeadStatus parse_head(std::string_view bytes, RequestHead& head, std::size_t& consumed);

 private:
  struct Beast;
  std::unique_ptr<Beast> beast_;
  HeadScanner scanner_;
};

/// Fills what can be known of a head that did not fit: `overflow`, method and target of a complete
/// request line.
void read_overflowing_head(std::string_view bytes, std::size_t max_target, RequestHead& head);

}  // namespace barbacane::http::h1
