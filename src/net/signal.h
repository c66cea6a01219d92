#pragma once

#include <coroutine>

#include "net/event_loop.h"

/// Something that happens once, and the coroutines that wait for it.
///
/// How one coroutine learns that another has ended, and how a wait is given up from a callback.
/// Its loop's thread only; must outlive those who wait.
namespace barbacane::net {

class Signal {
 public:
  explicit Signal(EventLoop& loop) : loop_(loop) {}

  /// Whoever waits goes on in this turn of the loop; later waits do not wait.
  void raise() {
    raised_ = true;
    while (Waiter* waiter = waiters_.pop()) loop_.make_ready(*waiter, true);
  }
  bool raised() const { return raised_; }
  /// Only whoever waits now goes on: for what happens again and again.
  void pulse() {
    while (Waiter* waiter = waiters_.pop()) loop_.make_ready(*waiter, true);
  }

  class [[nodiscard]] Wait final : private Waiter {
   public:
    explicit Wait(Signal& signal) : signal_(signal) {}
    bool await_ready() const noexcept { return signal_.raised_; }
    void await_suspend(std::coroutine_handle<> coroutine) {
      coroutine_ = coroutine;
      signal_.waiters_.push(*this);
    }
    void await_resume() const noexcept {}

   private:
    Signal& signal_;
  };
  Wait wait() { return Wait(*this); }

 private:
  EventLoop& loop_;
  WaiterList waiters_;
  bool raised_ = false;
};

}  // namespace barbacane::net
