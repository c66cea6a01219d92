#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "testkit/message.h"

/// A blocking HTTP/1.1 client that hides nothing: bytes out, bytes or responses in.
///
/// One object is one connection on loopback, kept as long as the object lives. Every wait has the
/// connection's timeout; running into it, and any answer that is not HTTP, throws TestkitError.
namespace barbacane::testkit {

class Connection {
 public:
  explicit Connection(std::uint16_t port,
                      std::chrono::milliseconds timeout = std::chrono::milliseconds(20'000));
  ~Connection();
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&&) = delete;

  /// Sends what it can; false when the peer no longer takes it.
  bool send(std::string_view bytes);

  /// The next response; of a request by `method`, which decides whether a body follows. Interim
  /// responses (1xx) are returned like others.
  Response read(std::string_view method = "GET");

  Response request(const RequestBuilder& request);
  Response get(std::string_view target) { return request(RequestBuilder("GET", target)); }

  /// True when the peer has closed, or does so within the time, with nothing further to read. A
  /// reset counts.
  bool closed(std::chrono::milliseconds within);
  /// True when anything can be read or the peer closes within the time.
  bool readable(std::chrono::milliseconds within);
  /// Everything up to the close.
  std::string read_to_end();

  /// No more bytes from us (FIN), reading goes on.
  void finish_sending() const;
  /// Ends the connection with a reset.
  void abort();

 private:
  bool fill(std::chrono::milliseconds within);
  std::string take_line();
  std::string take(std::size_t length);
  void read_chunks(Response& response);
  void read_fields(std::vector<std::pair<std::string, std::string>>& fields);

  int socket_ = -1;
  std::chrono::milliseconds timeout_;
  std::string buffer_;
};

}  // namespace barbacane::testkit
