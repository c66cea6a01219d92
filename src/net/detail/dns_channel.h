#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <poll.h>

#include "net/resolver.h"

struct ares_channeldata;

/// Questions to the servers of one reading of `resolv.conf`: the only place that knows c-ares.
///
/// Owns no thread: whoever does polls `descriptors`, no longer than `wait_limit`, and calls
/// `process`. One thread only. Destroying a channel drops the questions that are open.
namespace barbacane::net::detail {

struct DnsAnswer {
  enum class Outcome : std::uint8_t { kFound, kNoSuchName, kFailed };
  Outcome outcome = Outcome::kFailed;
  Addresses addresses;
  std::chrono::seconds ttl{0};  ///< the smallest of all records that led to them
  std::string reason;           ///< of a failure
};

enum class Families : std::uint8_t { kBoth, kIpv4 };

class DnsChannel {
 public:
  /// Must not throw and must not destroy the channel.
  using Done = std::function<void(DnsAnswer)>;

  /// Null with the reason when the configuration cannot be used.
  static std::unique_ptr<DnsChannel> open(const ResolverOptions& options, std::string& reason);
  ~DnsChannel();
  DnsChannel(const DnsChannel&) = delete;
  DnsChannel& operator=(const DnsChannel&) = delete;

  /// Perhaps done before this returns.
  void ask(const std::string& name, Families families, Done done);
  std::size_t open_questions() const { return open_questions_; }

  void add_descriptors(std::vector<pollfd>& polled) const;
  /// When a question wants to be asked again; `limit` when none does sooner.
  std::chrono::milliseconds wait_limit(std::chrono::milliseconds limit) const;
  /// What poll found, also of descriptors that are not ours.
  void process(std::span<const pollfd> polled);

 private:
  struct Question;
  DnsChannel() = default;
  static void watch(void* channel, int descriptor, int readable, int writable);

  ares_channeldata* channel_ = nullptr;
  std::map<int, short> watched_;  ///< poll events by descriptor
  std::size_t open_questions_ = 0;
};

}  // namespace barbacane::net::detail
