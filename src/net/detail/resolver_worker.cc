#include "net/detail/resolver_worker.h"

#include <algorithm>
#include <csignal>
#include <span>
#include <system_error>

#include <fmt/format.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "net/detail/address_order.h"
#include "net/detail/host_name.h"
#include "net/detail/hosts_file.h"

namespace barbacane::net {

namespace {

using std::chrono::milliseconds;
using Time = Resolver::Clock::time_point;

const IpAddress kLoopback4 = *parse_ip("127.0.0.1");
const IpAddress kLoopback6 = *parse_ip("::1");

ResolveError error_of(std::string_view name, const detail::DnsAnswer& answer) {
  if (answer.outcome == detail::DnsAnswer::Outcome::kNoSuchName) {
    return {ResolveFailure::kNoSuchName, fmt::format("'{}' has no address in DNS", name)};
  }
  return {ResolveFailure::kFailed, fmt::format("DNS failed for '{}': {}", name, answer.reason)};
}

}  // namespace

Resolver::Worker::~Worker() {
  if (thread_.joinable()) {
    {
      const std::scoped_lock lock(pending_mutex_);
      stopping_ = true;
    }
    wake_up();
    thread_.join();
  }
  if (wake_up_ >= 0) ::close(wake_up_);
}

std::optional<Resolution> Resolver::Worker::cached(std::string_view name) {
  const std::scoped_lock lock(cache_mutex_);
  return cache_.find(name, Clock::now());
}

void Resolver::Worker::demote(std::string_view name, const IpAddress& address) {
  const std::scoped_lock lock(cache_mutex_);
  cache_.demote(name, address);
}

Resolver::Query Resolver::Worker::resolve(const std::string& name, Time deadline,
                                          Callback callback) {
  std::optional<Resolution> known;
  {
    const std::scoped_lock lock(pending_mutex_);
    auto found = pending_.find(name);
    // With an expired answer at hand a name may be pending and known.
    known = cached(name);
    if (!known && found == pending_.end()) {
      if (pending_.size() >= options_.limits.pending_names) {
        known = std::unexpected(
            ResolveError{ResolveFailure::kFailed, "too many names are being asked for at once"});
      } else if (!start()) {
        known = std::unexpected(
            ResolveError{ResolveFailure::kFailed, "the resolver's thread cannot be started"});
      } else {
        found = pending_.emplace(name, Pending{.waiters = {}, .asked_at = Clock::now()}).first;
        asked_.push_back(name);
      }
    }
    if (!known) {
      auto waiter = std::make_shared<Waiter>(deadline, std::move(callback));
      found->second.waiters.push_back(waiter);
      wake_up();  // a deadline may be the next one
      return Query(std::move(waiter));
    }
  }
  callback(*known);
  return {};
}

bool Resolver::Worker::start() {
  if (thread_.joinable()) return true;
  if (wake_up_ < 0) wake_up_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_up_ < 0) return false;
  // The process's signals are for the threads that know about them.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  bool started = true;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {
    started = false;  // no more threads for this process; tried again with the next name
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return started;
}

void Resolver::Worker::wake_up() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_up_, &one, sizeof one);
}

void Resolver::Worker::run() {
  ::pthread_setname_np(::pthread_self(), "dns");
  std::vector<std::string> asked;
  while (take_asked(asked)) {
    for (const std::string& name : asked) ask(name);
    be_on_time();
    wait(wait_limit());
  }
  channel_.reset();
  retired_.clear();
}

bool Resolver::Worker::take_asked(std::vector<std::string>& asked) {
  asked.clear();
  const std::scoped_lock lock(pending_mutex_);
  asked.swap(asked_);
  return !stopping_;
}

void Resolver::Worker::ask(const std::string& name) {
  detail::DnsAnswer answer;
  answer.outcome = detail::DnsAnswer::Outcome::kFound;
  answer.addresses = detail::in_turns(detail::find_in_hosts_file(options_.hosts_file, name));
  if (answer.addresses.empty() && detail::is_localhost(name)) {
    answer.addresses = {kLoopback4, kLoopback6};
  }
  if (answer.addresses.empty()) {
    if (!detail::is_invalid(name)) return ask_dns(name, detail::Families::kBoth);
    answer.outcome = detail::DnsAnswer::Outcome::kNoSuchName;
  }
  answered(name, detail::Families::kBoth, std::move(answer));
}

void Resolver::Worker::ask_dns(const std::string& name, detail::Families families) {
  detail::DnsAnswer none;
  if (detail::DnsChannel* current = channel(none.reason)) {
    return current->ask(name, families, [this, name, families](detail::DnsAnswer answer) {
      answered(name, families, std::move(answer));
    });
  }
  answered(name, families, std::move(none));
}

