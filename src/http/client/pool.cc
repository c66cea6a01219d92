#include "http/client/pool.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "http/h1/client_connection.h"
#include "http/h2/client_connection.h"
#include "net/patience.h"
#include "net/stream.h"
#include "net/tls_session.h"

namespace barbacane::http::client {

namespace {

using h1::ClientConnection;
using net::Task;

CallError connect_error(const net::ConnectError& error) {
  using enum net::ConnectFailure;
  CallFailure failure = CallFailure::kConnect;
  if (error.failure == kDns) failure = CallFailure::kDns;
  if (error.failure == kBlocked) failure = CallFailure::kBlocked;
  if (error.failure == kTimeout) failure = CallFailure::kTimeout;
  return {failure, error.message};
}

bool speaks_http2(const Upstream& upstream, const net::Stream& stream) {
  if (stream.tls() != nullptr) return stream.tls()->alpn() == "h2";
  return upstream.http2 == Upstream::Http2::kAlways;
}

}  // namespace

/// What one upstream has here.
struct Pool::Bucket {
  struct Idle {
    std::unique_ptr<ClientConnection> connection;
    TimePoint since;
  };

  std::weak_ptr<const Upstream> upstream;
  std::vector<Idle> idle;  ///< the latest last
  std::vector<std::shared_ptr<h2::ClientConnection>> shared;
  std::list<Wish*> wishes;
  std::size_t open = 0;     ///< idle and busy
  std::size_t opening = 0;  ///< on their way
  bool may_share = false;   ///< one connection may serve all, as far as is known
  bool only_http1 = false;  ///< the upstream has asked for it
  std::optional<net::TlsClientContext> tls;

  /// Whether those on their way leave somebody without.
  bool wants_another() const {
    return opening < (may_share ? std::min<std::size_t>(wishes.size(), 1) : wishes.size());
  }
  CallPtr call_on_shared() {
    for (const auto& connection : shared) {
      if (connection->can_take()) return connection->begin_call();
    }
    return nullptr;
  }
};

/// Looks for connections that have lain idle for too long, and for room that some wait for.
struct Pool::Sweep final : net::Deadline {
  static constexpr std::chrono::milliseconds kInterval{1000};

  explicit Sweep(Pool& pool_) : pool(pool_) {}
  void expired() override { pool.sweep(); }

