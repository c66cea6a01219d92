#pragma once

#include <array>
#include <chrono>
#include <cstdint>

/// Deadlines as numbers: one coarse clock a worker instead of a timer object for every wait.
///
/// A `Deadline` is moved by writing one number; the wheel looks at it when its slot comes up, and
/// either fires it or, when it was moved meanwhile, files it again. Precision is one tick (100 ms),
/// late rather than early, save for the time a stalled loop missed. The loop asks the wheel how
/// long it may sleep and turns it afterwards; an empty wheel lets it sleep for good. One thread
/// only; a wheel that dies lets go of its deadlines.
namespace barbacane::net {

class TimerWheel;

/// One wait that may be cut short. Its owner derives from it and is told by `expired`.
class Deadline {
 public:
  Deadline() = default;
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  virtual ~Deadline();

  /// From now on, at once when `after` is not positive; replaces an earlier deadline.
  void arm(TimerWheel& wheel, std::chrono::milliseconds after);
  void disarm() { due_tick_ = kNever; }
  bool armed() const { return due_tick_ != kNever; }

 protected:
  /// Called once, on the loop's thread, with the deadline disarmed.
  virtual void expired() = 0;

 private:
  friend class TimerWheel;
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};

  void unlink();

  std::uint64_t due_tick_ = kNever;
  std::uint64_t filed_tick_ = kNever;  ///< tick at which its slot is visited; kNever = not filed
  Deadline* next_ = nullptr;
  Deadline** link_ = nullptr;  ///< what points at this one
  TimerWheel* wheel_ = nullptr;
};

class TimerWheel {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kTick{100};

  TimerWheel() : origin_(Clock::now()) {}
  ~TimerWheel();
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  bool empty() const { return filed_ == 0; }
  /// When the next tick is due; of no meaning while empty.
  Clock::time_point next_tick() const {
    return origin_ + kTick * static_cast<std::int64_t>(done_tick_ + 1);
  }
  /// Fires what is due by `now`.
  void turn(Clock::time_point now);

 private:
  friend class Deadline;
  static constexpr std::size_t kSlots = 1024;

  std::uint64_t tick_at(Clock::time_point now) const {
    return static_cast<std::uint64_t>((now - origin_) / kTick);
  }
  /// The tick deadlines count from: read from the clock only when the wheel stands still.
  std::uint64_t base_tick();
  void file(Deadline& deadline, std::uint64_t tick);
  void visit(std::uint64_t tick);

  Clock::time_point origin_;
  std::uint64_t done_tick_ = 0;  ///< slots up to this one were visited
  std::size_t filed_ = 0;
  std::array<Deadline*, kSlots> slots_{};
};

}  // namespace barbacane::net
