#include "net/connect.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <coroutine>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/descriptor.h"
#include "net/timer_wheel.h"

namespace barbacane::net {

namespace {

using std::chrono::milliseconds;
using Clock = EventLoop::Clock;

/// How long an address is alone before the next is tried too (RFC 8305, 5): a quarter of a second,
/// less what deadlines come late.
constexpr milliseconds kHeadStart = milliseconds(250) - TimerWheel::kTick;
/// Addresses named in a message.
constexpr std::size_t kToldAddresses = 4;

// ---- waiting for names --------------------------------------------------------------------------

/// `co_await` gives the answer. The resolver's thread only posts it to the loop; what is posted
/// looks whether anybody still waits.
class Answer {
 public:
  Answer(EventLoop& loop, Resolver& resolver, std::string_view host, Clock::time_point deadline)
      : loop_(loop), resolver_(resolver), host_(host), deadline_(deadline) {}
  ~Answer() { shared_->waiting = nullptr; }
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  bool await_ready() {
    shared_->resolution = resolver_.cached(host_);
    return shared_->resolution.has_value();
  }
  void await_suspend(std::coroutine_handle<> waiting) {
    shared_->waiting = waiting;
    query_ = resolver_.resolve(host_, deadline_,
                               [&loop = loop_, shared = shared_](const Resolution& resolution) {
                                 loop.post([shared, resolution] {
                                   if (!shared->waiting) return;
                                   shared->resolution = resolution;
                                   std::exchange(shared->waiting, nullptr).resume();
                                 });
                               });
  }
  Resolution await_resume() { return *std::move(shared_->resolution); }

 private:
  /// The loop's thread only.
  struct Shared {
    std::coroutine_handle<> waiting;
    std::optional<Resolution> resolution;
  };

  EventLoop& loop_;
  Resolver& resolver_;
  std::string_view host_;
  Clock::time_point deadline_;
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
  Resolver::Query query_;  // goes first, so that nothing is posted to a loop that is gone
};

// ---- sockets ------------------------------------------------------------------------------------

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

SocketAddress socket_address(const IpAddress& address, std::uint16_t port) {
  SocketAddress out;
  if (is_ipv4(address)) {
    sockaddr_in ipv4{};
    ipv4.sin_family = AF_INET;
    ipv4.sin_port = htons(port);
    std::memcpy(&ipv4.sin_addr, address.data() + 12, sizeof ipv4.sin_addr);
    std::memcpy(&out.storage, &ipv4, sizeof ipv4);
    out.length = sizeof ipv4;
  } else {
    sockaddr_in6 ipv6{};
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_port = htons(port);
    std::memcpy(&ipv6.sin6_addr, address.data(), address.size());
    std::memcpy(&out.storage, &ipv6, sizeof ipv6);
    out.length = sizeof ipv6;
  }
  return out;
}

/// A port of the system's choice that nobody listens on may be given to the very socket that
/// connects to it, and the connection succeeds: to itself.
bool is_connected_to_itself(int socket, const SocketAddress& peer) {
  SocketAddress own;
  own.length = sizeof own.storage;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&own.storage), &own.length) != 0) {
    return false;
  }
  return own.length == peer.length && std::memcmp(&own.storage, &peer.storage, own.length) == 0;
}

std::string endpoint_text(const IpAddress& address, std::uint16_t port) {
  return fmt::format(fmt::runtime(is_ipv4(address) ? "{}:{}" : "[{}]:{}"), to_text(address), port);
}

// ---- the race -----------------------------------------------------------------------------------

/// One address that is being connected to, or was.
struct Attempt {
  explicit Attempt(const IpAddress& address_) : address(address_) {}

  IpAddress address;
  Socket socket{-1};
  int error = 0;  ///< why it failed
  bool under_way = false;
};

/// Cuts a wait short.
class WaitLimit final : public Deadline {
 public:
  explicit WaitLimit(Descriptor& waited_for) : waited_for_(waited_for) {}

 private:
  void expired() override { waited_for_.cancel(); }
  Descriptor& waited_for_;
};

class Race {
 public:
  Race(EventLoop& loop, std::uint16_t port) : loop_(loop), port_(port) {}

  /// Sets off for one more address.
  void start(const IpAddress& address);
  /// The first that is there, if any is.
  Attempt* winner();
  /// Returns when something may have changed for one that is under way, or after that time.
  Task<> wait(milliseconds limit);

  std::size_t under_way() const {
    return static_cast<std::size_t>(std::ranges::count_if(attempts_, &Attempt::under_way));
  }
  /// As long as none has won.
  std::size_t failed() const { return attempts_.size() - under_way(); }
  std::span<Attempt> attempts() { return attempts_; }

 private:
  bool watch(const Attempt& attempt);
  static void give_up(Attempt& attempt, int error);

  EventLoop& loop_;
  std::uint16_t port_;
  std::vector<Attempt> attempts_;
  std::optional<Descriptor> watched_;  ///< an epoll over all sockets: readable when one has news
};

