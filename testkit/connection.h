#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "testkit/message.h"
#include "testkit/stream.h"

/// A blocking HTTP/1.1 client that hides nothing: bytes out, bytes or responses in.
///
/// One object is one connection on loopback, plain or TLS, kept as long as the object lives. Every
/// wait has the connection's timeout; running into it, and any answer that is not HTTP, throws
/// TestkitError.
namespace barbacane::testkit {

class Connection {
 public:
  explicit Connection(std::uint16_t port,
                      std::chrono::milliseconds timeout = std::chrono::milliseconds(20'000));
  /// With TLS, whose handshake is done when this returns.
  Connection(std::uint16_t port, const TlsClientOptions& tls,
             std::chrono::milliseconds timeout = std::chrono::milliseconds(20'000));

  /// Sends what it can; false when the peer no longer takes it.
  bool send(std::string_view bytes) { return stream_.send(bytes); }

  /// The next response; of a request by `method`, which decides whether a body follows. Interim
  /// responses (1xx) are returned like others.
  Response read(std::string_view method = "GET");
  /// Status line and fields of the next response; its body stays for `read_body` or `stream`.
  Response read_head();
  /// The rest of the response: what its head announces, added to it piece by piece.
  void read_body(Response& response, std::string_view method = "GET");

  Response request(const RequestBuilder& request);
  Response get(std::string_view target) { return request(RequestBuilder("GET", target)); }

  /// True when the peer has closed, or does so within the time, with nothing further to read. A
  /// reset counts.
  bool closed(std::chrono::milliseconds within);
  /// True when anything can be read or the peer closes within the time.
  bool readable(std::chrono::milliseconds within) { return stream_.readable(within); }
  /// Everything up to the close.
  std::string read_to_end() { return stream_.take_rest(); }

  /// No more bytes from us (FIN), reading goes on.
  void finish_sending() { stream_.finish_sending(); }
  /// Ends the connection with a reset.
  void abort() { stream_.reset(); }

  /// Below HTTP: bytes, and what TLS agreed on.
  Stream& stream() { return stream_; }
  const TlsSession* tls() const { return stream_.tls(); }

 private:
  void read_chunks(Response& response);
  void read_fields(std::vector<std::pair<std::string, std::string>>& fields);

  Stream stream_;
};

}  // namespace barbacane::testkit
