#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

/// The clock by which guests run out of time: calls `tick` about every millisecond while guests
/// run, from a thread of its own.
///
/// When no guest was entered for a while the thread sleeps, so that an idle gateway does not wake
/// up a thousand times a second. A tick that comes late is not made up for: what a busy machine
/// takes from everybody is not held against a guest.
namespace barbacane::wasm {

class Ticker {
 public:
  static constexpr std::chrono::milliseconds kPeriod{1};

  /// `tick` must be callable from any thread until the ticker is gone.
  explicit Ticker(std::function<void()> tick);
  ~Ticker();

  /// A guest is about to run. Any thread; almost always a single load.
  void entered() {
    if (!used_.load(std::memory_order_relaxed)) wake();
  }

  /// Ticks so far. Any thread.
  std::uint64_t now() const { return now_.load(std::memory_order_relaxed); }

 private:
  void run();
  void wake();

  const std::function<void()> tick_;
  std::atomic<std::uint64_t> now_{0};
  /// Whether a guest was entered since the thread last looked; no guest may run for longer than
  /// the time between two looks.
  alignas(64) std::atomic<bool> used_{false};
  std::atomic<bool> asleep_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace barbacane::wasm
