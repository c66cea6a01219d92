#include "http/h2/wire.h"

#include <array>
#include <utility>

#include <nghttp2/nghttp2.h>

#include "net/alarm.h"

namespace barbacane::http::h2 {

namespace {

using net::Task;
using Io = net::Stream::Io;

/// Output is gathered up to about this size before it is written.
constexpr std::size_t kGathered = 64 * 1024;
/// How long, and how much, a closing connection still reads so that its last frames are not lost to
/// a reset.
constexpr std::chrono::milliseconds kLinger{1000};
constexpr std::size_t kLingerBytes = 1 << 20;

}  // namespace

Wire::Wire(net::EventLoop& loop, WireMemory& memory, std::unique_ptr<net::Stream> stream)
    : loop_(loop), memory_(memory), stream_(std::move(stream)) {}

Wire::~Wire() = default;

void Wire::FreeSession::operator()(nghttp2_session* session) const { nghttp2_session_del(session); }

Scheme Wire::scheme() const { return stream_->tls() == nullptr ? Scheme::kHttp : Scheme::kHttps; }

// ---- life -----------------------------------------------------------------------------------

Task<> Wire::carry(std::shared_ptr<Wire> self, std::string bytes) {
  Wire& wire = *self;
  bool alive = wire.take_turn(bytes);
  std::string().swap(bytes);
  wire.send_now();
  while (alive && wire.in_use()) {
    if (!co_await wire.stream_->readable() && !wire.in_use()) break;
    alive = wire.receive();
    wire.send_now();
  }
  const bool in_order = !wire.lost_;
  wire.end_streams();
  if (in_order) co_await wire.linger();
  wire.stream_->cancel();
  wire.stream_->close();
}

bool Wire::in_use() const {
  return !lost_ && (blocked_ || nghttp2_session_want_read(session_.get()) != 0 ||
                    nghttp2_session_want_write(session_.get()) != 0);
}

bool Wire::receive() {
  if (lost_) return false;
  std::size_t got = 0;
  char* const room = memory_.input();
  const Io io = stream_->read(room, WireMemory::kInput, got);
  if (io == Io::kWait) return true;
  if (io == Io::kDone) return take_turn({room, got});
  lose();
  return false;
}

bool Wire::take_turn(std::string_view bytes) {
  in_turn_ = true;
  const bool good = take(bytes);
  in_turn_ = false;
  has_moved();
  return good;
}

void Wire::rouse() {
  if (!in_use()) stream_->cancel(net::Descriptor::Direction::kRead);
}

Task<> Wire::linger() {
  stream_->end_writes();
  net::Alarm alarm(*stream_, net::Descriptor::Direction::kRead);
  alarm.arm(loop_.timers(), kLinger);
  std::array<char, 4096> sink;
  std::size_t total = 0;
  while (total < kLingerBytes && co_await stream_->readable()) {
    std::size_t got = 0;
    const Io io = stream_->read(sink.data(), sink.size(), got);
    if (io == Io::kEnd || io == Io::kBroken) co_return;
    total += got;
  }
}

void Wire::lose() {
  end_streams();
  stream_->cancel();
}

void Wire::end_streams() {
  if (!std::exchange(lost_, true)) was_lost();
}

// ---- sending --------------------------------------------------------------------------------

void Wire::send_soon() {
  if (in_turn_ || soon_ || blocked_ || lost_) return;
  soon_ = true;
  loop_.spawn(send_later(shared_from_this()));
}

Task<> Wire::send_later(std::shared_ptr<Wire> self) {
  co_await self->loop_.yield();
  self->soon_ = false;
  self->send_now();
  self->rouse();
}

bool Wire::gather(std::string& out) {
  while (out.size() < kGathered) {
    const std::uint8_t* frame = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_.get(), &frame);
    if (size < 0) return false;
    if (size == 0) break;
    out.append(reinterpret_cast<const char*>(frame), static_cast<std::size_t>(size));
  }
  return true;
}

void Wire::send_now() {
  if (in_turn_ || blocked_ || lost_) return;
  if (!write_frames()) lose();
  has_moved();
}

bool Wire::write_frames() {
  std::string& out = memory_.output();
  bool more = true;
  while (more) {
    out.clear();
    if (!gather(out)) return false;
    more = out.size() >= kGathered;
    std::string_view rest = out;
    Io io = Io::kDone;
    while (io == Io::kDone && !rest.empty()) io = stream_->write(rest);
    if (rest.empty()) continue;
    if (io != Io::kWait) return false;
    unsent_ = rest;
    unsent_since_ = loop_.now();
    blocked_ = true;
    loop_.spawn(finish_write(shared_from_this()));
    return true;
  }
  return true;
}

Task<> Wire::finish_write(std::shared_ptr<Wire> self) {
  Wire& wire = *self;
  std::string_view rest = wire.unsent_;
  while (!rest.empty()) {
    const bool granted = co_await wire.stream_->writable();
    if (!granted || wire.lost_) {
      wire.lose();
      co_return;
    }
    const Io io = wire.stream_->write(rest);
    if (io == Io::kDone) wire.unsent_since_ = wire.loop_.now();
    if (io == Io::kEnd || io == Io::kBroken) {
      wire.lose();
      co_return;
    }
  }
  std::string().swap(wire.unsent_);
  wire.blocked_ = false;
  wire.send_now();
  wire.rouse();
}

std::optional<Wire::TimePoint> Wire::stuck_since() const {
  if (!blocked_) return std::nullopt;
  return unsent_since_;
}

}  // namespace barbacane::http::h2
