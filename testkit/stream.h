#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "testkit/tls.h"

/// One end of a connection, blocking, with a buffer of what was read: the ground that test clients
/// and test servers share.
///
/// Plain at first; `start_tls` puts TLS over it. Every wait has the stream's timeout, and running
/// into it throws TestkitError; an end or a reset by the peer is an answer (false), not an error.
namespace barbacane::testkit {

class Stream {
 public:
  /// Takes the socket over.
  Stream(int socket, std::chrono::milliseconds timeout);
  /// To a port of 127.0.0.1.
  static Stream connect(std::uint16_t port, std::chrono::milliseconds timeout);
  ~Stream();
  Stream(Stream&& other) noexcept;
  Stream& operator=(Stream&&) = delete;

  /// Shakes hands now; TestkitError with the library's reason when that fails.
  void start_tls(const TlsClientOptions& options);
  void start_tls(const TlsServerContext& context);
  const TlsSession* tls() const { return tls_.get(); }

  /// Sends all of it; false when the peer no longer takes it.
  bool send(std::string_view bytes);
  /// Sends what goes without waiting; the bytes that went, 0 when the peer is gone as well.
  std::size_t send_some(std::string_view bytes);

  /// Reads some bytes into the buffer; false at the end of the stream.
  bool fill(std::chrono::milliseconds within);
  bool fill() { return fill(timeout_); }
  std::string_view buffered() const { return buffer_; }
  void drop(std::size_t length) { buffer_.erase(0, length); }
  /// Exactly that many bytes.
  std::string take(std::size_t length);
  /// Up to that many bytes, at least one; none at the end of the stream.
  std::string take_some(std::size_t most);
  /// Up to a line break, which is not part of it.
  std::string take_line();
  /// Everything up to the close.
  std::string take_rest();

  /// True when anything can be read or the peer closes within the time.
  bool readable(std::chrono::milliseconds within);
  /// The peer has sent its last byte, or the connection is broken. Says nothing about the buffer.
  bool peer_has_finished() const;
  /// What was taken for the end of the stream was a reset.
  bool was_reset() const { return was_reset_; }

  /// No more bytes from us, reading goes on.
  void finish_sending();
  /// Closes in the ordinary way; with TLS after a farewell.
  void close();
  /// Ends the connection with a reset.
  void reset();
  bool is_open() const { return socket_ >= 0; }
  int socket() const { return socket_; }
  void set_timeout(std::chrono::milliseconds timeout) { timeout_ = timeout; }
  std::chrono::milliseconds timeout() const { return timeout_; }

 private:
  bool wait_for(short events, std::chrono::milliseconds within) const;

  int socket_ = -1;
  std::chrono::milliseconds timeout_;
  std::unique_ptr<TlsSession> tls_;
  std::string buffer_;
  bool was_reset_ = false;
};

/// A listening socket on a free port of 127.0.0.1, or on the given one.
int listen_on_loopback(std::uint16_t port = 0);
std::uint16_t port_of(int listener);
/// A port that nothing listens on now.
std::uint16_t free_port();

}  // namespace barbacane::testkit
