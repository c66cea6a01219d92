#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "net/task.h"
#include "net/timer_wheel.h"

/// One thread's loop: sockets, coroutines and deadlines.
///
/// Each worker owns one and runs it on its own thread; nothing in it is shared. Everything is
/// called on that thread except `post` and `stop`, which any thread may call. Sockets are watched
/// level-triggered, so a request that is read at once and answered at once costs one read, one
/// write, and a share of one wait (see `descriptor.h`). Destroying a loop destroys the coroutines
/// still suspended on it.
namespace barbacane::net {

class Descriptor;

/// A suspended coroutine on a list of those that wait for the same thing; lives in its frame, and
/// takes itself off the list when the frame is destroyed.
class Waiter {
 public:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() { unlink(); }

 protected:
  std::coroutine_handle<> coroutine_;
  bool granted_ = false;  ///< what was waited for has come; false: the wait was cut short

 private:
  friend class WaiterList;
  friend class EventLoop;
  friend class Descriptor;
  void unlink();

  Waiter* next_ = nullptr;
  Waiter** link_ = nullptr;  ///< what points at this one; null when on no list
  class WaiterList* list_ = nullptr;
};

/// First in, first out.
class WaiterList {
 public:
  WaiterList() = default;
  WaiterList(const WaiterList&) = delete;
  WaiterList& operator=(const WaiterList&) = delete;
  ~WaiterList();

  bool empty() const { return first_ == nullptr; }
  std::size_t size() const { return size_; }
  void push(Waiter& waiter);
  Waiter* pop();

 private:
  friend class Waiter;
  Waiter* first_ = nullptr;
  Waiter** end_ = &first_;
  std::size_t size_ = 0;
};

class EventLoop {
 public:
  using Clock = std::chrono::steady_clock;

  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  TimerWheel& timers() { return timers_; }
  /// The time of this turn of the loop: read once a turn, good enough for everything that counts in
  /// milliseconds.
  Clock::time_point now() const { return now_; }

  /// Runs until `stop`, on the calling thread. A stop that comes before it counts.
  void run();
  /// The same for a while; for tests.
  void run_for(std::chrono::milliseconds duration);
  /// Does what can be done without waiting; for tests.
  void poll();
  void stop();
  /// Runs `work` on the loop's thread, later.
  void post(std::function<void()> work);
  /// Starts a coroutine; it runs until its first wait before this returns.
  void spawn(Task<> task);
  /// Destroys everything that was spawned and still waits, as the loop's own end does: for owners
  /// of what those coroutines refer to.
  void abandon();

  /// Suspends the calling coroutine; never blocks the thread. To the millisecond, unlike deadlines.
  Task<> sleep(std::chrono::milliseconds duration);
  /// Lets everything else that is ready go first.
  Task<> yield();

 private:
  friend class Descriptor;
  friend class Signal;
  struct Spawned;
  struct Sleep;
  struct Yield;

  /// One look at the sockets, then everything that became ready. Waits no longer than `limit`.
  /// False when there was nothing to do.
  bool turn(std::chrono::milliseconds limit);
  int wait_limit(std::chrono::milliseconds limit) const;
  void take_posted();
  void wake_sleepers();
  void run_ready();
  /// To be resumed in this turn.
  void make_ready(Waiter& waiter, bool granted);

  int epoll_ = -1;
  int wake_up_ = -1;  ///< eventfd: another thread has work for us
  std::atomic<bool> stopped_{false};
  Clock::time_point now_;
  TimerWheel timers_;
  WaiterList ready_;
  std::multimap<Clock::time_point, Sleep*> sleepers_;
  std::mutex posted_mutex_;
  std::vector<std::function<void()>> posted_;
  Spawned* spawned_ = nullptr;  ///< what was started and has not ended
};

}  // namespace barbacane::net
