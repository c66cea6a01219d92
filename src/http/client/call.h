#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/exchange.h"
#include "http/message.h"
#include "net/event_loop.h"

/// One request to an upstream and its answer, the same for every version of HTTP.
///
/// `send` comes first, then the body if one was announced, then `read_head` and the body of the
/// answer; writing and reading may go on at the same time in two coroutines. Everything that waits
/// has a deadline or a patience, and ends when `cancel` is called. One worker's thread.
namespace barbacane::http::client {

using TimePoint = net::EventLoop::Clock::time_point;

enum class CallFailure : std::uint8_t {
  kDns,         ///< the name has no address
  kBlocked,     ///< its address must not be connected to
  kConnect,     ///< nobody accepts connections there
  kTls,         ///< no agreement, or a certificate that is not to be trusted
  kTimeout,     ///< no answer, or no more of it, in time
  kStale,       ///< a kept connection turned out to be closed; nothing was answered
  kUntouched,   ///< the upstream says that it has not looked at it (RFC 9113, 8.7), or cannot have
  kUnanswered,  ///< the connection ended before the first byte of an answer
  kBroken,      ///< the connection ended in the middle of an answer
  kInvalid,     ///< not HTTP, or ambiguous
  kOverloaded,  ///< no connection was free for too long
  kCancelled,
};

struct CallError {
  CallFailure failure;
  std::string text;  ///< for the log; it may name addresses, so never for a client
};

struct OutgoingRequest {
  std::string_view method;
  std::string_view authority;
  std::string_view target;  ///< path and query
  /// A protocol to switch to (RFC 9110, 7.8); empty: none. 101 is then an answer, without a body.
  std::string_view upgrade = {};
  /// Neither `host` nor any field about the connection or the framing.
  std::span<const Field> fields;

  enum class Body : std::uint8_t {
    kNone,
    kWhole,    ///< `body` is all of it
    kLength,   ///< `length` bytes are going to be written
    kUnknown,  ///< bytes are going to be written, of which nobody knows how many
  } framing = Body::kNone;
  std::string_view body;
  std::uint64_t length = 0;
};

/// What has come of a body.
using BodyPart = std::expected<std::string_view, CallError>;

class Call {
 public:
  virtual ~Call() = default;

  /// Sends the head, and a whole body with it. A failure may still be followed by an answer of an
  /// upstream that did not want to hear it all: `read_head` tells.
  virtual net::Task<std::expected<void, CallError>> send(const OutgoingRequest& request,
                                                         std::chrono::milliseconds patience) = 0;
  /// Of the body; returns when the bytes have left. False when the upstream takes no more.
  virtual net::Task<bool> write(std::string_view bytes, Push push,
                                std::chrono::milliseconds patience) = 0;
  virtual net::Task<bool> finish(std::span<const Field> trailers,
                                 std::chrono::milliseconds patience) = 0;

  /// The next head: interim ones first, each once. It holds until the next read.
  virtual net::Task<std::expected<const ResponseHead*, CallError>> read_head(
      TimePoint deadline) = 0;
  /// How long the body of the answer is, if that was said.
  virtual std::optional<std::uint64_t> body_length() const = 0;
  /// What lies here already, empty when that is nothing; holds until the next read.
  virtual BodyPart buffered_part() = 0;
  virtual bool body_done() const = 0;
  /// The next piece, empty at the end.
  virtual net::Task<BodyPart> read_body_part(std::chrono::milliseconds patience) = 0;
  /// After the answer was 101.
  virtual Tunnel tunnel() = 0;
  /// Behind the body; they hold as long as the call.
  virtual void append_trailers(std::pmr::vector<Field>& fields) const = 0;

  /// From a callback: whatever waits ends with `kCancelled`, and the connection is of no more use
  /// to this call.
  virtual void cancel() = 0;

 private:
  friend struct EndCall;
  /// The call is over: what can serve another goes back to where it came from.
  virtual void end() = 0;
};

struct EndCall {
  void operator()(Call* call) const { call->end(); }
};
using CallPtr = std::unique_ptr<Call, EndCall>;

}  // namespace barbacane::http::client
