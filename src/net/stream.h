#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "net/descriptor.h"
#include "net/task.h"

/// A connected socket, plain or with TLS on it: bytes in, bytes out.
///
/// `read` and `write` are one try each and never wait; after `kWait` the caller awaits `readable`
/// or `writable` and tries again. So who reads decides when it is worth waiting, and a connection
/// that has its next request already never does. One coroutine may read while another writes. Its
/// loop's thread only. Owns the socket.
namespace barbacane::net {

class TlsSession;

class Stream {
 public:
  enum class Io : std::uint8_t {
    kDone,    ///< some bytes moved
    kWait,    ///< none now
    kEnd,     ///< the peer sends no more, in good order
    kBroken,  ///< reset, or TLS that ended without saying so
  };

  /// `socket` is non-blocking and connected.
  Stream(EventLoop& loop, int socket);
  ~Stream();

  /// From now on everything is encrypted; before the first byte either way.
  void secure(std::unique_ptr<TlsSession> session);
  /// Null on a plain connection.
  TlsSession* tls() const { return tls_.get(); }
  /// Negotiates keys; false when that failed or was cancelled (`tls()->failure()` says why).
  Task<bool> handshake();

  /// At most `room` bytes; `got` tells how many.
  Io read(char* into, std::size_t room, std::size_t& got);
  /// Removes what was taken from the front of `bytes`.
  Io write(std::string_view& bytes);
  /// Both in one go where it fits, `head` first.
  Io write(std::string_view& head, std::string_view& body);

  /// `co_await` gives false when the wait was cancelled.
  Descriptor::Wait readable();
  Descriptor::Wait writable();
  void cancel() { socket_.cancel(); }
  void cancel(Descriptor::Direction direction) { socket_.cancel(direction); }
  void listen(Descriptor::Listener& listener, Descriptor::Listen what) {
    socket_.listen(listener, what);
  }
  void stop_listening() { socket_.stop_listening(); }

  /// Whether bytes lie here that nobody has read, or the peer is gone: what a connection that
  /// should be idle must not show.
  bool has_unread();
  /// Tells the peer that no more is coming; reading goes on.
  void end_writes();
  /// Closing will reset the connection, so that the peer cannot take what it has for the whole.
  void reset_on_close();
  void close();

  EventLoop& loop() const { return socket_.loop(); }
  int socket() const { return socket_.get(); }

 private:
  Io read_tls(char* into, std::size_t room, std::size_t& got);
  Io write_tls(std::string_view& bytes);

  Descriptor socket_;
  std::unique_ptr<TlsSession> tls_;
  // TLS may have to write before it can read on, and the other way round.
  Descriptor::Direction read_needs_ = Descriptor::Direction::kRead;
  Descriptor::Direction write_needs_ = Descriptor::Direction::kWrite;
};

}  // namespace barbacane::net
