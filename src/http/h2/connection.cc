#include "http/h2/connection.h"

#include <algorithm>
#include <array>
#include <utility>

#include <nghttp2/nghttp2.h>

#include "http/h2/serve.h"
#include "net/alarm.h"

namespace barbacane::http::h2 {

namespace {

using net::Task;
using Io = net::Stream::Io;
using std::chrono::milliseconds;

/// Output is gathered up to about this size before it is written.
constexpr std::size_t kGathered = 64 * 1024;
/// What a client may send ahead on all its streams together, in windows of one.
constexpr std::uint64_t kWindowsPerConnection = 16;
constexpr std::uint64_t kLargestWindow = 0x7FFF'FFFF;
constexpr milliseconds kPingEvery{20'000};
/// Between the word that we are going to close and the last stream we take: a round trip.
constexpr milliseconds kGoodbye{500};
/// How long, and how much, a closing connection still reads so that its last frames are not lost to
/// a reset.
constexpr milliseconds kLinger{1000};
constexpr std::size_t kLingerBytes = 1 << 20;

constexpr std::string_view kKeepAlivePing = "keepaliv";
constexpr std::string_view kGoodbyePing = "farewell";

}  // namespace

net::Task<> serve(std::shared_ptr<ServerState> server, std::unique_ptr<net::Stream> stream,
                  PeerName peer, std::string first_bytes) {
  auto connection = std::make_shared<Connection>(std::move(server), std::move(stream), peer);
  return Connection::run(std::move(connection), std::move(first_bytes));
}

Connection::Connection(std::shared_ptr<ServerState> server, std::unique_ptr<net::Stream> stream,
                       const PeerName& peer)
    : Member(server),
      server_(std::move(server)),
      stream_(std::move(stream)),
      peer_(peer),
      session_(make_session(*this)) {}

Connection::~Connection() {
  lost_ = true;
  while (streams_ != nullptr) {
    StreamExchange* stream = std::exchange(streams_, streams_->next_);
    delete stream;
  }
}

void Connection::FreeSession::operator()(nghttp2_session* session) const {
  nghttp2_session_del(session);
}

Scheme Connection::scheme() const {
  return stream_->tls() == nullptr ? Scheme::kHttp : Scheme::kHttps;
}

// ---- life -----------------------------------------------------------------------------------

Task<> Connection::run(std::shared_ptr<Connection> self, std::string bytes) {
  Connection& connection = *self;
  connection.introduce();
  bool alive = connection.take(bytes);
  std::string().swap(bytes);
  connection.send_now();
  while (alive && connection.in_use()) {
    if (!co_await connection.stream_->readable() && !connection.in_use()) break;
    alive = connection.receive();
    connection.send_now();
  }
  if (!connection.lost_) co_await connection.linger();
  connection.lose();
  connection.stream_->close();
}

void Connection::introduce() {
  const ServerOptions& options = server_->options;
  const std::array<nghttp2_settings_entry, 4> settings{{
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, options.http2_max_streams},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, options.http2_window},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, options.http2_header_list},
      {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
  }};
  nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  const std::uint64_t window =
      std::clamp<std::uint64_t>(options.http2_window * kWindowsPerConnection,
                                NGHTTP2_INITIAL_CONNECTION_WINDOW_SIZE, kLargestWindow);
  nghttp2_session_set_local_window_size(session_.get(), NGHTTP2_FLAG_NONE, 0,
                                        static_cast<std::int32_t>(window));
  idle_since_ = pinged_at_ = server_->loop.now();
  if (server_->draining) drain();
  arm_watch();
}

bool Connection::in_use() const {
  return !lost_ && (blocked_ || nghttp2_session_want_read(session_.get()) != 0 ||
                    nghttp2_session_want_write(session_.get()) != 0);
}

bool Connection::receive() {
  if (lost_) return false;
  std::size_t got = 0;
  char* const room = server_->streams.input();
  const Io io = stream_->read(room, WorkerMemory::kInput, got);
  if (io == Io::kWait) return true;
  if (io == Io::kDone) return take({room, got});
  lose();
  return false;
}

