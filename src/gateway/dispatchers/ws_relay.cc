#include "gateway/dispatchers/ws_relay.h"

#include <array>
#include <utility>

#include "net/alarm.h"
#include "net/stream.h"

namespace barbacane::gateway {
namespace {

using http::websocket::close_frame;
using http::websocket::CloseCode;
using http::websocket::FrameTracker;
using net::Task;
using Io = net::Stream::Io;
using std::chrono::milliseconds;

constexpr std::size_t kPiece = 16 * 1024;
/// For a side that does not take what the other sends.
constexpr milliseconds kWritePatience{30'000};
/// Between a close frame and the end of the connection.
constexpr milliseconds kClosing{5'000};
constexpr milliseconds kLinger{1'000};

}  // namespace

/// From one side to the other.
struct WebSocketRelay::Direction {
  net::Stream& from;
  net::Stream& to;
  FrameTracker tracker;
  FrameTracker::Sender sender;  ///< what frames of our own must look like
  CloseCode gone;               ///< what the receiver is told when the sender vanishes
  std::string_view received;    ///< with the handshake
  bool told = false;            ///< a close frame went this way
};

WebSocketRelay::WebSocketRelay(net::EventLoop& loop, http::Tunnel client, http::Tunnel upstream,
                               const WebSocketLimits& limits)
    : loop_(loop), idle_timeout_(limits.idle_timeout), last_bytes_(loop.now()) {
  using Sender = FrameTracker::Sender;
  const auto tracker = [&](Sender of) { return FrameTracker(of, limits.max_message_bytes); };
  to_upstream_ = std::make_unique<Direction>(Direction{*client.stream, *upstream.stream,
                                                       tracker(Sender::kClient), Sender::kClient,
                                                       CloseCode::kGoingAway, client.received});
  to_client_ = std::make_unique<Direction>(Direction{*upstream.stream, *client.stream,
                                                     tracker(Sender::kServer), Sender::kServer,
                                                     CloseCode::kBadGateway, upstream.received});
}

WebSocketRelay::~WebSocketRelay() = default;

Task<CloseCode> WebSocketRelay::run() {
  watch_time();
  net::Signal over(loop_);
  loop_.spawn(pump_beside(*to_client_, over));
  co_await pump(*to_upstream_);
  co_await over.wait();
  disarm();
  co_await linger(to_upstream_->to);
  co_await linger(to_client_->to);
  if (finishing_) co_return *finishing_;
  if (const auto code = to_upstream_->tracker.close_code()) co_return *code;
  co_return to_client_->tracker.close_code().value_or(CloseCode::kAbnormal);
}

// ---- time -----------------------------------------------------------------------------------

void WebSocketRelay::watch_time() {
  if (closing_) {
    arm(loop_.timers(), kClosing);
  } else if (idle_timeout_.count() > 0) {
    const auto idle = std::chrono::floor<milliseconds>(loop_.now() - last_bytes_);
    arm(loop_.timers(), idle_timeout_ - idle);
  }
}

void WebSocketRelay::expired() {
  if (closing_) return cut();
  if (loop_.now() - last_bytes_ < idle_timeout_) return watch_time();
  finish(CloseCode::kGoingAway);
}

void WebSocketRelay::finish(CloseCode code) {
  if (finishing_ || closing_) return;
  finishing_ = code;
  closing_ = true;
  watch_time();
  to_upstream_->from.cancel(net::Descriptor::Direction::kRead);
  to_client_->from.cancel(net::Descriptor::Direction::kRead);
}

void WebSocketRelay::cut() {
  cut_ = true;
  to_upstream_->from.cancel();
  to_client_->from.cancel();
}

// ---- bytes ----------------------------------------------------------------------------------

Task<> WebSocketRelay::pump_beside(Direction& direction, net::Signal& over) {
  co_await pump(direction);
  over.raise();
}

Task<> WebSocketRelay::pump(Direction& direction) {
  const auto buffer = std::make_unique<std::array<char, kPiece>>();
  std::string_view bytes = direction.received;
  FrameTracker& tracker = direction.tracker;
  while (!cut_ && !(finishing_ && tracker.at_boundary())) {
    if (bytes.empty()) {
      const bool granted = co_await direction.from.readable();
      if (!granted) continue;  // to the conditions of the loop
      std::size_t got = 0;
      const Io io = direction.from.read(buffer->data(), buffer->size(), got);
      if (io == Io::kWait) continue;
      if (io != Io::kDone) break;
      bytes = {buffer->data(), got};
    }
    last_bytes_ = loop_.now();
    const auto stop = finishing_ ? FrameTracker::Stop::kAtBoundary : FrameTracker::Stop::kNever;
    const std::size_t sound = tracker.follow(bytes, stop);
    if (sound > 0 && !co_await send(direction.to, bytes.substr(0, sound))) break;
    bytes.remove_prefix(sound);
    direction.told = tracker.close_code().has_value();
    if (tracker.violated()) {
      finish(tracker.violation());
      break;
    }
    if (direction.told && !std::exchange(closing_, true)) watch_time();
  }
  co_await say_goodbye(direction);
}

Task<> WebSocketRelay::say_goodbye(Direction& direction) {
  if (!std::exchange(closing_, true)) watch_time();
  if (!direction.told && !cut_ && direction.tracker.at_boundary()) {
    direction.told = true;
    co_await send(direction.to, close_frame(finishing_.value_or(direction.gone), direction.sender));
  }
  if (!cut_) direction.to.end_writes();
}

Task<bool> WebSocketRelay::send(net::Stream& to, std::string_view bytes) {
  net::Alarm alarm(to, net::Descriptor::Direction::kWrite);
  while (!bytes.empty()) {
    const Io io = to.write(bytes);
    if (io == Io::kDone) continue;
    if (io != Io::kWait || cut_) co_return false;
    alarm.arm(loop_.timers(), kWritePatience);
    const bool granted = co_await to.writable();
    alarm.disarm();
    if (!granted) co_return false;
  }
  co_return true;
}

Task<> WebSocketRelay::linger(net::Stream& stream) {
  if (cut_) co_return;
  net::Alarm alarm(stream, net::Descriptor::Direction::kRead);
  alarm.arm(loop_.timers(), kLinger);
  std::array<char, 1024> sink;
  while (co_await stream.readable()) {
    std::size_t got = 0;
    const Io io = stream.read(sink.data(), sink.size(), got);
    if (io != Io::kDone && io != Io::kWait) co_return;
  }
}

}  // namespace barbacane::gateway
