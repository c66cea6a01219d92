#include "services/circuit_breaker.h"

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/breakers.h"

namespace barbacane::services {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using TimePoint = CircuitBreaker::TimePoint;

constexpr BreakerSettings kSettings{
    .threshold = 3, .window = milliseconds(10'000), .reset_timeout = milliseconds(5000)};

TimePoint at(double when) { return TimePoint(milliseconds(static_cast<int>(when * 1000))); }

bool is_probe(const std::expected<CircuitBreaker::Pass, seconds>& admitted) {
  return admitted && admitted->is_probe();
}

/// One request a letter, a second after the one before it: s succeeds, f fails, a is answered and
/// then breaks, g is given up; `+N` waits N seconds more. Says for each: `.` passed, `p` passed as
/// the probe, a digit: refused for so many seconds.
std::string play(std::string_view requests) {
  CircuitBreaker breaker(kSettings);
  std::string out;
  double now = 100;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const char what = requests[i];
    if (what == '+') {
      now += requests[++i] - '0';
      continue;
    }
    now += 1;
    auto pass = breaker.admit(at(now));
    out += !pass ? std::to_string(pass.error().count()) : pass->is_probe() ? "p" : ".";
    if (!pass) continue;
    if (what == 'a') pass->answered();
    if (what == 's') pass->succeeded();
    if (what == 'f' || what == 'a') pass->failed(at(now));
  }
  return out;
}

TEST(CircuitBreaker, GoesThroughItsStates) {
  struct Case {
    std::string_view what, requests, expected;
  };
  for (const Case& each : std::vector<Case>{
           {"stays closed while nothing fails", "ssssss", "......"},
           {"opens at the threshold", "fffs", "...4"},
           {"tells how long it stays open", "fffssss", "...4321"},
           {"lets one through after the reset timeout", "fff+4ss", "...p."},
           {"closes and forgets after a good probe", "fff+4sffs", "...p..."},
           {"reopens after a bad probe", "fff+4fss", "...p43"},
           {"probes again after a bad probe", "fff+4f+4ss", "...pp."},
           {"forgets the failures before a success", "ffsffsff", "........"},
           {"counts anew after a success", "ffsfffs", "......4"},
           {"forgets failures of a window that has passed", "ff+9fffs", ".....4"},
           {"counts up to the end of the window", "f+8ffs", "...4"},
           {"takes a probe that is given up for none", "fff+4gs", "...pp"},
           {"counts answers that break", "aaas", "...4"},
           {"closes by a probe's answer, and counts what follows it", "fff+4affs", "...p..4"},
           {"minds nothing that is given up", "fgfgfs", ".....4"},
       }) {
    EXPECT_EQ(play(each.requests), each.expected) << each.what << ": " << each.requests;
  }
}

TEST(CircuitBreaker, LetsOneProbeThroughAtATime) {
  CircuitBreaker breaker({.threshold = 1, .window = seconds(60), .reset_timeout = seconds(2)});
  breaker.admit(at(0))->failed(at(0));
  auto probe = breaker.admit(at(2));
  ASSERT_TRUE(is_probe(probe));
  const auto second = breaker.admit(at(2.5));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), seconds(1));
  probe->answered();
  EXPECT_FALSE(is_probe(breaker.admit(at(2.5))));
}

TEST(CircuitBreaker, RoundsWhatItTellsClientsUp) {
  CircuitBreaker breaker({.threshold = 1, .window = seconds(60), .reset_timeout = seconds(2)});
  breaker.admit(at(0))->failed(at(0));
  EXPECT_EQ(breaker.admit(at(0.25)).error(), seconds(2));
  EXPECT_EQ(breaker.admit(at(1.999)).error(), seconds(1));
}

