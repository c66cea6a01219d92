#include "net/timer_wheel.h"

#include <memory>

#include <gtest/gtest.h>

#include "net/event_loop.h"

namespace barbacane::net {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

struct Probe final : Deadline {
  explicit Probe(std::function<void()> told = [] {}) : told_(std::move(told)) {}
  void expired() override {
    ++count;
    at = Clock::now();
    told_();
  }
  std::function<void()> told_;
  int count = 0;
  Clock::time_point at;
};

/// Runs the loop for a while and returns.
void run_for(EventLoop& loop, std::chrono::milliseconds duration) { loop.run_for(duration); }

TEST(TimerWheel, FiresOnceAndNeverEarly) {
  EventLoop loop;
  Probe probe;
  const auto start = Clock::now();
  probe.arm(loop.timers(), 150ms);
  run_for(loop, 700ms);
  EXPECT_EQ(probe.count, 1);
  EXPECT_GE(probe.at - start, 150ms);
  EXPECT_FALSE(probe.armed());
}

TEST(TimerWheel, DoesNotFireAfterDisarm) {
  EventLoop loop;
  Probe probe;
  probe.arm(loop.timers(), 100ms);
  probe.disarm();
  run_for(loop, 500ms);
  EXPECT_EQ(probe.count, 0);
}

TEST(TimerWheel, ALaterDeadlineReplacesAnEarlierOneAndTheOtherWayRound) {
  EventLoop loop;
  Probe later;
  later.arm(loop.timers(), 100ms);
  later.arm(loop.timers(), 800ms);
  Probe sooner;
  sooner.arm(loop.timers(), 60s);
  sooner.arm(loop.timers(), 100ms);
  run_for(loop, 600ms);
  EXPECT_EQ(later.count, 0);
  EXPECT_EQ(sooner.count, 1);
  run_for(loop, 800ms);
  EXPECT_EQ(later.count, 1);
}

TEST(TimerWheel, SurvivesDeadlinesThatDieOrRearmWhileOthersFire) {
  EventLoop loop;
  auto victim = std::make_unique<Probe>();
  Probe again;
  int rounds = 0;
  Probe killer([&] { victim.reset(); });
  again.told_ = [&] {
    if (++rounds < 2) again.arm(loop.timers(), 100ms);
  };
  victim->arm(loop.timers(), 100ms);
  killer.arm(loop.timers(), 100ms);  // filed later, visited first
  again.arm(loop.timers(), 100ms);
  run_for(loop, 1500ms);
  EXPECT_EQ(killer.count, 1);
  EXPECT_EQ(again.count, 2);
  EXPECT_EQ(victim, nullptr);
}

TEST(TimerWheel, DeadlinesMayOutliveIt) {
  auto loop = std::make_unique<EventLoop>();
  Probe probe;
  probe.arm(loop->timers(), 1s);
  loop.reset();
  SUCCEED() << "destroying the probe after its wheel must not touch freed memory";
}

}  // namespace
}  // namespace barbacane::net
