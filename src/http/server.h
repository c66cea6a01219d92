#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/exchange.h"
#include "net/event_loop.h"
#include "net/listener.h"

namespace barbacane::net {
class TlsServerContext;
}

/// A listener and its connections on one worker.
///
/// Every worker has its own server on its own socket (`SO_REUSEPORT`), so the kernel spreads the
/// connections and nothing is shared but the count that caps them. All calls on the loop's thread.
/// Speaks HTTP/1.1 and HTTP/2, the latter in `h2/`. Deadlines and limits: data-plane contract,
/// sections 3 and 11.
namespace barbacane::http {

struct ServerOptions {
  std::chrono::milliseconds keepalive_timeout{60'000};  ///< idle, and until a head is complete
  std::chrono::milliseconds body_timeout{30'000};       ///< without progress, reading or writing
  std::chrono::milliseconds handshake_timeout{10'000};  ///< of TLS, from the connection on
  /// Largest head a connection buffers; limits with an answer of their own are the handler's.
  std::size_t max_target = 8192;
  std::size_t max_head = 65536;
  // HTTP/2, said to clients as settings.
  std::uint32_t http2_max_streams = 128;        ///< at once, per connection
  std::uint32_t http2_window = 65'535;          ///< body bytes a client may send ahead, per stream
  std::uint32_t http2_header_list = 16 * 1024;  ///< what is announced; `max_head` is what counts
  /// A client is asked so often whether it is still there, and has `keepalive_timeout` to answer.
  std::chrono::milliseconds http2_ping_interval{20'000};
};

/// Connections open on all servers of a process, and how many there may be.
struct ConnectionCap {
  explicit ConnectionCap(std::size_t limit_) : limit(limit_) {}
  const std::size_t limit;
  std::atomic<std::size_t> open{0};
};

class Server {
 public:
  Server(net::EventLoop& loop, Handler& handler, ServerOptions options, ConnectionCap& cap);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds and accepts from now on. Port 0 takes a free one.
  base::Result<> listen(const net::Endpoint& endpoint);
  net::Endpoint local_endpoint() const;

  /// Connections that come from now on speak TLS by this context, HTTP/2 where they ask for it by
  /// ALPN. Null: none. Without TLS a client may begin HTTP/2 unasked (RFC 9113, 3.3).
  void use_tls(std::shared_ptr<const net::TlsServerContext> context);

  /// Told, at most once a second, with the address of a client that was turned away by the cap.
  void on_connection_limit(std::function<void(std::string peer)> listener);

  /// Closes the listening socket and idle connections; others close after their answer.
  void drain();
  /// Cuts what is left.
  void close();
  std::size_t active_connections() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace barbacane::http
