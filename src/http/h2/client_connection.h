#pragma once

#include <memory>

#include "http/client/call.h"
#include "http/h2/client_stream.h"
#include "http/h2/stream_list.h"
#include "http/h2/wire.h"
#include "net/signal.h"
#include "net/timer_wheel.h"

/// One HTTP/2 connection to an upstream (RFC 9113): many calls at once, each a stream of its own.
///
/// Bodies of answers are held up stream by stream, never all together: a slow client must not stop
/// the others that share the connection. Whether it still lives is asked when nothing has been
/// heard for a while that somebody waits for.
namespace barbacane::http::client {
class Pool;
}

namespace barbacane::http::h2 {

class ClientConnection final : public Wire {
 public:
  /// `pool` outlives it; `upstream_id` tells where in the pool it belongs.
  static std::shared_ptr<ClientConnection> open(client::Pool& pool, std::size_t upstream_id,
                                                std::unique_ptr<net::Stream> stream);
  ClientConnection(client::Pool& pool, std::size_t upstream_id,
                   std::unique_ptr<net::Stream> stream);
  ~ClientConnection() override;

  // Of the pool.
  /// The upstream has said how many streams it takes, or the connection has ended (`lost`).
  net::Signal& settled() { return settled_; }
  /// Whether there is room for one more call.
  bool can_take() const;
  client::CallPtr begin_call();
  bool idle() const { return calls_.empty(); }
  client::TimePoint idle_since() const { return idle_since_; }
  /// Takes no more calls, and ends when the last has.
  void retire();

  // Of its streams.
  SpareStreams<ClientStream::Memory>& streams();
  bool has_served() const { return served_; }
  bool takes_requests() const;
  /// Whether the upstream has been silent since then.
  bool silent_since(client::TimePoint moment) const { return heard_at_ <= moment; }
  /// An answer has not come in time: is it the stream, or the connection?
  void doubt();
  /// It wants to be spoken to in HTTP/1.1 (RFC 9113, 7).
  void fall_back();
  /// A request is to leave: at once when it is the only one, with all others of this turn if not.
  void send_request();
  void call_over(ClientStream& stream);

 private:
  struct Callbacks;
  friend struct Callbacks;
  struct Watch final : net::Deadline {
    explicit Watch(ClientConnection& connection_) : connection(connection_) {}
    void expired() override { connection.check_life(); }
    ClientConnection& connection;
  };

  static Session make_session(ClientConnection& connection);

  void introduce();
  // Wire
  bool take(std::string_view bytes) override;
  void was_lost() override;
  void has_moved() override;

  void stream_closed(ClientStream& stream, std::uint32_t error_code);
  void settle(ClientStream& stream);
  void check_life();

  client::Pool& pool_;
  const std::size_t upstream_id_;
  net::Signal settled_;
  Watch watch_{*this};
  StreamList<ClientStream> calls_;
  std::size_t live_ = 0;  ///< of those the upstream knows, or will
  client::TimePoint idle_since_;
  client::TimePoint heard_at_;
  client::TimePoint pinged_at_;
  bool ping_open_ = false;
  bool served_ = false;
  bool leaving_ = false;    ///< either side has said so
  bool room_made_ = false;  ///< in this turn
};

}  // namespace barbacane::http::h2
