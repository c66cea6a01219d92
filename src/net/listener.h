#pragma once

#include <functional>
#include <memory>

#include <boost/asio/ip/tcp.hpp>

#include "base/result.h"
#include "net/descriptor.h"
#include "net/event_loop.h"

/// A listening TCP socket of one worker.
///
/// Every worker has its own on the same address (`SO_REUSEPORT`), so the kernel spreads the
/// connections. Its loop's thread only.
namespace barbacane::net {

using Endpoint = boost::asio::ip::tcp::endpoint;

class Listener {
 public:
  /// Gets each connection: a non-blocking socket that it owns from then on, and its other end.
  using Accept = std::function<void(int socket, const Endpoint& peer)>;

  Listener(EventLoop& loop, Accept accept);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Binds, and accepts from now on. Port 0 takes a free one. The error is the system's sentence.
  base::Result<> listen(const Endpoint& endpoint);
  Endpoint local_endpoint() const;
  /// Gives the address back; whoever is in the backlog is refused by the system.
  void close();

 private:
  struct State;
  static Task<> accept_all(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;
};

}  // namespace barbacane::net
