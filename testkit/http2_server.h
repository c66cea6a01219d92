#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "testkit/http2.h"
#include "testkit/upstream_connection.h"
#include "testkit/upstream_steps.h"

/// The server's end of an HTTP/2 connection, frame by frame: for upstreams that do with it what
/// they should not.
///
///     http2::Log log;
///     Upstream upstream({.tls = TlsServerOptions{…, .alpn = {"h2"}}});
///     upstream.on_connect({http2::serve(log, [](http2::Server& server) {
///       server.greet();
///       server.send(http2::reset_stream(server.next_request(), http2::Error::kRefusedStream));
///     })});
///     upstream.on_every_connection({http2::serve(log)});
///
/// What the script leaves of the connection is served as it should be: every request is answered
/// with 200 and "sound". Belongs to the connection's thread; the log is for all.
namespace barbacane::testkit::http2 {

/// Every frame that has come, in order.
class Log {
 public:
  struct Entry {
    std::size_t connection;  ///< 1 for the first that was accepted
    Frame frame;
  };
  void add(std::size_t connection, Frame frame);
  std::vector<Entry> entries() const;
  std::size_t count(Type type) const;
  /// HEADERS of requests; trailers are others.
  std::size_t requests() const;
  bool wait_for(const std::function<bool(const Entry&)>& wanted,
                std::chrono::milliseconds within = std::chrono::milliseconds(10'000)) const;

 private:
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
};

class Server {
 public:
  Server(UpstreamConnection& connection, Log& log);

  UpstreamConnection& connection() { return connection_; }
  bool is_open() const { return connection_.is_open(); }
  void send(std::string_view bytes) { connection_.send(bytes); }
  void close() { connection_.close(); }
  /// Until the peer has closed or reset the connection.
  void wait_for_departure();

  /// Reads the client's preface.
  void read_preface();
  /// The preface, and these settings in answer.
  void greet(const std::vector<std::pair<std::uint16_t, std::uint32_t>>& values = {});
  /// The next frame; SETTINGS and PING are answered. Nothing at the end of the connection.
  std::optional<Frame> read();
  /// Reads up to such a frame; TestkitError when the connection ends before.
  Frame read_until(Type type);
  /// The stream of the next request, whose body may follow.
  std::uint32_t next_request();
  /// Reads until the request has ended, and gives its bytes back to the client's windows.
  void finish_request(std::uint32_t stream);
  /// Answers every request that has not been answered, until the connection ends.
  void go_on();

 private:
  void answer_soundly(std::uint32_t stream);

  UpstreamConnection& connection_;
  Log& log_;
  bool greeted_ = false;
  std::uint32_t last_request_ = 0;
};

/// The connection is served by the script and, where that has left it open, as it should be.
Step serve(Log& log, std::function<void(Server&)> script = {});

}  // namespace barbacane::testkit::http2
