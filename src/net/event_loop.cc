#include "net/event_loop.h"

#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace barbacane::net {

// UNSAFE_IO: one thread touches the sockets, so the reactor needs no locks; `post` keeps its own.
EventLoop::EventLoop()
    : context_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO),
      work_(context_.get_executor()),
      timers_(context_) {}

void EventLoop::run() { context_.run(); }

void EventLoop::stop() { context_.stop(); }

void EventLoop::post(std::function<void()> work) { boost::asio::post(context_, std::move(work)); }

void EventLoop::spawn(Task<> task) {
  boost::asio::co_spawn(context_.get_executor(), std::move(task), [](std::exception_ptr failure) {
    if (failure) std::terminate();
  });
}

Task<> EventLoop::sleep(std::chrono::milliseconds duration) {
  boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                    boost::asio::wait_traits<std::chrono::steady_clock>, Executor>
      timer(executor(), duration);
  boost::system::error_code ignored;
  co_await timer.async_wait(
      boost::asio::redirect_error(boost::asio::use_awaitable_t<Executor>{}, ignored));
}

}  // namespace barbacane::net