void Resolver::Worker::answered(const std::string& name, detail::Families families,
                                detail::DnsAnswer answer) {
  const bool found = answer.outcome == detail::DnsAnswer::Outcome::kFound;
  // The question for both families says what to tell, if it was answered first or is open still.
  if (families == detail::Families::kIpv4 && (!found || !is_pending(name))) return;
  const End end = families == detail::Families::kBoth ? End::kFinished : End::kAskedOn;
  if (found) {
    {
      const std::scoped_lock lock(cache_mutex_);
      cache_.keep(name, answer.addresses, answer.ttl, Clock::now());
    }
    return tell(name, std::move(answer.addresses), end);
  }
  const ResolveError error = error_of(name, answer);
  bool used_stale = false;
  Resolution resolution;
  {
    const std::scoped_lock lock(cache_mutex_);
    resolution = cache_.fail(name, error, Clock::now(), used_stale);
  }
  if (used_stale) warn_stale(name, error.message);
  tell(name, resolution, end);
}

bool Resolver::Worker::is_pending(const std::string& name) {
  const std::scoped_lock lock(pending_mutex_);
  return pending_.contains(name);
}

void Resolver::Worker::tell(const std::string& name, const Resolution& resolution, End end) {
  Waiters waiters;
  {
    const std::scoped_lock lock(pending_mutex_);
    const auto found = pending_.find(name);
    if (found == pending_.end()) return;
    waiters.swap(found->second.waiters);
    if (end == End::kFinished) pending_.erase(found);
  }
  for (const auto& waiter : waiters) waiter->tell(resolution);
}

void Resolver::Worker::be_on_time() {
  const Time now = Clock::now();
  std::vector<std::pair<std::string, std::shared_ptr<Waiter>>> late;
  std::vector<std::string> slow;
  {
    const std::scoped_lock lock(pending_mutex_);
    for (auto& [name, pending] : pending_) {
      std::erase_if(pending.waiters, [&](const std::shared_ptr<Waiter>& waiter) {
        if (waiter->deadline > now) return false;
        late.emplace_back(name, waiter);
        return true;
      });
      if (!pending.impatient && pending.asked_at + options_.patience <= now) {
        pending.impatient = true;
        slow.push_back(name);
      }
    }
  }
  for (const auto& [name, waiter] : late) {
    waiter->tell(std::unexpected(ResolveError{
        ResolveFailure::kTimeout, fmt::format("DNS has not answered for '{}' in time", name)}));
  }
  for (const std::string& name : slow) lose_patience(name);
}

void Resolver::Worker::lose_patience(const std::string& name) {
  std::optional<Addresses> stale;
  {
    const std::scoped_lock lock(cache_mutex_);
    stale = cache_.use_stale(name, Clock::now());
  }
  if (!stale) return ask_dns(name, detail::Families::kIpv4);
  warn_stale(name, fmt::format("DNS is slow to answer for '{}'", name));
  tell(name, *std::move(stale), End::kAskedOn);
}

milliseconds Resolver::Worker::wait_limit() {
  milliseconds limit = std::chrono::hours(1);
  const Time now = Clock::now();
  const auto shorten = [&](Time due) {
    limit = std::clamp(std::chrono::ceil<milliseconds>(due - now), milliseconds(0), limit);
  };
  {
    const std::scoped_lock lock(pending_mutex_);
    for (const auto& [name, pending] : pending_) {
      if (!pending.impatient) shorten(pending.asked_at + options_.patience);
      for (const auto& waiter : pending.waiters) shorten(waiter->deadline);
    }
  }
  if (channel_ != nullptr) limit = channel_->wait_limit(limit);
  for (const auto& old : retired_) limit = old->wait_limit(limit);
  return limit;
}

void Resolver::Worker::wait(milliseconds limit) {
  polled_.assign(1, {wake_up_, POLLIN, 0});
  if (channel_ != nullptr) channel_->add_descriptors(polled_);
  for (const auto& old : retired_) old->add_descriptors(polled_);
  ::poll(polled_.data(), polled_.size(), static_cast<int>(limit.count()));
  if (polled_.front().revents != 0) {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(wake_up_, &count, sizeof count);
  }
  const auto of_channels = std::span(polled_).subspan(1);
  if (channel_ != nullptr) channel_->process(of_channels);
  for (const auto& old : retired_) old->process(of_channels);
  std::erase_if(retired_, [](const auto& old) { return old->open_questions() == 0; });
}

detail::DnsChannel* Resolver::Worker::channel(std::string& reason) {
  const Time now = Clock::now();
  if (channel_ != nullptr && now - configuration_checked_ < options_.configuration_check) {
    return channel_.get();
  }
  configuration_checked_ = now;
  const detail::FileStamp stamp = detail::FileStamp::of(options_.resolv_conf);
  if (channel_ != nullptr && stamp == configuration_) return channel_.get();
  auto opened = detail::DnsChannel::open(options_, reason);
  // A file caught half-written is no reason to forget servers that work.
  if (opened == nullptr) return channel_.get();
  configuration_ = stamp;
  if (channel_ != nullptr) retired_.push_back(std::move(channel_));
  channel_ = std::move(opened);
  return channel_.get();
}

void Resolver::Worker::warn_stale(std::string_view name, std::string_view why) const {
  if (!options_.warn) return;
  options_.warn(fmt::format("{}; '{}' keeps the addresses it had", why, name));
}

}  // namespace barbacane::net
