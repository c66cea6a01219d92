#include "http/h2/connection.h"

#include <algorithm>
#include <array>
#include <utility>

#include <nghttp2/nghttp2.h>

#include "http/h2/serve.h"

namespace barbacane::http::h2 {

namespace {

using net::Task;
using std::chrono::milliseconds;

/// What a client may send ahead on all its streams together, in windows of one.
constexpr std::uint64_t kWindowsPerConnection = 16;
constexpr std::uint64_t kLargestWindow = 0x7FFF'FFFF;
/// Between the word that we are going to close and the last stream we take: a round trip.
constexpr milliseconds kGoodbye{500};

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
      Wire(server->loop, server->wire, std::move(stream)),
      server_(std::move(server)),
      peer_(peer) {
  use(make_session(*this));
}

Connection::~Connection() = default;

// ---- life -----------------------------------------------------------------------------------

Task<> Connection::run(std::shared_ptr<Connection> self, std::string bytes) {
  self->introduce();
  co_await carry(std::move(self), std::move(bytes));
}

void Connection::introduce() {
  const ServerOptions& options = server_->options;
  const std::array<nghttp2_settings_entry, 4> settings{{
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, options.http2_max_streams},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, options.http2_window},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, options.http2_header_list},
      {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
  }};
  nghttp2_submit_settings(session(), NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  const std::uint64_t window =
      std::clamp<std::uint64_t>(options.http2_window * kWindowsPerConnection,
                                NGHTTP2_INITIAL_CONNECTION_WINDOW_SIZE, kLargestWindow);
  nghttp2_session_set_local_window_size(session(), NGHTTP2_FLAG_NONE, 0,
                                        static_cast<std::int32_t>(window));
  idle_since_ = pinged_at_ = server_->loop.now();
  if (server_->draining) drain();
  arm_watch();
}

bool Connection::take(std::string_view bytes) {
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
      good = nghttp2_session_mem_recv(session(), begin, before - taken) >= 0;
      taken = before;
    }
    if (head) judge(*head);
  }
  start_handlers();
  return good;
}

void Connection::was_lost() {
  watch_.disarm();
  streams_.for_each([this](StreamExchange& stream) {
    stream.closed();
    settle(stream);
  });
}

// ---- requests -------------------------------------------------------------------------------

StreamExchange* Connection::begin_stream(std::int32_t id) {
  // Handlers whose client has left count too: starting them is what costs.
  if (streams_.size() >= 2 * std::size_t{server_->options.http2_max_streams}) return nullptr;
  auto* stream = new StreamExchange(*this, id, server_->streams.take());
  streams_.add(*stream);
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
    server_->loop.spawn(answer(shared_from_this(), *this, stream));
  }
}

Task<> Connection::answer(std::shared_ptr<Wire> /*keeps it*/, Connection& connection,
                          StreamExchange& stream) {
  co_await connection.server_->handler.handle(stream);
  stream.handler_returned();
  connection.settle(stream);
}

void Connection::stream_closed(StreamExchange& stream) {
  if (head_of_ == stream.id()) head_of_ = 0;
  remember(stream.id(), stream.client_is_done() ? Closed::kByClient : Closed::kByUs);
  stream.closed();
  settle(stream);
}

void Connection::settle(StreamExchange& stream) {
  if (streams_.settle(stream) && streams_.empty()) idle_since_ = server_->loop.now();
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
  if (streams_.empty()) no_later_than(idle_since_ + options.keepalive_timeout);
  no_later_than(pinged_at_ +
                (ping_open_ ? options.keepalive_timeout : options.http2_ping_interval));
  if (draining_ && !said_goodbye_) no_later_than(draining_since_ + kGoodbye);
  watch_.arm(server_->loop.timers(), std::max(after, milliseconds(1)));
}

void Connection::check_patience() {
  const ServerOptions& options = server_->options;
  const auto now = server_->loop.now();
  if (const auto since = stuck_since(); since && now - *since >= options.body_timeout)
    return lose();
  if (ping_open_ && now - pinged_at_ >= options.keepalive_timeout) return lose();
  if (!ping_open_ && now - pinged_at_ >= options.http2_ping_interval) {
    ping_open_ = true;
    pinged_at_ = now;
    ping(kKeepAlivePing);
  }
  const bool idle = streams_.empty() && now - idle_since_ >= options.keepalive_timeout;
  const bool slow_head = head_of_ != 0 && now - head_since_ >= options.keepalive_timeout;
  const bool leaving = draining_ && now - draining_since_ >= kGoodbye;
  if ((idle || slow_head || leaving) && !said_goodbye_) go_away();
  // A head that never ends would keep its stream open, and with it the connection.
  if (slow_head && now - head_since_ >= options.keepalive_timeout + kGoodbye) return lose();
  streams_.for_each([now](StreamExchange& stream) { stream.check_patience(now); });
  arm_watch();
}

void Connection::ping(std::string_view opaque) {
  nghttp2_submit_ping(session(), NGHTTP2_FLAG_NONE,
                      reinterpret_cast<const std::uint8_t*>(opaque.data()));
  send_soon();
}

void Connection::ping_answered(std::string_view opaque) {
  if (opaque == kKeepAlivePing) ping_open_ = false;
  if (opaque == kGoodbyePing && draining_ && !said_goodbye_) go_away();
}

void Connection::drain() {
  if (lost() || std::exchange(draining_, true)) return;
  draining_since_ = server_->loop.now();
  // RFC 9113, 6.8: what is on its way meanwhile is still served.
  nghttp2_submit_shutdown_notice(session());
  ping(kGoodbyePing);
  arm_watch();
}

void Connection::go_away() {
  said_goodbye_ = true;
  nghttp2_submit_goaway(session(), NGHTTP2_FLAG_NONE,
                        nghttp2_session_get_last_proc_stream_id(session()), NGHTTP2_NO_ERROR,
                        nullptr, 0);
  send_soon();
}

void Connection::cut() { lose(); }

}  // namespace barbacane::http::h2
