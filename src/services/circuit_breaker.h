#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <expected>
#include <mutex>

/// A switch before an upstream that fails: it opens after some failures, so that requests are
/// refused at once instead of waiting for the next one (plugin ABI contract, 9.4).
///
/// Closed, until `threshold` failures fall within `window` of the first of them; then open, for
/// `reset_timeout`; then half-open: one request, the probe, goes through and decides. A success
/// while closed forgets the failures before it.
///
/// All workers share one breaker. While nothing fails, a request reads one word of it and writes
/// none; an open breaker refuses without a lock. Any thread.
namespace barbacane::services {

struct BreakerSettings {
  unsigned threshold = 5;
  std::chrono::milliseconds window{60'000};
  std::chrono::milliseconds reset_timeout{30'000};

  friend bool operator==(const BreakerSettings&, const BreakerSettings&) = default;
};

class CircuitBreaker {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit CircuitBreaker(const BreakerSettings& settings) : settings_(settings) {}
  CircuitBreaker(const CircuitBreaker&) = delete;
  CircuitBreaker& operator=(const CircuitBreaker&) = delete;

  /// The leave of one request to go upstream, which also reports what became of it.
  ///
  /// What is reported after the breaker has changed its state in the meantime counts no more. A
  /// probe that is destroyed without a word (its client left, its target was refused) makes room
  /// for the next one. Must not outlive its breaker.
  class Pass {
   public:
    /// Of a request without a breaker: reports go nowhere.
    Pass() = default;
    Pass(Pass&& other) noexcept;
    Pass& operator=(Pass&& other) noexcept;
    ~Pass() { give_up(); }

    bool is_probe() const { return kind_ == Kind::kProbe; }

    /// The head of an answer has come, of whatever status: enough for a probe, so that a long body
    /// does not keep everybody waiting.
    void answered();
    /// The whole answer has come.
    void succeeded();
    /// Could not connect, TLS, timeout, broken while sending or receiving, also after `answered`.
    void failed(TimePoint now);

   private:
    friend class CircuitBreaker;
    enum class Kind : std::uint8_t { kNone, kOrdinary, kProbe };

    Pass(CircuitBreaker* breaker, Kind kind, std::uint64_t word)
        : breaker_(breaker), word_(word), kind_(kind) {}
    void give_up();

    CircuitBreaker* breaker_ = nullptr;
    std::uint64_t word_ = 0;  ///< the breaker's when it let the request through
    Kind kind_ = Kind::kNone;
  };

  const BreakerSettings& settings() const { return settings_; }

  /// A pass, or how long it may take until the next probe: at least a second, for `Retry-After`.
  std::expected<Pass, std::chrono::seconds> admit(TimePoint now);

 private:
  enum class State : std::uint64_t {
    kClean,    ///< closed, no failure counted
    kFailing,  ///< closed, with failures
    kOpen,
    kHalfOpen,
  };

  static State state_of(std::uint64_t word);
  static bool is_closed(std::uint64_t word);

  // What passes report; each with the word its request was let through with.
  void count_failure(std::uint64_t word, TimePoint now);
  void forget_failures(std::uint64_t word);
  std::uint64_t close_after_probe(std::uint64_t word);
  void end_probe(std::uint64_t word, TimePoint now);
  void return_probe(std::uint64_t word);

  // Under the lock.
  bool is_current(std::uint64_t word) const;
  std::uint64_t enter(State state);
  void open(TimePoint now);

  const BreakerSettings settings_;
  /// The state in the two lowest bits; above them a number that changes with every change between
  /// closed, open and half-open, so that late reports are recognised.
  std::atomic<std::uint64_t> word_{0};
  std::atomic<TimePoint> open_until_{};
  std::mutex mutex_;
  unsigned failures_ = 0;
  TimePoint first_failure_;
};

}  // namespace barbacane::services
