#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "http/exchange.h"
#include "http/websocket/frames.h"
#include "net/signal.h"
#include "net/timer_wheel.h"

/// A WebSocket between a client and an upstream: frames pass as they are, in both directions at
/// once (data-plane contract, 11.1; RFC 6455).
///
/// Nobody looks into messages, but the relay follows the frames: so it knows where one ends, and
/// can say goodbye with a close frame of its own when the gateway stops, when nothing has passed
/// for too long, or when one side vanishes. A side that does not read holds the other back. Refers
/// to nothing of a snapshot.
namespace barbacane::gateway {

struct WebSocketLimits {
  std::chrono::milliseconds idle_timeout{0};  ///< zero: none
  std::uint64_t max_message_bytes = 0;        ///< of either side; zero: any
};

class WebSocketRelay final : public http::ClientWatcher, private net::Deadline {
 public:
  using CloseCode = http::websocket::CloseCode;

  /// Both tunnels outlive it.
  WebSocketRelay(net::EventLoop& loop, http::Tunnel client, http::Tunnel upstream,
                 const WebSocketLimits& limits);

  /// Until both sides are done; how it ended.
  net::Task<CloseCode> run();

  // http::ClientWatcher
  void client_left() override {}  // its end is read like everything else
  void server_drains() override { finish(CloseCode::kGoingAway); }

 private:
  struct Side;
  struct Direction;

  void expired() override;
  void watch_time();
  /// Both sides are told, each at the end of the frame that is on its way to it.
  void finish(CloseCode code);
  /// No more waiting for anybody.
  void cut();

  net::Task<> pump(Direction& direction);
  net::Task<> pump_beside(Direction& direction, net::Signal& over);
  /// What the receiving side is told when nothing more comes.
  net::Task<> say_goodbye(Direction& direction);
  net::Task<bool> send(net::Stream& to, std::string_view bytes);
  /// Lets a close frame arrive: a connection closed on unread bytes is reset.
  net::Task<> linger(net::Stream& stream);

  net::EventLoop& loop_;
  const std::chrono::milliseconds idle_timeout_;
  std::unique_ptr<Direction> to_upstream_;
  std::unique_ptr<Direction> to_client_;
  net::EventLoop::Clock::time_point last_bytes_;
  std::optional<CloseCode> finishing_;  ///< what both sides are told
  /// A close frame has passed, or one side is gone: the rest has little time.
  bool closing_ = false;
  bool cut_ = false;

 public:
  ~WebSocketRelay() override;
};

}  // namespace barbacane::gateway
