#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include <poll.h>

#include "net/detail/address_cache.h"
#include "net/detail/dns_channel.h"
#include "net/detail/file_stamp.h"
#include "net/resolver.h"

namespace barbacane::net {

struct Resolver::Waiter {
  Waiter(Clock::time_point deadline_, Callback callback_)
      : deadline(deadline_), callback(std::move(callback_)) {}

  /// The first call counts.
  void tell(const Resolution& resolution) {
    const std::scoped_lock lock(mutex);
    if (!callback) return;
    const Callback told = std::move(callback);
    callback = nullptr;
    told(resolution);
  }
  void cancel() {
    const std::scoped_lock lock(mutex);
    callback = nullptr;
  }

  const Clock::time_point deadline;
  std::mutex mutex;  ///< held while calling back, so that `cancel` waits for that
  Callback callback;
};

/// What the face promises, and the thread that keeps it. The mutexes are never held together save
/// `pending_mutex_` before `cache_mutex_`, and neither while somebody is called back.
class Resolver::Worker {
 public:
  explicit Worker(ResolverOptions options)
      : options_(std::move(options)), cache_(options_.limits) {}
  ~Worker();

  std::optional<Resolution> cached(std::string_view name);
  Query resolve(const std::string& name, Clock::time_point deadline, Callback callback);
  void demote(std::string_view name, const IpAddress& address);

 private:
  using Waiters = std::vector<std::shared_ptr<Waiter>>;

  /// A name that is being asked for.
  struct Pending {
    Waiters waiters;
    Clock::time_point asked_at;
    bool impatient = false;  ///< the first answer takes long, and something was done about it
  };

  // Any thread, under `pending_mutex_`.
  bool start();
  void wake_up() const;

  // The thread's.
  void run();
  bool take_asked(std::vector<std::string>& asked);
  void ask(const std::string& name);
  void ask_dns(const std::string& name, detail::Families families);
  void answered(const std::string& name, detail::Families families, detail::DnsAnswer answer);
  bool is_pending(const std::string& name);
  /// Tells all who wait for the name; it stays pending while it is asked on.
  enum class End : std::uint8_t { kFinished, kAskedOn };
  void tell(const std::string& name, const Resolution& resolution, End end);
  void be_on_time();
  void lose_patience(const std::string& name);
  std::chrono::milliseconds wait_limit();
  void wait(std::chrono::milliseconds limit);
  detail::DnsChannel* channel(std::string& reason);
  void warn_stale(std::string_view name, std::string_view why) const;

  const ResolverOptions options_;

  std::mutex cache_mutex_;
  detail::AddressCache cache_;

  std::mutex pending_mutex_;
  std::unordered_map<std::string, Pending> pending_;
  std::vector<std::string> asked_;  ///< pending names that the thread has not seen yet
  bool stopping_ = false;
  int wake_up_ = -1;  ///< eventfd
  std::thread thread_;

  // The thread's own.
  std::unique_ptr<detail::DnsChannel> channel_;
  std::vector<std::unique_ptr<detail::DnsChannel>> retired_;  ///< of older configurations
  detail::FileStamp configuration_;
  Clock::time_point configuration_checked_;
  std::vector<pollfd> polled_;
};

}  // namespace barbacane::net
