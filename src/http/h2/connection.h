#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/detail/peer_name.h"
#include "http/detail/server_state.h"
#include "http/h2/frame_scanner.h"
#include "http/h2/stream_exchange.h"
#include "http/h2/stream_list.h"
#include "http/h2/wire.h"
#include "net/timer_wheel.h"

/// One HTTP/2 connection of a client (RFC 9113).
///
/// Every request that is complete gets a coroutine of its own, which shares the connection's
/// ownership; streams refer to it. One deadline serves all that can last too long, those of the
/// streams included.
namespace barbacane::http::h2 {

class Connection final : public ServerState::Member, public Wire {
 public:
  Connection(std::shared_ptr<ServerState> server, std::unique_ptr<net::Stream> stream,
             const PeerName& peer);
  ~Connection() override;

  /// Runs it to its end. `bytes` have been read already.
  static net::Task<> run(std::shared_ptr<Connection> self, std::string bytes);

  // ServerState::Member
  void drain() override;
  void cut() override;

  // For its streams.
  ServerState& server() { return *server_; }
  const PeerName& peer() const { return peer_; }

 private:
  struct Callbacks;
  friend struct Callbacks;

  struct Watch final : net::Deadline {
    explicit Watch(Connection& connection_) : connection(connection_) {}
    void expired() override { connection.check_patience(); }
    Connection& connection;
  };

  static Session make_session(Connection& connection);

  void introduce();
  // Wire
  bool take(std::string_view bytes) override;
  void was_lost() override;

  void start_handlers();
  static net::Task<> answer(std::shared_ptr<Wire> self, Connection& connection,
                            StreamExchange& stream);

  // What comes, from Callbacks.
  StreamExchange* begin_stream(std::int32_t id);
  void request_complete(StreamExchange& stream, RequestFields::Body body);
  void stream_closed(StreamExchange& stream);
  void ping_answered(std::string_view opaque);
  /// Before nghttp2 gets it: ends the connection for what nghttp2 would let pass.
  void judge(const FrameHead& head);
  /// Of a DATA or HEADERS frame on a stream that nghttp2 does not know (any more): the error it is
  /// for the connection, if it can be told from a frame that was on its way when we reset the
  /// stream (RFC 9113, 5.1).
  std::uint32_t error_of_stray(std::int32_t id, bool is_data) const;
  enum class Closed : bool { kByUs, kByClient };
  void remember(std::int32_t id, Closed closed);
  void settle(StreamExchange& stream);
  void check_patience();
  void arm_watch();
  void ping(std::string_view opaque);
  void go_away();

  std::shared_ptr<ServerState> server_;
  PeerName peer_;
  Watch watch_{*this};

  StreamList<StreamExchange> streams_;  ///< handlers that outlive theirs included
  StreamExchange* first_to_start_ = nullptr;
  StreamExchange* last_to_start_ = nullptr;

  TimePoint idle_since_;
  TimePoint head_since_;
  TimePoint pinged_at_;
  TimePoint draining_since_;
  FrameScanner frames_;
  std::size_t idle_frames_ = 0;
  /// Streams that have ended lately; negative when the client may not send anything on them.
  std::array<std::int32_t, 32> ended_streams_{};
  std::size_t next_ended_ = 0;
  std::int32_t head_of_ = 0;  ///< the stream of which some fields have come, but not all; 0 = none
  bool ping_open_ = false;
  bool draining_ = false;
  bool said_goodbye_ = false;
};

}  // namespace barbacane::http::h2
