#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/dispatchers/ws_relay.h"
#include "gateway/upgrade.h"
#include "http/client/call.h"

/// A client joined to the WebSocket of an upstream (data-plane contract, 11.1): what a dispatcher
/// does once it has such a connection, whoever made it.
namespace barbacane::gateway {

/// One of the WebSockets the process has room for.
class WebSocketSeat {
 public:
  explicit WebSocketSeat(std::atomic<std::size_t>& taken) : taken_(&taken) { ++taken; }
  WebSocketSeat(WebSocketSeat&& other) noexcept : taken_(std::exchange(other.taken_, nullptr)) {}
  WebSocketSeat& operator=(WebSocketSeat&&) = delete;
  ~WebSocketSeat() {
    if (taken_ != nullptr) --*taken_;
  }
  /// To be given up when it is above `most_websockets`.
  std::size_t number() const { return *taken_; }

 private:
  std::atomic<std::size_t>* taken_;
};

/// Leaves room for ordinary requests.
inline std::size_t most_websockets(std::size_t max_connections) {
  return std::max<std::size_t>(max_connections * 9 / 10, 1);
}

/// What is wrong with a client's handshake; empty when nothing is (RFC 6455, 4.2.1).
std::string_view fault_of_websocket_handshake(const RequestContext& request);

/// The other side of it, connected.
struct WebSocketUpstream {
  http::client::CallPtr call;
  std::string subprotocol;  ///< it chose; a client that did not offer it is not told
};

/// For `request.upgrade`: what goes on after 101, which must be the answer. Refers to nothing of
/// the snapshot.
std::unique_ptr<Upgrade> make_websocket_upgrade(WebSocketUpstream upstream,
                                                const WebSocketLimits& limits, WebSocketSeat seat);

}  // namespace barbacane::gateway
