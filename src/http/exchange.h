#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory_resource>
#include <optional>
#include <span>
#include <string_view>

#include "http/message.h"
#include "net/event_loop.h"
#include "net/stream.h"

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
  kStopped,     ///< by `stop_reading`
};

/// Whether bytes of a streamed answer must leave at once or may wait for those that follow.
enum class Push : std::uint8_t { kNow, kWithNext };

/// Told what concerns an exchange that goes on for a while. Called from the loop, each at most
/// once; must not resume coroutines.
class ClientWatcher {
 public:
  /// The client left before its answer was complete.
  virtual void client_left() = 0;
  /// The server stops; only of exchanges that switched protocols, which would go on for ever.
  virtual void server_drains() {}

 protected:
  ~ClientWatcher() = default;
};

/// The address of the other end. Text form without port, `::ffff:` of mapped addresses removed.
struct Peer {
  std::string_view ip;
  std::uint16_t port = 0;
};

/// What is left of HTTP once both sides speak something else: the bytes of a connection.
struct Tunnel {
  net::Stream* stream;        ///< as long as the exchange, or the call, it comes from
  std::string_view received;  ///< bytes of the other protocol that came with the head
};

class Exchange {
 public:
  virtual ~Exchange() = default;

  virtual const RequestHead& request() const = 0;
  virtual Peer peer() const = 0;
  virtual Scheme scheme() const = 0;
  virtual net::EventLoop& loop() = 0;
  /// Memory that lives as long as the exchange; allocation is a pointer increment.
  virtual std::pmr::memory_resource* arena() = 0;

  /// The whole body, at most `limit` bytes of it; sends `100 Continue` first when asked for. The
  /// view holds as long as the exchange.
  virtual net::Task<std::expected<std::string_view, BodyError>> read_body(std::size_t limit) = 0;
  /// The next piece of the body as it arrives, empty at its end. The view holds until the next
  /// call. Not reading is how a handler holds the client back.
  virtual net::Task<std::expected<std::string_view, BodyError>> read_body_part() = 0;
  /// Whether everything of the body has been read, and no trailers stand behind it.
  virtual bool body_is_read() const = 0;
  /// Ends a read that waits in another coroutine.
  virtual void stop_reading() = 0;
  /// The trailer fields behind the body, once its end was read (RFC 9110, 6.5). They hold as long
  /// as the exchange.
  virtual void append_trailers(std::pmr::vector<Field>& fields) const = 0;

  /// Answers with the whole body; bytes are copied before it returns or sent before the exchange
  /// dies. For HEAD and for statuses without content the body is counted, not sent.
  virtual void respond(const Response& response) = 0;

  /// Sends an interim answer (1xx) before the answer itself. False when the client is gone.
  virtual net::Task<bool> inform(const Response& interim) = 0;
  /// Answers with a streamed body: of `length` bytes, or of unknown length. `response.body` is
  /// ignored. The head leaves with the first bytes, or with `flush`.
  virtual void start(const Response& response, std::optional<std::uint64_t> length) = 0;
  /// Returns when the bytes have left (or were copied, when they may wait), which is how a slow
  /// client holds the handler back. False when the client is gone.
  virtual net::Task<bool> write(std::string_view bytes, Push push = Push::kNow) = 0;
  virtual net::Task<bool> flush() = 0;
  /// Ends the body; trailer fields are sent where the framing has room for them.
  virtual net::Task<bool> finish(std::span<const Field> trailers = {}) = 0;
  /// Answers 101 and ends HTTP on the connection, which closes when the handler returns. Nothing
  /// when that cannot be: the client is gone, or its version of HTTP knows no such thing.
  virtual net::Task<std::optional<Tunnel>> switch_protocols(const Response& response,
                                                            std::string_view protocol) {
    static_cast<void>(response), static_cast<void>(protocol);
    co_return std::nullopt;
  }

  /// Ends a streamed answer visibly broken, by closing the connection.
  virtual void abort() = 0;

  /// Sends what is held back of answers to earlier requests on the connection. A handler calls it
  /// before it waits for anything but this exchange; a client that is gone is noticed later.
  virtual net::Task<> release_earlier_answers() { co_return; }

  /// From now until null is given: whether the client is still there. One watcher at a time.
  virtual void watch_client(ClientWatcher* watcher) = 0;

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
