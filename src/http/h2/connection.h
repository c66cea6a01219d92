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
#include "net/stream.h"
#include "net/task.h"
#include "net/timer_wheel.h"

struct nghttp2_session;

/// One HTTP/2 connection of a client (RFC 9113), its frames taken apart by nghttp2.
///
/// Bytes are read into memory of the worker, every request that is complete gets a coroutine of its
/// own, and what all of them answer meanwhile leaves in one write; answers that come later are
/// gathered per turn of the loop. Reading goes on while a write waits, so neither side can block
/// the other. Whoever runs on the connection's behalf shares its ownership; streams refer to it.
/// One deadline serves all that can last too long, those of the streams included.
namespace barbacane::http::h2 {

class Connection final : public ServerState::Member,
                         public std::enable_shared_from_this<Connection> {
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
  nghttp2_session* session() { return session_.get(); }
  const PeerName& peer() const { return peer_; }
  bool lost() const { return lost_; }
  Scheme scheme() const;
  /// Frames are to be sent: at the end of this turn, with all others of it.
  void send_soon();
  /// The same without delay, when there is enough to be worth a write of its own.
  void send_now();

 private:
  using TimePoint = net::EventLoop::Clock::time_point;
  struct Callbacks;
  friend struct Callbacks;

  struct FreeSession {
    void operator()(nghttp2_session* session) const;
  };
  struct Watch final : net::Deadline {
    explicit Watch(Connection& connection_) : connection(connection_) {}
    void expired() override { connection.check_patience(); }
    Connection& connection;
  };

  static std::unique_ptr<nghttp2_session, FreeSession> make_session(Connection& connection);

  void introduce();
  /// One try to read; false when the connection is over.
  bool receive();
  bool take(std::string_view bytes);
  /// nghttp2 has something to say or to hear.
  bool in_use() const;
  bool gather(std::string& out);
  void start_handlers();
  static net::Task<> answer(std::shared_ptr<Connection> self, StreamExchange& stream);
  static net::Task<> send_later(std::shared_ptr<Connection> self);
  static net::Task<> finish_write(std::shared_ptr<Connection> self);
  /// Whoever reads has a look whether the connection is still in use.
  void rouse();
  net::Task<> linger();

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
  void lose();

  std::shared_ptr<ServerState> server_;
  std::unique_ptr<net::Stream> stream_;
  PeerName peer_;
  std::unique_ptr<nghttp2_session, FreeSession> session_;
  Watch watch_{*this};

  StreamExchange* streams_ = nullptr;
  StreamExchange* first_to_start_ = nullptr;
  StreamExchange* last_to_start_ = nullptr;
  std::size_t count_ = 0;  ///< of streams that exist, handlers that outlive theirs included

  std::string unsent_;  ///< what the socket did not take
  TimePoint unsent_since_;
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
  bool in_turn_ = false;      ///< frames are sent when it ends
  bool soon_ = false;         ///< a coroutine is on its way to send
  bool blocked_ = false;      ///< a coroutine waits until the socket takes more
  bool lost_ = false;         ///< nothing can be read or written any more
  bool ping_open_ = false;
  bool draining_ = false;
  bool said_goodbye_ = false;
};

}  // namespace barbacane::http::h2
