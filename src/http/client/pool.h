#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <list>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "http/client/call.h"
#include "http/client/upstream.h"
#include "http/h1/client_workspace.h"
#include "http/h2/client_stream.h"
#include "net/connect.h"
#include "net/event_loop.h"
#include "net/resolver.h"
#include "net/signal.h"
#include "net/timer_wheel.h"

/// The connections of one worker to its upstreams.
///
/// A connection that ended its call in good order waits here for the next one, the latest first, so
/// that the others may expire. One that the upstream closes, or speaks on unasked, is found out by
/// the loop without a system call per request. When all are busy a new one is opened, and whoever
/// waits gets whichever is free first. An upstream that agrees on HTTP/2 (ALPN, RFC 7301) gets its
/// calls on one connection, as many at once as it takes, before another is opened. An upstream that
/// nobody holds any more leaves nothing behind here. One worker's thread; the workers share the
/// resolver.
namespace barbacane::http::h1 {
class ClientConnection;
}
namespace barbacane::http::h2 {
class ClientConnection;
}

namespace barbacane::http::client {

struct PoolLimits {
  std::size_t idle = 256;   ///< kept per upstream
  std::size_t open = 8192;  ///< per upstream, busy ones included
  std::chrono::milliseconds idle_for{90'000};
  /// How long a request waits for a connection when no more may be opened.
  std::chrono::milliseconds patience{1'000};
  /// With HTTP/2, silence after which a connection that owes somebody an answer is asked for a sign
  /// of life, and how long it has to give one.
  std::chrono::milliseconds silence{10'000};
  std::chrono::milliseconds sign_of_life{5'000};
};

class Pool {
 public:
  Pool(net::EventLoop& loop, net::Resolver& resolver, PoolLimits limits = {});
  /// Closes what is idle. No call is going on any more.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// A call on a connection that is there; null when there is none.
  CallPtr take_idle(const Upstream& upstream);

  /// Someone who waits for a connection. The eldest is served first: a request that was turned away
  /// once does not queue up again behind those that came later.
  class Wish final : private net::Deadline {
   public:
    explicit Wish(net::EventLoop& loop) : Wish(loop, loop.now()) {}
    Wish(net::EventLoop& loop, TimePoint since);
    ~Wish() override;

    /// From a callback: the wait ends with `kCancelled`.
    void give_up();

   private:
    friend class Pool;
    void expired() override;
    void refuse(CallFailure failure, std::string text);
    void grant(CallPtr call);
    void unlink();
    void queue_up(std::list<Wish*>& wishes);

    net::Signal granted_or_not_;
    TimePoint since_;
    std::shared_ptr<const Upstream> upstream_;
    TimePoint deadline_;
    CallPtr call_;
    std::optional<CallError> error_;
    bool waiting_for_room_ = false;        ///< no connection may be opened until another is gone
    std::list<Wish*>* waiting_ = nullptr;  ///< among these, unless null
    std::list<Wish*>::iterator place_;
  };

  /// A call on whatever connection is free first, a new one as a rule: idle ones are left to
  /// `take_idle`. `deadline` bounds name, connection and handshake.
  net::Task<std::expected<CallPtr, CallError>> open(std::shared_ptr<const Upstream> upstream,
                                                    TimePoint deadline, Wish& wish);

  net::EventLoop& loop() const { return loop_; }
  const PoolLimits& limits() const { return limits_; }
  h1::ClientWorkspacePool& workspaces() { return workspaces_; }
  h2::WireMemory& wire_memory() { return wire_memory_; }
  h2::SpareStreams<h2::ClientStream::Memory>& stream_memory() { return stream_memory_; }
  std::size_t idle_connections() const;
  /// Upstreams something is kept of, if only that they exist.
  std::size_t upstreams() const { return buckets_.size(); }

  // Of connections: where they go when a call on them has ended.
  void give_back(std::unique_ptr<h1::ClientConnection> connection);
  /// A stream of it has ended.
  void use_room_on(h2::ClientConnection& connection, std::size_t upstream_id);
  /// It takes no more calls.
  void look_around();
  /// The upstream is to be spoken to in HTTP/1.1 from now on.
  void fall_back(std::size_t upstream_id);
  /// It is no more.
  void forget(std::size_t upstream_id);

 private:
  struct Bucket;
  struct Sweep;

  Bucket& bucket(const Upstream& upstream);
  /// Opens a connection for whoever waits first when it is there.
  net::Task<> open_another(std::shared_ptr<const Upstream> upstream, TimePoint deadline);
  net::Task<std::expected<std::unique_ptr<net::Stream>, CallError>> connect(
      const Upstream& upstream, TimePoint deadline);
  /// The same over HTTP/2; what is wrong when it does not come about.
  net::Task<std::optional<CallError>> share(std::size_t upstream_id,
                                            std::unique_ptr<net::Stream> stream,
                                            TimePoint deadline);
  void refuse_wishes(Bucket& bucket, const CallError& error);
  /// Opens connections for those who waited until some were gone.
  void use_room(Bucket& bucket);
  /// The TLS handshake; what is wrong when it fails.
  net::Task<std::optional<CallError>> secure(const Upstream& upstream, net::Stream& stream,
                                             TimePoint deadline);
  std::chrono::milliseconds left_until(TimePoint deadline) const;
  void hand_over(Bucket& bucket, std::unique_ptr<h1::ClientConnection> connection);
  void sweep();
  /// Whether it can go: nobody holds the upstream, and no connection to it is left.
  static bool is_abandoned(const Bucket& bucket);

  net::EventLoop& loop_;
  net::Resolver& resolver_;
  const PoolLimits limits_;
  h1::ClientWorkspacePool workspaces_;
  h2::WireMemory wire_memory_;
  h2::SpareStreams<h2::ClientStream::Memory> stream_memory_;
  std::unordered_map<std::size_t, std::unique_ptr<Bucket>> buckets_;  ///< by upstream id
  std::size_t look_again_at_ = 64;  ///< so many buckets that some may be abandoned
  std::unique_ptr<Sweep> sweep_;
};

}  // namespace barbacane::http::client
