#pragma once

#include <chrono>
#include <functional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "net/timer_wheel.h"

/// One thread's loop: sockets, coroutines and deadlines.
///
/// Each worker owns one and runs it on its own thread; nothing in it is shared. Everything is
/// called on that thread except `post` and `stop`, which any thread may call. Coroutines are
/// `Task`s with the loop's concrete executor, which spares the type-erased one on every resumption.
/// Destroying a loop destroys the coroutines still suspended on it.
namespace barbacane::net {

using Executor = boost::asio::io_context::executor_type;

template <class T = void>
using Task = boost::asio::awaitable<T, Executor>;

class EventLoop {
 public:
  EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  boost::asio::io_context& context() { return context_; }
  Executor executor() { return context_.get_executor(); }
  TimerWheel& timers() { return timers_; }

  /// Runs until `stop`, on the calling thread.
  void run();
  void stop();
  /// Runs `work` on the loop's thread, later.
  void post(std::function<void()> work);
  /// Starts a coroutine; it runs until its first wait before this returns control to the loop. An
  /// exception that leaves it ends the process: coroutines deal with their own.
  void spawn(Task<> task);

  /// Suspends the calling coroutine; never blocks the thread.
  Task<> sleep(std::chrono::milliseconds duration);

 private:
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<Executor> work_;
  TimerWheel timers_;
};

}  // namespace barbacane::net
