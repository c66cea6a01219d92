#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "testkit/received_request.h"
#include "testkit/tls.h"
#include "testkit/upstream_connection.h"
#include "testkit/upstream_steps.h"

/// An upstream that does what a test says, well or badly, and remembers what reached it.
///
///     Upstream upstream;
///     upstream.script("/users", {answer(200, R"([])", {{"content-type", "application/json"}})});
///     upstream.script("/torn", {send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"),
///     reset()}); upstream.once("/users", {close()});  // the next request only …
///     EXPECT_EQ(upstream.requests().at(0).header("x-forwarded-for"), "127.0.0.1");
///
/// It listens on a free port of 127.0.0.1 and serves HTTP/1.1 in threads of the test's process, one
/// a connection, blocking. A request whose head is complete is recorded, looked up by its path (the
/// target without its query) and answered by the script found; nothing found is 404. Unless a step
/// of the script deals with the request's body, the body is read first. When a script ends with the
/// connection open, the connection waits for its next request.
///
/// Threads: every member may be called from any thread while it serves. The destructor breaks what
/// is open and waits for its threads.
namespace barbacane::testkit {

struct UpstreamOptions {
  std::optional<TlsServerOptions> tls = {};
  std::uint16_t port = 0;                      ///< 0: a free one
  std::size_t keep_body = 8'000'000;           ///< bytes of a request's body that are kept
  std::chrono::milliseconds patience{30'000};  ///< for a peer that neither sends nor takes
  /// Closes without a word after so many requests on a connection; 0: never.
  std::size_t requests_per_connection = 0;
  /// Size of the kernel's receive buffer; 0: the system's. A small one shows back-pressure early.
  int receive_buffer = 0;
};

class Upstream {
 public:
  explicit Upstream(const UpstreamOptions& options = {});
  ~Upstream();
  Upstream(const Upstream&) = delete;
  Upstream& operator=(const Upstream&) = delete;

  std::uint16_t port() const { return port_; }
  /// `http://127.0.0.1:PORT`, or `https://localhost:PORT` with TLS, and what is given behind it.
  std::string url(std::string_view path = {}) const;

  /// Every request to the path.
  Upstream& script(std::string_view path, Script steps);
  /// The next request to the path, before any `script`; several calls queue up.
  Upstream& once(std::string_view path, Script steps);
  /// Every request without a script of its own.
  Upstream& otherwise(Script steps);
  /// The next connection, before anything is read from it (after its TLS handshake); calls queue.
  Upstream& on_connect(Script steps);
  /// The same for all connections that none of those is for.
  Upstream& on_every_connection(Script steps);

  /// Lets `wait_for("name")` steps pass, now and later.
  void open_gate(std::string_view name);

  std::vector<ReceivedRequest> requests() const;
  std::vector<ReceivedRequest> requests(std::string_view path) const;
  /// Waits until so many requests have arrived, with their bodies where the scripts read them, and
  /// returns them all; throws when they do not come.
  std::vector<ReceivedRequest> wait_for_requests(
      std::size_t count,
      std::chrono::milliseconds within = std::chrono::milliseconds(10'000)) const;

  std::size_t accepted() const;          ///< connections so far; failed handshakes count
  std::size_t open_connections() const;  ///< those neither side has closed
  /// What TLS handshakes failed with.
  std::vector<std::string> handshake_failures() const;
  /// True when exactly so many connections are open within the time.
  bool wait_for_open_connections(std::size_t count, std::chrono::milliseconds within =
                                                        std::chrono::milliseconds(10'000)) const;
  /// The same of those that wait for a request.
  bool wait_for_idle_connections(std::size_t count, std::chrono::milliseconds within =
                                                        std::chrono::milliseconds(10'000)) const;
  /// True when that connection is over within the time: the peer has closed or reset it, or we.
  bool wait_for_departure(std::size_t connection, std::chrono::milliseconds within =
                                                      std::chrono::milliseconds(10'000)) const;
  std::uint64_t bytes_sent() const;      ///< that the kernel has taken, plain text
  std::uint64_t bytes_received() const;  ///< of bodies, with their framing

  /// Closes (or resets) the connections that wait for a request.
  void close_idle() const;
  void reset_idle() const;
  void close_all() const;
  void reset_all() const;
  /// Breaks every connection and stops listening, as a killed server does; `restart` listens again
  /// on the same port.
  void kill();
  void restart();

 private:
  void start_listening(std::uint16_t port);
  void stop_listening();
  enum class Which { kIdle, kAll };
  void cut_connections(UpstreamConnection::Cut how, Which which) const;

  UpstreamOptions options_;
  std::optional<TlsServerContext> tls_;
  std::uint16_t port_ = 0;
  std::shared_ptr<UpstreamRecord> record_;
  std::thread acceptor_;
  int listener_ = -1;
};

}  // namespace barbacane::testkit
