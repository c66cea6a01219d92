#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>

/// The keys that seal session tickets (RFC 5077, 4; RFC 8446, 4.6.1), the same for all workers.
///
/// A client comes back to another worker, or after a reload, and is still known. A key seals for
/// one period and opens for one more, then it is wiped. One object a process, shared by all
/// threads: who uses it keeps the current pair and looks at one number to see whether it is still
/// current, so a lock is taken once a period.
namespace barbacane::net {

struct TlsTicketKey {
  std::array<std::uint8_t, 16> name{};  ///< goes in front of the ticket
  std::array<std::uint8_t, 32> aes{};
  std::array<std::uint8_t, 32> hmac{};

  TlsTicketKey() = default;
  TlsTicketKey(const TlsTicketKey&) = default;
  TlsTicketKey& operator=(const TlsTicketKey&) = default;
  ~TlsTicketKey();
};

class TlsTicketKeys {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::hours kPeriod{8};

  struct Pair {
    TlsTicketKey current;
    TlsTicketKey previous;  ///< random and unused in the first period
    Clock::time_point rotate_at;
  };

  /// `period` shorter than the default is for tests.
  explicit TlsTicketKeys(Clock::duration period = kPeriod);

  /// Brings `seen` up to date: a copy of the caller's, empty at first.
  void refresh(std::shared_ptr<const Pair>& seen, Clock::time_point now);

 private:
  void rotate(Clock::time_point now);

  const Clock::duration period_;
  std::atomic<std::uint64_t> rotate_at_;  ///< of `pair_`, in ticks of the clock
  std::mutex mutex_;
  std::shared_ptr<const Pair> pair_;
};

}  // namespace barbacane::net
