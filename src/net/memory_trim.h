#pragma once

#include <chrono>

#include "net/timer_wheel.h"

/// Gives memory back to the system once a burst of load is over.
///
/// The allocator keeps what was freed for the next allocation, which is right under load and wrong
/// for good. One worker's thread.
namespace barbacane::net {

class MemoryTrim final : private Deadline {
 public:
  explicit MemoryTrim(TimerWheel& timers) : timers_(timers) {}

  /// Something large was freed; a while after the last time the allocator is asked to let go.
  void freed() { arm(timers_, kCalm); }

 private:
  static constexpr std::chrono::milliseconds kCalm{2'000};

  void expired() override;

  TimerWheel& timers_;
};

}  // namespace barbacane::net
