#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "base/result.h"
#include "http/exchange.h"
#include "net/event_loop.h"

/// A listener and its connections on one worker.
///
/// Every worker has its own server on its own socket (`SO_REUSEPORT`), so the kernel spreads the
/// connections and nothing is shared but the count that caps them. All calls on the loop's thread.
/// Deadlines and limits: data-plane contract, sections 3 and 11.
namespace barbacane::http {

struct ServerOptions {
  std::chrono::milliseconds keepalive_timeout{60'000};  ///< idle, and until a head is complete
  std::chrono::milliseconds body_timeout{30'000};       ///< without progress, reading or writing
  /// Largest head a connection buffers; limits with an answer of their own are the handler's.
  std::size_t max_target = 8192;
  std::size_t max_head = 65536;
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
  base::Result<> listen(const boost::asio::ip::tcp::endpoint& endpoint);
  boost::asio::ip::tcp::endpoint local_endpoint() const;

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
