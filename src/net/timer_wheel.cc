#include "net/timer_wheel.h"

#include <algorithm>
#include <utility>

namespace barbacane::net {

Deadline::~Deadline() { unlink(); }

void Deadline::unlink() {
  if (link_ == nullptr) return;
  *link_ = next_;
  if (next_ != nullptr) next_->link_ = link_;
  --wheel_->filed_;
  next_ = nullptr;
  link_ = nullptr;
  filed_tick_ = kNever;
}

void Deadline::arm(TimerWheel& wheel, std::chrono::milliseconds after) {
  after = std::max(after, std::chrono::milliseconds(0));
  const auto ticks = static_cast<std::uint64_t>((after + TimerWheel::kTick) / TimerWheel::kTick);
  // One more than the rounded wait: the base lies up to one tick in the past.
  due_tick_ = wheel.base_tick() + ticks + 1;
  if (filed_tick_ <= due_tick_ && link_ != nullptr) return;  // its slot comes up early enough
  unlink();
  wheel.file(*this, due_tick_);
}

TimerWheel::~TimerWheel() {
  for (Deadline* slot : slots_) {
    while (slot != nullptr) {
      Deadline* next = std::exchange(slot->next_, nullptr);
      slot->link_ = nullptr;
      slot->filed_tick_ = Deadline::kNever;
      slot = next;
    }
  }
}

std::uint64_t TimerWheel::base_tick() {
  if (empty()) done_tick_ = tick_at(Clock::now());
  return done_tick_;
}

void TimerWheel::file(Deadline& deadline, std::uint64_t tick) {
  Deadline*& slot = slots_[tick % kSlots];
  deadline.next_ = slot;
  if (slot != nullptr) slot->link_ = &deadline.next_;
  slot = &deadline;
  deadline.link_ = &slot;
  deadline.filed_tick_ = tick;
  deadline.wheel_ = this;
  ++filed_;
}

void TimerWheel::turn(Clock::time_point now) {
  const std::uint64_t now_tick = tick_at(now);
  while (!empty() && done_tick_ < now_tick) {
    // After a long stall every slot is visited once, not once per missed tick.
    if (now_tick - done_tick_ > kSlots) done_tick_ = now_tick - kSlots;
    visit(++done_tick_);
  }
}

void TimerWheel::visit(std::uint64_t tick) {
  // Taken off the slot first: whoever expires may file, move or destroy deadlines.
  Deadline* pending = std::exchange(slots_[tick % kSlots], nullptr);
  if (pending != nullptr) pending->link_ = &pending;
  while (pending != nullptr) {
    Deadline& deadline = *pending;
    const std::uint64_t filed_for = deadline.filed_tick_;
    deadline.unlink();
    if (deadline.due_tick_ == Deadline::kNever) continue;
    if (deadline.due_tick_ <= tick) {
      deadline.disarm();
      deadline.expired();
    } else {
      // Filed for another round of the wheel, or moved since.
      file(deadline, filed_for > tick ? filed_for : deadline.due_tick_);
    }
  }
}

}  // namespace barbacane::net