void Race::start(const IpAddress& address) {
  Attempt& attempt = attempts_.emplace_back(address);
  const int family = is_ipv4(address) ? AF_INET : AF_INET6;
  attempt.socket = Socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (attempt.socket.get() < 0) return give_up(attempt, errno);
  const int on = 1;
  ::setsockopt(attempt.socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const SocketAddress peer = socket_address(address, port_);
  // Whether it has succeeded already is for `winner` to see.
  const int result = ::connect(attempt.socket.get(), peer.get(), peer.length);
  if (result != 0 && errno != EINPROGRESS && errno != EINTR) return give_up(attempt, errno);
  if (watched_ && !watch(attempt)) return give_up(attempt, errno);
  attempt.under_way = true;
}

Attempt* Race::winner() {
  for (Attempt& attempt : attempts_) {
    if (!attempt.under_way) continue;
    const int socket = attempt.socket.get();
    pollfd state{socket, POLLOUT, 0};
    if (::poll(&state, 1, 0) <= 0) continue;
    int error = 0;
    socklen_t length = sizeof error;
    if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) != 0) error = errno;
    if (error == 0 && is_connected_to_itself(socket, socket_address(attempt.address, port_))) {
      error = ECONNREFUSED;
    }
    if (error == 0) return &attempt;
    give_up(attempt, error);
  }
  return nullptr;
}

void Race::give_up(Attempt& attempt, int error) {
  attempt.error = error;
  attempt.under_way = false;
  attempt.socket = Socket(-1);
}

bool Race::watch(const Attempt& attempt) {
  epoll_event event{};
  event.events = EPOLLOUT;
  return ::epoll_ctl(watched_->get(), EPOLL_CTL_ADD, attempt.socket.get(), &event) == 0;
}

Task<> Race::wait(milliseconds limit) {
  if (!watched_) {
    watched_.emplace(loop_, ::epoll_create1(EPOLL_CLOEXEC));
    const int none = watched_->open() ? 0 : errno;
    for (Attempt& attempt : attempts_) {
      if (attempt.under_way && !watch(attempt)) give_up(attempt, none != 0 ? none : errno);
    }
    if (under_way() == 0) co_return;
  }
  WaitLimit wait_limit(*watched_);
  wait_limit.arm(loop_.timers(), limit);
  co_await watched_->readable();
}

// ---- what is told -------------------------------------------------------------------------------

std::string tried_text(std::span<const Attempt> attempts, std::uint16_t port) {
  std::string text;
  for (const Attempt& attempt : attempts.first(std::min(attempts.size(), kToldAddresses))) {
    if (!text.empty()) text += ", ";
    text += endpoint_text(attempt.address, port);
    text += ": ";
    text += attempt.under_way ? "no answer" : std::strerror(attempt.error);
  }
  if (attempts.size() > kToldAddresses) {
    text += fmt::format(" and {} more", attempts.size() - kToldAddresses);
  }
  return text;
}

std::unexpected<ConnectError> failed(ConnectFailure failure, std::string message) {
  return std::unexpected(ConnectError{failure, std::move(message)});
}

std::unexpected<ConnectError> unresolved(const ResolveError& error) {
  const bool late = error.failure == ResolveFailure::kTimeout;
  return failed(late ? ConnectFailure::kTimeout : ConnectFailure::kDns, error.message);
}

std::unexpected<ConnectError> blocked(std::string_view host, const IpAddress& address) {
  const char* kind = is_never_allowed(address) ? "a link-local or metadata" : "an internal";
  return failed(ConnectFailure::kBlocked,
                fmt::format("'{}' has the address {}, {} one, which is not allowed (see "
                            "BARBACANE_ALLOW_INTERNAL_EGRESS)",
                            host, to_text(address), kind));
}

}  // namespace

Socket::~Socket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Task<std::expected<Connected, ConnectError>> connect(EventLoop& loop, Resolver& resolver,
                                                     std::string host, std::uint16_t port,
                                                     Egress egress, Clock::time_point deadline) {
  Answer answer(loop, resolver, host, deadline);
  const Resolution resolution = co_await answer;
  if (!resolution) co_return unresolved(resolution.error());
  const Addresses& addresses = *resolution;
  if (const auto found = first_blocked(egress, addresses)) co_return blocked(host, *found);

  Race race(loop, port);
  std::size_t next = 0;
  std::size_t due = 1;  // how many may have been started, had none failed
  Clock::time_point next_due = Clock::now() + kHeadStart;
  for (;;) {
    const auto may_start = [&] { return next < addresses.size() && next < due + race.failed(); };
    if (may_start()) {
      race.start(addresses[next++]);
      next_due = Clock::now() + kHeadStart;
    }
    if (Attempt* winner = race.winner()) {
      for (const Attempt& attempt : race.attempts()) {
        if (&attempt != winner) resolver.demote(host, attempt.address);
      }
      co_return Connected{std::move(winner->socket), winner->address};
    }
    if (may_start()) continue;
    if (race.under_way() == 0) {
      co_return failed(ConnectFailure::kConnect, fmt::format("cannot connect to '{}' ({})", host,
                                                             tried_text(race.attempts(), port)));
    }
    const Clock::time_point now = Clock::now();
    if (now >= deadline) {
      co_return failed(ConnectFailure::kTimeout,
                       fmt::format("connecting to '{}' took too long ({})", host,
                                   tried_text(race.attempts(), port)));
    }
    const Clock::time_point until =
        next < addresses.size() ? std::min(next_due, deadline) : deadline;
    co_await race.wait(std::chrono::ceil<milliseconds>(std::max(until - now, Clock::duration(0))));
    if (Clock::now() >= next_due) ++due;
  }
}

}  // namespace barbacane::net