bool Connection::take(std::string_view bytes) {
  in_turn_ = true;
  bool good = true;
  std::size_t taken = 0, seen = 0;
  while (good && taken < bytes.size()) {
    const std::optional<FrameHead> head = frames_.next(bytes, seen);
    // Each frame is judged when all that came before it has been dealt with.
    const std::size_t before =
        head ? std::max(seen, FrameScanner::kHead) - FrameScanner::kHead : seen;
    if (before > taken) {
      const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.data() + taken);
      // What is wrong with the protocol is answered by nghttp2 itself; a failure is worse.
      good = nghttp2_session_mem_recv(session_.get(), begin, before - taken) >= 0;
      taken = before;
    }
    if (head) judge(*head);
  }
  start_handlers();
  in_turn_ = false;
  return good;
}

void Connection::rouse() {
  if (!in_use()) stream_->cancel(net::Descriptor::Direction::kRead);
}

Task<> Connection::linger() {
  stream_->end_writes();
  net::Alarm alarm(*stream_, net::Descriptor::Direction::kRead);
  alarm.arm(server_->loop.timers(), kLinger);
  std::array<char, 4096> sink;
  std::size_t total = 0;
  while (total < kLingerBytes && co_await stream_->readable()) {
    std::size_t got = 0;
    const Io io = stream_->read(sink.data(), sink.size(), got);
    if (io == Io::kEnd || io == Io::kBroken) co_return;
    total += got;
  }
}

void Connection::lose() {
  if (std::exchange(lost_, true)) return;
  watch_.disarm();
  for (StreamExchange* stream = streams_; stream != nullptr;) {
    StreamExchange& lost = *std::exchange(stream, stream->next_);
    lost.closed();
    settle(lost);
  }
  stream_->cancel();
}

// ---- requests -------------------------------------------------------------------------------

StreamExchange* Connection::begin_stream(std::int32_t id) {
  // Handlers whose client has left count too: starting them is what costs.
  if (count_ >= 2 * std::size_t{server_->options.http2_max_streams}) return nullptr;
  auto* stream = new StreamExchange(*this, id, server_->streams.take());
  stream->next_ = streams_;
  stream->link_ = &streams_;
  if (streams_ != nullptr) streams_->link_ = &stream->next_;
  streams_ = stream;
  ++count_;
  head_of_ = id;
  head_since_ = server_->loop.now();
  return stream;
}

void Connection::request_complete(StreamExchange& stream, RequestFields::Body body) {
  head_of_ = 0;
  if (!stream.complete_head(body)) return;
  stream.handler_started();
  (last_to_start_ == nullptr ? first_to_start_ : last_to_start_->next_to_start_) = &stream;
  last_to_start_ = &stream;
}

void Connection::start_handlers() {
  while (first_to_start_ != nullptr) {
    StreamExchange& stream = *std::exchange(first_to_start_, first_to_start_->next_to_start_);
    if (first_to_start_ == nullptr) last_to_start_ = nullptr;
    server_->loop.spawn(answer(shared_from_this(), stream));
  }
}

Task<> Connection::answer(std::shared_ptr<Connection> self, StreamExchange& stream) {
  co_await self->server_->handler.handle(stream);
  stream.handler_returned();
  self->settle(stream);
}

void Connection::stream_closed(StreamExchange& stream) {
  if (head_of_ == stream.id()) head_of_ = 0;
  remember(stream.id(), stream.client_is_done() ? Closed::kByClient : Closed::kByUs);
  stream.closed();
  settle(stream);
}

void Connection::settle(StreamExchange& stream) {
  if (!stream.done()) return;
  *stream.link_ = stream.next_;
  if (stream.next_ != nullptr) stream.next_->link_ = stream.link_;
  delete &stream;
  if (--count_ == 0) idle_since_ = server_->loop.now();
}

// ---- sending --------------------------------------------------------------------------------

void Connection::send_soon() {
  if (in_turn_ || soon_ || blocked_ || lost_) return;
  soon_ = true;
  server_->loop.spawn(send_later(shared_from_this()));
}

Task<> Connection::send_later(std::shared_ptr<Connection> self) {
  co_await self->server_->loop.yield();
  self->soon_ = false;
  self->send_now();
  self->rouse();
}

bool Connection::gather(std::string& out) {
  while (out.size() < kGathered) {
    const std::uint8_t* frame = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_.get(), &frame);
    if (size < 0) return false;
    if (size == 0) break;
    out.append(reinterpret_cast<const char*>(frame), static_cast<std::size_t>(size));
  }
  return true;
}