TEST(CircuitBreaker, IgnoresRequestsFromBeforeItOpened) {
  CircuitBreaker breaker({.threshold = 2, .window = seconds(60), .reset_timeout = seconds(2)});
  auto slow_success = breaker.admit(at(0));
  auto slow_failure = breaker.admit(at(0));
  breaker.admit(at(0))->failed(at(0));
  breaker.admit(at(0))->failed(at(0));
  slow_success->succeeded();
  EXPECT_FALSE(breaker.admit(at(1)));
  slow_failure->failed(at(1.9));
  auto probe = breaker.admit(at(2));
  EXPECT_TRUE(is_probe(probe)) << "the late failure must not have opened it anew";
  auto late = breaker.admit(at(0));
  probe->succeeded();
  EXPECT_TRUE(breaker.admit(at(2)));
}

TEST(CircuitBreaker, KeepsAProbeWhereverItsPassIsMoved) {
  CircuitBreaker breaker({.threshold = 1, .window = seconds(60), .reset_timeout = seconds(2)});
  breaker.admit(at(0))->failed(at(0));
  {
    CircuitBreaker::Pass kept;
    kept = *breaker.admit(at(2));
    EXPECT_TRUE(kept.is_probe());
    const CircuitBreaker::Pass moved = std::move(kept);
    kept.failed(at(2));  // NOLINT(bugprone-use-after-move): an empty pass reports nothing
    EXPECT_FALSE(breaker.admit(at(3)));
  }
  EXPECT_TRUE(is_probe(breaker.admit(at(3))));
}

TEST(CircuitBreaker, NeverHasTwoProbesNorGetsStuckUnderManyThreads) {
  CircuitBreaker breaker({.threshold = 3, .window = seconds(60), .reset_timeout = milliseconds(1)});
  std::atomic<int> probes{0};
  std::atomic<bool> two_at_once{false};
  std::atomic<std::int64_t> clock{0};
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      std::uint32_t random = thread + 1;
      for (int i = 0; i < 50'000; ++i) {
        random = random * 1664525 + 1013904223;
        const TimePoint now{std::chrono::microseconds(clock.fetch_add(100))};
        auto pass = breaker.admit(now);
        if (!pass) continue;
        const bool probe = pass->is_probe();
        if (probe && probes.fetch_add(1) != 0) two_at_once = true;
        if (thread % 2 == 0) std::this_thread::yield();
        if (probe) probes.fetch_sub(1);  // before it makes room for the next
        switch (random >> 29) {
          case 0:
            pass->succeeded();
            break;
          case 1:
            pass->answered();
            pass->failed(now);
            break;
          case 2:
            break;
          default:
            pass->failed(now);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(two_at_once);
  const TimePoint later{std::chrono::microseconds(clock.load()) + seconds(1)};
  auto pass = breaker.admit(later);
  ASSERT_TRUE(pass);
  pass->succeeded();
  auto next = breaker.admit(later);
  EXPECT_TRUE(next && !next->is_probe());
}

TEST(Breakers, AreFoundAgainWhileSomebodyHoldsThem) {
  Breakers breakers;
  const auto old_snapshot = breakers.get("https://a:443", "{}", kSettings);
  const auto new_snapshot = breakers.get("https://a:443", "{}", kSettings);
  EXPECT_EQ(old_snapshot, new_snapshot);
  EXPECT_NE(breakers.get("https://b:443", "{}", kSettings), old_snapshot);
  EXPECT_NE(breakers.get("https://a:443", R"({"retries":1})", kSettings), old_snapshot);
}

TEST(Breakers, ForgetWhatNobodyHolds) {
  Breakers breakers;
  const auto kept = breakers.get("https://a:443", "{}", kSettings);
  for (int i = 0; i < 1000; ++i) breakers.get("https://a:443", std::to_string(i), kSettings);
  EXPECT_EQ(breakers.size(), 1U);
}

TEST(Breakers, BeginAnewWithOtherSettings) {
  Breakers breakers;
  const auto before = breakers.get("https://a:443", R"({"window":"env://W"})", kSettings);
  const auto after = breakers.get("https://a:443", R"({"window":"env://W"})", {});
  EXPECT_NE(before, after);
  EXPECT_EQ(after->settings(), BreakerSettings{});
}

}  // namespace
}  // namespace barbacane::services
