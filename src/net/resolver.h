#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/ip_address.h"

/// Names to addresses, without a worker ever waiting.
///
/// One resolver serves the process. It asks DNS from a thread of its own, which starts with the
/// first name that needs it, merges questions for one name and remembers the answers: good ones as
/// long as their TTL says, between a floor and a ceiling, failures for a moment. While DNS fails or
/// is slow, an answer that has expired lately is used on (RFC 8767), and `Options::warn` is told.
/// The hosts file comes before DNS; `localhost` and what ends in `.localhost` are the loopback
/// without either, and below `.invalid` there are no hosts but those of the file (RFC 6761, 6.3 and
/// 6.4); addresses, bracketed or not, are answered as they are. Both files are read anew when they
/// change.
///
/// Addresses come in the order to try them in: by RFC 6724, then families in turn (RFC 8305, 4).
/// Any thread may call anything. Nothing here judges an address: see `egress.h`.
namespace barbacane::net {

using Addresses = std::vector<IpAddress>;

enum class ResolveFailure : std::uint8_t {
  kNotAName,    ///< neither a host name nor an address; nobody was asked
  kNoSuchName,  ///< DNS says so, or knows it without any address
  kFailed,      ///< DNS could not be asked, or gave nothing of use
  kTimeout,     ///< the deadline of the one who asks
};

struct ResolveError {
  ResolveFailure failure;
  std::string message;  ///< for the log

  bool operator==(const ResolveError&) const = default;
};

/// Never an empty list.
using Resolution = std::expected<Addresses, ResolveError>;

/// How long answers are remembered, and how many.
struct ResolverLimits {
  std::chrono::milliseconds ttl_floor{std::chrono::seconds(1)};
  std::chrono::milliseconds ttl_ceiling{std::chrono::minutes(5)};
  std::chrono::milliseconds no_such_name{std::chrono::seconds(5)};
  std::chrono::milliseconds failure{std::chrono::seconds(1)};
  /// An expired answer helps out this long after its expiry,
  std::chrono::milliseconds stale{std::chrono::minutes(10)};
  /// and while it does DNS is asked again at this interval.
  std::chrono::milliseconds stale_recheck{std::chrono::seconds(5)};
  std::size_t names = 4096;          ///< the one unused for longest is forgotten first
  std::size_t pending_names = 1024;  ///< asked at once; more fail
};

struct ResolverOptions {
  ResolverLimits limits;
  std::string hosts_file = "/etc/hosts";
  std::string resolv_conf = "/etc/resolv.conf";
  std::string servers;  ///< `address:port,...` instead of those of `resolv_conf`
  std::chrono::milliseconds query_timeout{1000};  ///< of one try; later ones wait longer
  int tries = 3;
  /// Without an answer for so long, an expired one is used, or IPv4 asked for alone: there are
  /// servers that never answer for IPv6.
  std::chrono::milliseconds patience{500};
  /// How often `resolv_conf` is looked at, when somebody asks.
  std::chrono::milliseconds configuration_check{2000};
  /// One sentence for the log, from the resolver's thread.
  std::function<void(std::string_view)> warn;
};

class Resolver {
 public:
  using Clock = std::chrono::steady_clock;
  using Callback = std::function<void(const Resolution&)>;
  class Query;

  explicit Resolver(ResolverOptions options = {});
  /// Whoever still waits is not called any more.
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// What is known without asking anybody, failures included.
  std::optional<Resolution> cached(std::string_view host);

  /// Calls back once: before it returns when the answer is known, else from the resolver's thread,
  /// which the callback must not hold up. At the deadline the answer is `kTimeout`.
  [[nodiscard]] Query resolve(std::string_view host, Clock::time_point deadline, Callback callback);

  /// Puts an address last among those of its name until the name is asked for again: it refused, or
  /// was slower than another.
  void demote(std::string_view host, const IpAddress& address);

 private:
  class Worker;
  struct Waiter;
  std::unique_ptr<Worker> worker_;
};

/// An answer that is waited for. Once it is destroyed the callback is not running and will not run;
/// so the callback must not destroy it.
class Resolver::Query {
 public:
  Query() = default;
  Query(Query&&) noexcept = default;
  Query& operator=(Query&& other) noexcept;
  ~Query() { cancel(); }

  void cancel();

 private:
  friend class Worker;
  explicit Query(std::shared_ptr<Waiter> waiter) : waiter_(std::move(waiter)) {}
  std::shared_ptr<Waiter> waiter_;
};

}  // namespace barbacane::net
