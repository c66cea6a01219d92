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

}  // namespace

/// What one upstream has here.
struct Pool::Bucket {
  struct Idle {
    std::unique_ptr<ClientConnection> connection;
    TimePoint since;
  };

  std::vector<Idle> idle;  ///< the latest last
  std::vector<std::shared_ptr<h2::ClientConnection>> shared;
  std::list<Wish*> wishes;
  std::size_t open = 0;     ///< idle and busy
  std::size_t opening = 0;  ///< on their way
  bool shares = false;      ///< the upstream spoke HTTP/2 lately: one connection may serve all
  std::optional<net::TlsClientContext> tls;

  /// Whether those on their way leave somebody without.
  bool wants_another() const {
    return opening < (shares ? std::min<std::size_t>(wishes.size(), 1) : wishes.size());
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

Pool::Wish::Wish(net::EventLoop& loop) : granted_or_not_(loop) {}

Pool::Wish::~Wish() { unlink(); }

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
  for (auto& bucket : buckets_) {
    if (!bucket) continue;
    bucket->idle.clear();
    bucket->shared.clear();
  }
}

Pool::Bucket& Pool::bucket(const Upstream& upstream) {
  if (upstream.id >= buckets_.size()) buckets_.resize(upstream.id + 1);
  auto& slot = buckets_[upstream.id];
  if (!slot) slot = std::make_unique<Bucket>();
  return *slot;
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
  if (CallPtr call = here.call_on_shared()) co_return call;
  wish.upstream_ = upstream;
  wish.deadline_ = deadline;
  wish.waiting_ = &here.wishes;
  wish.place_ = here.wishes.insert(here.wishes.end(), &wish);
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
    const net::TlsSession* tls = (*stream)->tls();
    here.shares = tls != nullptr ? tls->alpn() == "h2"
                                 : upstream->plaintext_version == Version::kHttp2;
  }
  if (!error && here.shares) error = co_await share(upstream->id, std::move(*stream), deadline);
  --here.opening;
  if (!error && !here.shares)
    hand_over(here, std::make_unique<ClientConnection>(*this, upstream->id, std::move(*stream)));
  // Whoever has another connection on its way still has that one.
  while (error && !here.wishes.empty() && here.wishes.size() > here.opening) {
    here.wishes.front()->refuse(error->failure, error->text);
    if (!here.shares) break;
  }
  use_room(here);
}

Task<std::optional<CallError>> Pool::share(std::size_t upstream_id,
                                           std::unique_ptr<net::Stream> stream,
                                           TimePoint deadline) {
  auto connection = h2::ClientConnection::open(*this, upstream_id, std::move(stream));
  net::Patience patience(connection->settled());
  patience.begin(loop_.timers(), left_until(deadline));
  while (!connection->settled().raised() && !patience.over()) co_await connection->settled().wait();
  if (connection->lost())
    co_return CallError{CallFailure::kInvalid, "the upstream does not speak HTTP/2 after all"};
  if (!connection->settled().raised()) {
    connection->retire();
    co_return CallError{CallFailure::kTimeout, "no settings of HTTP/2 in time"};
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
  stream.secure(std::make_unique<net::TlsSession>(
      tls->connect(stream.socket(), upstream.host, upstream.port)));
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
  for (auto& slot : buckets_) {
    if (!slot) continue;
    std::erase_if(slot->idle, [&](Bucket::Idle& idle) {
      return idle.since < oldest || !idle.connection->still_open();
    });
    std::erase_if(slot->shared, [&](const auto& connection) {
      if (connection->idle() && connection->idle_since() < oldest) connection->retire();
      return !connection->takes_requests();
    });
    use_room(*slot);
    any |= !slot->idle.empty() || !slot->shared.empty();
  }
  if (any) sweep_->arm(loop_.timers(), Sweep::kInterval);
}

std::size_t Pool::idle_connections() const {
  std::size_t count = 0;
  for (const auto& slot : buckets_) {
    if (!slot) continue;
    count += slot->idle.size();
    count += static_cast<std::size_t>(
        std::ranges::count_if(slot->shared, [](const auto& shared) { return shared->idle(); }));
  }
  return count;
}

}  // namespace barbacane::http::client
