#include "wasm/ticker.h"

namespace barbacane::wasm {
namespace {

/// Longer than any guest may run at a stretch: with the largest input its time is 16 times 100 ms.
constexpr std::uint64_t kTicksBetweenLooks = 10'000;

}  // namespace

Ticker::Ticker(std::function<void()> tick) : tick_(std::move(tick)), thread_([this] { run(); }) {}

Ticker::~Ticker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Ticker::wake() {
  // Sequentially consistent, against the thread that says it sleeps and then looks once more.
  used_.store(true);
  if (!asleep_.load()) return;
  const std::lock_guard lock(mutex_);
  changed_.notify_one();
}

void Ticker::run() {
  std::unique_lock lock(mutex_);
  std::uint64_t next_look = kTicksBetweenLooks;
  while (!stopping_) {
    changed_.wait_for(lock, kPeriod);
    now_.fetch_add(1, std::memory_order_relaxed);
    tick_();
    if (now_.load(std::memory_order_relaxed) < next_look) continue;
    next_look += kTicksBetweenLooks;
    if (used_.exchange(false)) continue;
    asleep_.store(true);
    while (!stopping_ && !used_.load()) changed_.wait(lock);
    asleep_.store(false);
  }
}

}  // namespace barbacane::wasm