  Pool& pool;
};

// ---- wishes ---------------------------------------------------------------------------------

Pool::Wish::Wish(net::EventLoop& loop, TimePoint since) : granted_or_not_(loop), since_(since) {}

Pool::Wish::~Wish() { unlink(); }

void Pool::Wish::queue_up(std::list<Wish*>& wishes) {
  auto place = wishes.end();
  while (place != wishes.begin() && since_ < (*std::prev(place))->since_) --place;
  waiting_ = &wishes;
  place_ = wishes.insert(place, this);
}

void Pool::Wish::unlink() {
  if (waiting_ != nullptr) std::exchange(waiting_, nullptr)->erase(place_);
}

void Pool::Wish::refuse(CallFailure failure, std::string text) {
  unlink();
  disarm();
  if (granted_or_not_.raised()) return;
  error_ = CallError{failure, std::move(text)};
  granted_or_not_.raise();
}

void Pool::Wish::give_up() { refuse(CallFailure::kCancelled, "the call was given up"); }

void Pool::Wish::expired() {
  refuse(waiting_for_room_ ? CallFailure::kOverloaded : CallFailure::kTimeout,
         waiting_for_room_ ? "no connection was free in time" : "no connection in time");
}

void Pool::Wish::grant(CallPtr call) {
  unlink();
  disarm();
  call_ = std::move(call);
  granted_or_not_.raise();
}

// ---- the pool -------------------------------------------------------------------------------

Pool::Pool(net::EventLoop& loop, net::Resolver& resolver, PoolLimits limits)
    : loop_(loop),
      resolver_(resolver),
      limits_(limits),
      workspaces_(loop.timers()),
      sweep_(std::make_unique<Sweep>(*this)) {}

Pool::~Pool() {
  for (auto& [id, bucket] : buckets_) {
    bucket->idle.clear();
    bucket->shared.clear();
  }
}

Pool::Bucket& Pool::bucket(const Upstream& upstream) {
  if (const auto found = buckets_.find(upstream.id); found != buckets_.end()) return *found->second;
  if (buckets_.size() >= look_again_at_) {
    std::erase_if(buckets_, [](const auto& entry) { return is_abandoned(*entry.second); });
    look_again_at_ = std::max<std::size_t>(2 * buckets_.size(), 64);
  }
  auto& slot = buckets_[upstream.id];
  slot = std::make_unique<Bucket>();
  slot->may_share = upstream.http2 != Upstream::Http2::kNever;
  return *slot;
}

bool Pool::is_abandoned(const Bucket& here) {
  return here.open == 0 && here.opening == 0 && here.wishes.empty() && here.upstream.expired();
}

CallPtr Pool::take_idle(const Upstream& upstream) {
  Bucket& here = bucket(upstream);
  if (CallPtr call = here.call_on_shared()) return call;
  std::vector<Bucket::Idle>& idle = here.idle;
  while (!idle.empty()) {
    std::unique_ptr<ClientConnection> connection = std::move(idle.back().connection);
    idle.pop_back();
    if (!connection->still_open()) continue;
    connection->begin_call();
    return CallPtr(connection.release());
  }
  return nullptr;
}

Task<std::expected<CallPtr, CallError>> Pool::open(std::shared_ptr<const Upstream> upstream,
                                                   TimePoint deadline, Wish& wish) {
  Bucket& here = bucket(*upstream);
  if (here.upstream.expired()) here.upstream = upstream;
  if (CallPtr call = here.call_on_shared()) co_return call;
  wish.upstream_ = upstream;
  wish.deadline_ = deadline;
  wish.queue_up(here.wishes);
  wish.waiting_for_room_ = here.open >= limits_.open && here.opening == 0;
  wish.arm(loop_.timers(), wish.waiting_for_room_ ? limits_.patience : left_until(deadline));
  if (here.wants_another() && here.open < limits_.open)
    loop_.spawn(open_another(upstream, deadline));
  co_await wish.granted_or_not_.wait();
  if (wish.error_) co_return std::unexpected(std::move(*wish.error_));
  co_return std::move(wish.call_);
}

Task<> Pool::open_another(std::shared_ptr<const Upstream> upstream, TimePoint deadline) {
  Bucket& here = bucket(*upstream);
  ++here.opening;
  ++here.open;
  auto stream = co_await connect(*upstream, deadline);
  std::optional<CallError> error;
  if (!stream) {
    forget(upstream->id);
    error = std::move(stream.error());
  } else {
    here.may_share = speaks_http2(*upstream, **stream);
    if (here.may_share) error = co_await share(upstream->id, std::move(*stream), deadline);
  }
  --here.opening;
  if (!error && *stream)
    hand_over(here, std::make_unique<ClientConnection>(*this, upstream->id, std::move(*stream)));
  if (error) refuse_wishes(here, *error);
  use_room(here);
}

void Pool::refuse_wishes(Bucket& here, const CallError& error) {
  // Whoever has another connection on its way still has that one.
  if (here.wishes.size() <= here.opening) return;
  if (!here.may_share) return here.wishes.front()->refuse(error.failure, error.text);
  // All hoped for this one; but it may have been late for the first of them only.
  const bool late = error.failure == CallFailure::kTimeout;
  std::vector<Wish*> refused;
  for (Wish* wish : here.wishes) {
    if (!late || wish->deadline_ <= loop_.now()) refused.push_back(wish);
  }
  for (Wish* wish : refused) wish->refuse(error.failure, error.text);
}

Task<std::optional<CallError>> Pool::share(std::size_t upstream_id,
                                           std::unique_ptr<net::Stream> stream,
                                           TimePoint deadline) {
  auto connection = h2::ClientConnection::open(*this, upstream_id, std::move(stream));
  net::Patience patience(connection->settled());
  patience.begin(loop_.timers(), left_until(deadline));
  while (!connection->settled().raised() && !patience.over()) co_await connection->settled().wait();
  if (connection->lost())
    co_return CallError{CallFailure::kUnanswered, "the connection ended before HTTP/2 began"};
  if (!connection->settled().raised()) {
    connection->retire();
    co_return CallError{CallFailure::kTimeout, "no settings of HTTP/2 in time"};
  }
  // Whoever waits would have it opened again and again.
  if (!connection->can_take() && !connection->has_served()) {
    connection->retire();
    co_return CallError{CallFailure::kUnanswered,
                        "the upstream takes no requests on a new connection"};
  }
  Bucket& here = *buckets_[upstream_id];
  here.shared.push_back(connection);
  use_room_on(*connection, upstream_id);
  if (!sweep_->armed()) sweep_->arm(loop_.timers(), Sweep::kInterval);
  co_return std::nullopt;
}

Task<std::expected<std::unique_ptr<net::Stream>, CallError>> Pool::connect(const Upstream& upstream,
                                                                           TimePoint deadline) {
  auto connected = co_await net::connect(loop_, resolver_, upstream.host, upstream.port,
                                         upstream.egress, deadline);
  if (!connected) co_return std::unexpected(connect_error(connected.error()));
  auto stream = std::make_unique<net::Stream>(loop_, connected->socket.release());
  if (upstream.scheme == Scheme::kHttps) {
    auto error = co_await secure(upstream, *stream, deadline);
    if (error) co_return std::unexpected(std::move(*error));
  }
  co_return stream;
}

Task<std::optional<CallError>> Pool::secure(const Upstream& upstream, net::Stream& stream,
                                            TimePoint deadline) {
  std::optional<net::TlsClientContext>& tls = bucket(upstream).tls;
  if (!tls) {
    auto context = upstream.tls->duplicate();
    if (!context) co_return CallError{CallFailure::kTls, context.error().message};
    tls.emplace(std::move(*context));
  }
  const auto alpn = bucket(upstream).only_http1 ? net::TlsClientContext::Alpn::kHttp1
                                                : net::TlsClientContext::Alpn::kAll;
  stream.secure(std::make_unique<net::TlsSession>(
      tls->connect(stream.socket(), upstream.host, upstream.port, alpn)));
  net::Alarm alarm(stream, net::Descriptor::Direction::kRead);
  alarm.arm(loop_.timers(), left_until(deadline));
  const bool agreed = co_await stream.handshake();
  if (alarm.rang()) co_return CallError{CallFailure::kTimeout, "no TLS handshake in time"};
  if (!agreed) co_return CallError{CallFailure::kTls, stream.tls()->failure_text()};
  co_return std::nullopt;
}

std::chrono::milliseconds Pool::left_until(TimePoint deadline) const {
  return std::chrono::ceil<std::chrono::milliseconds>(deadline - loop_.now());
}

void Pool::hand_over(Bucket& here, std::unique_ptr<ClientConnection> connection) {
  if (!here.wishes.empty()) {
    connection->begin_call();
    return here.wishes.front()->grant(CallPtr(connection.release()));
  }
  if (here.idle.size() >= limits_.idle) return;
  connection->lie_idle();
  here.idle.push_back({std::move(connection), loop_.now()});
  if (!sweep_->armed()) sweep_->arm(loop_.timers(), Sweep::kInterval);
}

void Pool::give_back(std::unique_ptr<ClientConnection> connection) {
  Bucket& here = *buckets_[connection->upstream_id()];
  connection->leave_call();
  hand_over(here, std::move(connection));
}

void Pool::use_room_on(h2::ClientConnection& connection, std::size_t upstream_id) {
  std::list<Wish*>& wishes = buckets_[upstream_id]->wishes;
  while (!wishes.empty() && connection.can_take()) wishes.front()->grant(connection.begin_call());
}

void Pool::fall_back(std::size_t upstream_id) {
  Bucket& here = *buckets_[upstream_id];
  here.only_http1 = true;
  here.may_share = false;
  look_around();
}

void Pool::look_around() { sweep_->arm(loop_.timers(), std::chrono::milliseconds(0)); }

void Pool::forget(std::size_t upstream_id) {
  Bucket& here = *buckets_[upstream_id];
  --here.open;
  // Not from here: connections also die with the coroutines of a loop that ends.
  if (here.wishes.size() > here.opening) look_around();
}

void Pool::use_room(Bucket& here) {
  // Opening may fail at once, and take its wish with it.
  for (std::size_t left = here.wishes.size(); left > 0 && here.open < limits_.open; --left) {
    if (!here.wants_another()) return;
    Wish& first = **std::next(here.wishes.begin(), static_cast<std::ptrdiff_t>(here.opening));
    if (first.waiting_for_room_) {
      first.waiting_for_room_ = false;
      first.arm(loop_.timers(), left_until(first.deadline_));
    }
    loop_.spawn(open_another(first.upstream_, first.deadline_));
  }
}

void Pool::sweep() {
  const TimePoint oldest = loop_.now() - limits_.idle_for;
  bool any = false;
  for (auto& [id, here] : buckets_) {
    const bool unwanted = here->upstream.expired() && here->wishes.empty();
    std::erase_if(here->idle, [&](Bucket::Idle& idle) {
      return unwanted || idle.since < oldest || !idle.connection->still_open();
    });
    std::erase_if(here->shared, [&](const auto& connection) {
      if (connection->idle() && (unwanted || connection->idle_since() < oldest))
        connection->retire();
      return !connection->takes_requests();
    });
    use_room(*here);
    any |= !here->idle.empty() || !here->shared.empty();
  }
  if (any) sweep_->arm(loop_.timers(), Sweep::kInterval);
}

std::size_t Pool::idle_connections() const {
  std::size_t count = 0;
  for (const auto& [id, here] : buckets_) {
    count += here->idle.size();
    count += static_cast<std::size_t>(
        std::ranges::count_if(here->shared, [](const auto& shared) { return shared->idle(); }));
  }
  return count;
}

}  // namespace barbacane::http::client