void Connection::send_now() {
  if (in_turn_ || blocked_ || lost_) return;
  std::string& out = server_->streams.output();
  bool more = true;
  while (more) {
    out.clear();
    if (!gather(out)) return lose();
    if (out.empty()) return;
    more = out.size() >= kGathered;
    std::string_view rest = out;
    Io io = Io::kDone;
    while (io == Io::kDone && !rest.empty()) io = stream_->write(rest);
    if (rest.empty()) continue;
    if (io != Io::kWait) return lose();
    unsent_ = rest;
    unsent_since_ = server_->loop.now();
    blocked_ = true;
    server_->loop.spawn(finish_write(shared_from_this()));
    return;
  }
}

Task<> Connection::finish_write(std::shared_ptr<Connection> self) {
  Connection& connection = *self;
  std::string_view rest = connection.unsent_;
  while (!rest.empty()) {
    const bool granted = co_await connection.stream_->writable();
    if (!granted || connection.lost_) {
      connection.lose();
      co_return;
    }
    const Io io = connection.stream_->write(rest);
    if (io == Io::kDone) connection.unsent_since_ = connection.server_->loop.now();
    if (io == Io::kEnd || io == Io::kBroken) {
      connection.lose();
      co_return;
    }
  }
  std::string().swap(connection.unsent_);
  connection.blocked_ = false;
  connection.send_now();
  connection.rouse();
}

// ---- time -----------------------------------------------------------------------------------

void Connection::arm_watch() {
  const ServerOptions& options = server_->options;
  const auto now = server_->loop.now();
  milliseconds after = std::clamp(std::min(options.keepalive_timeout, options.body_timeout) / 8,
                                  milliseconds(100), milliseconds(5000));
  const auto no_later_than = [&](TimePoint due) {
    after = std::min(after, std::chrono::ceil<milliseconds>(due - now));
  };
  if (count_ == 0) no_later_than(idle_since_ + options.keepalive_timeout);
  if (draining_ && !said_goodbye_) no_later_than(draining_since_ + kGoodbye);
  watch_.arm(server_->loop.timers(), std::max(after, milliseconds(1)));
}

void Connection::check_patience() {
  const ServerOptions& options = server_->options;
  const auto now = server_->loop.now();
  if (blocked_ && now - unsent_since_ >= options.body_timeout) return lose();
  if (ping_open_ && now - pinged_at_ >= options.keepalive_timeout) return lose();
  if (!ping_open_ && now - pinged_at_ >= kPingEvery) {
    ping_open_ = true;
    pinged_at_ = now;
    ping(kKeepAlivePing);
  }
  const bool idle = count_ == 0 && now - idle_since_ >= options.keepalive_timeout;
  const bool slow_head = head_of_ != 0 && now - head_since_ >= options.keepalive_timeout;
  const bool leaving = draining_ && now - draining_since_ >= kGoodbye;
  if ((idle || slow_head || leaving) && !said_goodbye_) go_away();
  // A head that never ends would keep its stream open, and with it the connection.
  if (slow_head && now - head_since_ >= options.keepalive_timeout + kGoodbye) return lose();
  for (StreamExchange* stream = streams_; stream != nullptr; stream = stream->next_)
    stream->check_patience(now);
  arm_watch();
}

void Connection::ping(std::string_view opaque) {
  nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE,
                      reinterpret_cast<const std::uint8_t*>(opaque.data()));
  send_soon();
}

void Connection::ping_answered(std::string_view opaque) {
  if (opaque == kKeepAlivePing) ping_open_ = false;
  if (opaque == kGoodbyePing && draining_ && !said_goodbye_) go_away();
}

void Connection::drain() {
  if (lost_ || std::exchange(draining_, true)) return;
  draining_since_ = server_->loop.now();
  // RFC 9113, 6.8: what is on its way meanwhile is still served.
  nghttp2_submit_shutdown_notice(session_.get());
  ping(kGoodbyePing);
  arm_watch();
}

void Connection::go_away() {
  said_goodbye_ = true;
  nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE,
                        nghttp2_session_get_last_proc_stream_id(session_.get()), NGHTTP2_NO_ERROR,
                        nullptr, 0);
  send_soon();
}

void Connection::cut() { lose(); }

}  // namespace barbacane::http::h2
