#include "net/event_loop.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "net/descriptor.h"

namespace barbacane::net {

namespace {

using std::chrono::milliseconds;

/// Events taken from the kernel at once.
constexpr std::size_t kEvents = 128;
/// As long as there is nothing to do.
constexpr milliseconds kForever{-1};

/// No descriptor left for a loop of a worker: nothing could be served.
int checked(int descriptor, const char* what) {
  if (descriptor >= 0) return descriptor;
  std::perror(what);
  std::abort();
}

}  // namespace

// ---- those who wait -----------------------------------------------------------------------------

void Waiter::unlink() {
  if (link_ == nullptr) return;
  *link_ = next_;
  if (next_ != nullptr) {
    next_->link_ = link_;
  } else {
    list_->end_ = link_;
  }
  --list_->size_;
  next_ = nullptr;
  link_ = nullptr;
  list_ = nullptr;
}

WaiterList::~WaiterList() {
  while (pop() != nullptr) {
  }
}

void WaiterList::push(Waiter& waiter) {
  waiter.unlink();
  waiter.list_ = this;
  waiter.link_ = end_;
  *end_ = &waiter;
  end_ = &waiter.next_;
  ++size_;
}

Waiter* WaiterList::pop() {
  Waiter* first = first_;
  if (first != nullptr) first->unlink();
  return first;
}

// ---- what was started ---------------------------------------------------------------------------

/// The outermost coroutine of a task: on its loop's list from its start to its end, and destroyed
/// with the loop if it never ends.
struct EventLoop::Spawned {
  struct Coroutine;

  std::coroutine_handle<> coroutine;
  Spawned* next = nullptr;
  Spawned** link = nullptr;
};

struct EventLoop::Spawned::Coroutine {
  struct promise_type {
    // Frames come from the thread's pool, like those of tasks.
    static void* operator new(std::size_t size) { return allocate_frame(size); }
    static void operator delete(void* frame, std::size_t size) noexcept { free_frame(frame, size); }

    promise_type(EventLoop& loop, Task<>&) {
      listed.coroutine = std::coroutine_handle<promise_type>::from_promise(*this);
      listed.next = loop.spawned_;
      listed.link = &loop.spawned_;
      if (listed.next != nullptr) listed.next->link = &listed.next;
      loop.spawned_ = &listed;
    }
    ~promise_type() {
      *listed.link = listed.next;
      if (listed.next != nullptr) listed.next->link = listed.link;
    }

    Coroutine get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { std::terminate(); }

    Spawned listed;
  };

  static Coroutine run(EventLoop&, Task<> task) { co_await task; }
};

struct EventLoop::Sleep final : Waiter {
  Sleep(EventLoop& loop_, Clock::time_point due_) : loop(loop_), due(due_) {}
  ~Sleep() {
    if (asleep) loop.sleepers_.erase(place);
  }

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> coroutine) {
    coroutine_ = coroutine;
    place = loop.sleepers_.emplace(due, this);
    asleep = true;
  }
  void await_resume() const noexcept {}

  EventLoop& loop;
  Clock::time_point due;
  std::multimap<Clock::time_point, Sleep*>::iterator place;
  bool asleep = false;
};

struct EventLoop::Yield final : Waiter {
  explicit Yield(EventLoop& loop_) : loop(loop_) {}

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> coroutine) {
    coroutine_ = coroutine;
    loop.make_ready(*this, true);
  }
  void await_resume() const noexcept {}

  EventLoop& loop;
};

// ---- the loop -----------------------------------------------------------------------------------

EventLoop::EventLoop()
    : epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wake_up_(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")),
      now_(Clock::now()) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;  // no descriptor: the loop's own
  checked(::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_up_, &event), "epoll_ctl");
}

EventLoop::~EventLoop() {
  abandon();
  posted_.clear();
  ::close(wake_up_);
  ::close(epoll_);
}

void EventLoop::abandon() {
  while (spawned_ != nullptr) spawned_->coroutine.destroy();
}

void EventLoop::run() {
  while (!stopped_.load(std::memory_order_relaxed)) turn(kForever);
  stopped_.store(false, std::memory_order_relaxed);
}

void EventLoop::run_for(milliseconds duration) {
  now_ = Clock::now();
  const Clock::time_point end = now_ + duration;
  while (!stopped_.load(std::memory_order_relaxed) && now_ < end) {
    turn(std::max(std::chrono::ceil<milliseconds>(end - now_), milliseconds(1)));
  }
}

void EventLoop::poll() {
  while (turn(milliseconds(0))) {
  }
}

void EventLoop::stop() {
  stopped_.store(true, std::memory_order_relaxed);
  post([] {});
}

void EventLoop::post(std::function<void()> work) {
  bool first = false;
  {
    const std::scoped_lock lock(posted_mutex_);
    first = posted_.empty();
    posted_.push_back(std::move(work));
  }
  if (!first) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_up_, &one, sizeof one);
}

void EventLoop::spawn(Task<> task) { Spawned::Coroutine::run(*this, std::move(task)); }

Task<> EventLoop::sleep(milliseconds duration) {
  Sleep rest(*this, Clock::now() + duration);
  co_await rest;
}

Task<> EventLoop::yield() {
  Yield turn(*this);
  co_await turn;
}

bool EventLoop::turn(milliseconds limit) {
  std::array<epoll_event, kEvents> events;
  const int count = ::epoll_wait(epoll_, events.data(), kEvents, wait_limit(limit));
  now_ = Clock::now();
  // Nothing is resumed before every event was looked at, so no event can be about a descriptor that
  // is gone.
  bool posted = false;
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.ptr == nullptr) {
      posted = true;
    } else {
      static_cast<Descriptor*>(event.data.ptr)->happened(event.events);
    }
  }
  if (!timers_.empty()) timers_.turn(now_);
  if (!sleepers_.empty()) wake_sleepers();
  run_ready();
  if (posted) take_posted();
  return count > 0 || !ready_.empty();
}

int EventLoop::wait_limit(milliseconds limit) const {
  if (!ready_.empty()) return 0;
  const auto shorten = [&](Clock::time_point due) {
    const auto until = std::max(std::chrono::ceil<milliseconds>(due - now_), milliseconds(0));
    if (limit < milliseconds(0) || until < limit) limit = until;
  };
  if (!timers_.empty()) shorten(timers_.next_tick());
  if (!sleepers_.empty()) shorten(sleepers_.begin()->first);
  return static_cast<int>(limit.count());
}

void EventLoop::take_posted() {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(wake_up_, &count, sizeof count);
  std::vector<std::function<void()>> work;
  {
    const std::scoped_lock lock(posted_mutex_);
    work.swap(posted_);
  }
  for (const std::function<void()>& piece : work) piece();
}

void EventLoop::wake_sleepers() {
  while (!sleepers_.empty() && sleepers_.begin()->first <= now_) {
    Sleep& sleep = *sleepers_.begin()->second;
    sleepers_.erase(sleepers_.begin());
    sleep.asleep = false;
    make_ready(sleep, true);
  }
}

void EventLoop::run_ready() {
  // Those that become ready meanwhile wait for the next look at the sockets.
  for (std::size_t left = ready_.size(); left > 0; --left) {
    Waiter* waiter = ready_.pop();
    if (waiter == nullptr) return;
    waiter->coroutine_.resume();
  }
}

void EventLoop::make_ready(Waiter& waiter, bool granted) {
  waiter.granted_ = granted;
  ready_.push(waiter);
}

}  // namespace barbacane::net
