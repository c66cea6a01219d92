#include "http/h2/client_connection.h"

#include <algorithm>
#include <array>
#include <utility>

#include <nghttp2/nghttp2.h>

#include "http/client/pool.h"

namespace barbacane::http::h2 {

namespace {

/// What an upstream may send ahead on one stream: so much memory a slow client costs.
constexpr std::uint32_t kWindow = 128 * 1024;
/// On all of them together; given back on arrival, so it is no limit.
constexpr std::int32_t kConnectionWindow = 16 * 1024 * 1024;
/// More calls than this are better spread over several connections.
constexpr std::uint32_t kMostStreams = 1000;
constexpr std::array<std::uint8_t, 8> kPing = {'l', 'i', 'v', 'e', '?', 0, 0, 0};

}  // namespace

std::shared_ptr<ClientConnection> ClientConnection::open(client::Pool& pool,
                                                         std::size_t upstream_id,
                                                         std::unique_ptr<net::Stream> stream) {
  auto connection = std::make_shared<ClientConnection>(pool, upstream_id, std::move(stream));
  connection->introduce();
  connection->loop().spawn(carry(connection, {}));
  return connection;
}

ClientConnection::ClientConnection(client::Pool& pool, std::size_t upstream_id,
                                   std::unique_ptr<net::Stream> stream)
    : Wire(pool.loop(), pool.wire_memory(), std::move(stream)),
      pool_(pool),
      upstream_id_(upstream_id),
      settled_(pool.loop()) {
  use(make_session(*this));
}

ClientConnection::~ClientConnection() { pool_.forget(upstream_id_); }

void ClientConnection::introduce() {
  const std::array<nghttp2_settings_entry, 3> settings{{
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kWindow},
      {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
  }};
  nghttp2_submit_settings(session(), NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session(), NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
  idle_since_ = heard_at_ = pinged_at_ = loop().now();
}

bool ClientConnection::take(std::string_view bytes) {
  if (bytes.empty()) return true;
  heard_at_ = loop().now();
  const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
  // What is wrong with the protocol is answered by nghttp2 itself; a failure is worse.
  return nghttp2_session_mem_recv(session(), begin, bytes.size()) >= 0;
}

void ClientConnection::has_moved() {
  if (std::exchange(room_made_, false)) pool_.use_room_on(*this, upstream_id_);
}

void ClientConnection::was_lost() {
  watch_.disarm();
  calls_.for_each([this](ClientStream& stream) {
    stream.connection_lost();
    settle(stream);
  });
  settled_.raise();
  pool_.look_around();
}

// ---- calls ----------------------------------------------------------------------------------

SpareStreams<ClientStream::Memory>& ClientConnection::streams() { return pool_.stream_memory(); }

bool ClientConnection::takes_requests() const {
  return !lost() && !leaving_ && nghttp2_session_check_request_allowed(session()) != 0;
}

bool ClientConnection::can_take() const {
  const std::uint32_t allowed =
      nghttp2_session_get_remote_settings(session(), NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
  return settled_.raised() && !ping_open_ && !stuck_since() && takes_requests() &&
         live_ < std::min(allowed, kMostStreams);
}

client::CallPtr ClientConnection::begin_call() {
  auto self = std::static_pointer_cast<ClientConnection>(shared_from_this());
  auto* stream = new ClientStream(std::move(self), streams().take());
  served_ = true;
  ++live_;
  if (calls_.empty()) {
    heard_at_ = loop().now();
    watch_.arm(loop().timers(), pool_.limits().silence);
  }
  calls_.add(*stream);
  return client::CallPtr(stream);
}

void ClientConnection::stream_closed(ClientStream& stream, std::uint32_t error_code) {
  --live_;
  room_made_ = true;
  stream.closed(error_code);
  settle(stream);
}

void ClientConnection::call_over(ClientStream& stream) {
  if (!stream.begun_) --live_;
  settle(stream);
  pool_.use_room_on(*this, upstream_id_);
}

void ClientConnection::settle(ClientStream& stream) {
  if (!calls_.settle(stream) || !calls_.empty()) return;
  idle_since_ = loop().now();
  if (!ping_open_) watch_.disarm();
}

void ClientConnection::send_request() {
  if (live_ == 1) {
    send_now();
  } else {
    send_soon();
  }
}

void ClientConnection::fall_back() {
  pool_.fall_back(upstream_id_);
  retire();
}

void ClientConnection::retire() {
  if (lost() || std::exchange(leaving_, true)) return;
  nghttp2_submit_goaway(session(), NGHTTP2_FLAG_NONE, 0, NGHTTP2_NO_ERROR, nullptr, 0);
  send_soon();
}

// ---- life -----------------------------------------------------------------------------------

void ClientConnection::doubt() {
  if (lost() || ping_open_ || heard_at_ == loop().now()) return;
  ping_open_ = true;
  pinged_at_ = loop().now();
  nghttp2_submit_ping(session(), NGHTTP2_FLAG_NONE, kPing.data());
  send_soon();
  watch_.arm(loop().timers(), pool_.limits().sign_of_life);
}

void ClientConnection::check_life() {
  const auto [silence, sign_of_life] =
      std::pair(pool_.limits().silence, pool_.limits().sign_of_life);
  const auto now = loop().now();
  if (ping_open_ && now - pinged_at_ >= sign_of_life) return lose();
  if (!ping_open_ && now - heard_at_ >= silence) return doubt();
  if (!calls_.empty() || ping_open_)
    watch_.arm(loop().timers(), ping_open_ ? sign_of_life : silence);
}

}  // namespace barbacane::http::h2
