#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory_resource>
#include <optional>
#include <string_view>

#include "http/message.h"
#include "net/event_loop.h"

/// One request and its answer, the same for every version of HTTP.
///
/// The connection makes an exchange for each request and hands it to a `Handler`, which reads as
/// much of the body as it wants and answers exactly once: either `respond` with everything at hand,
/// or `start`, any number of `write`, `finish`. A handler that returns without an answer gets a
/// bare 500 sent for it. All calls on the worker's thread; the exchange and its arena die when the
/// answer is sent and the handler has returned.
namespace barbacane::http {

enum class BodyError : std::uint8_t {
  kTooLarge,    ///< past the caller's limit; answer 413
  kTimeout,     ///< no progress for the body deadline; answer 408
  kMalformed,   ///< bad chunk framing; answer 400
  kClientGone,  ///< nobody is there to answer
};

/// The address of the other end. Text form without port, `::ffff:` of mapped addresses removed.
struct Peer {
  std::string_view ip;
  std::uint16_t port = 0;
};

class Exchange {
 public:
  virtual ~Exchange() = default;

  virtual const RequestHead& request() const = 0;
  virtual Peer peer() const = 0;
  virtual net::EventLoop& loop() = 0;
  /// Memory that lives as long as the exchange; allocation is a pointer increment.
  virtual std::pmr::memory_resource* arena() = 0;

  /// The whole body, at most `limit` bytes of it; sends `100 Continue` first when asked for. The
  /// view holds as long as the exchange.
  virtual net::Task<std::expected<std::string_view, BodyError>> read_body(std::size_t limit) = 0;
  /// The next piece of the body as it arrives, empty at its end. The view holds until the next
  /// call. Not reading is how a handler holds the client back.
  virtual net::Task<std::expected<std::string_view, BodyError>> read_body_part() = 0;

  /// Answers with the whole body; bytes are copied before it returns or sent before the exchange
  /// dies. For HEAD and for statuses without content the body is counted, not sent.
  virtual void respond(const Response& response) = 0;

  /// Answers with a streamed body: of `length` bytes, or chunked when the length is unknown.
  /// `response.body` is ignored. False when the client is gone.
  virtual net::Task<bool> start(const Response& response, std::optional<std::uint64_t> length) = 0;
  /// Returns when the bytes have left, which is how a slow client holds the handler back.
  virtual net::Task<bool> write(std::string_view bytes) = 0;
  virtual net::Task<bool> finish() = 0;
  /// Ends a streamed answer visibly broken, by closing the connection.
  virtual void abort() = 0;

  /// Sends what is held back of answers to earlier requests on the connection. A handler calls it
  /// before it waits for anything but this exchange; a client that is gone is noticed later.
  virtual net::Task<> release_earlier_answers() { co_return; }

  /// The connection must not be used for another request after this one.
  virtual void close_after() = 0;

  virtual bool answered() const = 0;
  /// Status and body bytes of the answer, for logs; 0 before.
  virtual int answered_status() const = 0;
  virtual std::uint64_t answered_bytes() const = 0;
  /// Body bytes read from the client so far.
  virtual std::uint64_t received_bytes() const = 0;
};

class Handler {
 public:
  virtual ~Handler() = default;
  /// Must not throw. Runs on the worker that owns the connection.
  virtual net::Task<> handle(Exchange& exchange) = 0;
};

}  // namespace barbacane::http
