#include "net/event_loop.h"

#include <array>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/descriptor.h"

namespace barbacane::net {
namespace {

using namespace std::chrono_literals;

/// Two connected sockets, watched by one loop.
struct Pair {
  explicit Pair(EventLoop& loop) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) abort();
    one = std::make_unique<Descriptor>(loop, ends[0]);
    other = std::make_unique<Descriptor>(loop, ends[1]);
  }
  void send(std::string_view bytes) {
    EXPECT_GT(::write(other->get(), bytes.data(), bytes.size()), 0);
  }

  std::unique_ptr<Descriptor> one;
  std::unique_ptr<Descriptor> other;
};

Task<int> seven() { co_return 7; }
Task<int> seven_later(EventLoop& loop) {
  co_await loop.sleep(5ms);
  co_return co_await seven();
}
Task<> note(std::vector<std::string>& told, std::string what) {
  told.push_back(std::move(what));
  co_return;
}

TEST(Task, GivesItsValueWhetherItWaitsOrNot) {
  EventLoop loop;
  int at_once = 0;
  int later = 0;
  const auto both = [](EventLoop& on, int& first, int& second) -> Task<> {
    first = co_await seven();
    second = co_await seven_later(on);
  };
  loop.spawn(both(loop, at_once, later));
  EXPECT_EQ(at_once, 7);
  EXPECT_EQ(later, 0);
  loop.run_for(50ms);
  EXPECT_EQ(later, 7);
}

TEST(Task, AMillionThatDoNotWaitNeedNoStack) {
  EventLoop loop;
  long sum = 0;
  const auto add_up = [](long& total) -> Task<> {
    for (int i = 0; i < 1'000'000; ++i) total += co_await seven();
  };
  loop.spawn(add_up(sum));
  EXPECT_EQ(sum, 7'000'000);
}

struct Tell {
  std::vector<std::string>& told;
  std::string what;
  ~Tell() { told.push_back(what); }
};

Task<> hold(EventLoop& loop, std::vector<std::string>& told) {
  const Tell inner{told, "inner"};
  co_await loop.sleep(1h);
}
Task<> hold_outer(EventLoop& loop, std::vector<std::string>& told) {
  const Tell outer{told, "outer"};
  co_await hold(loop, told);
}

TEST(EventLoop, DestroysWhatStillWaitsFromTheInside) {
  std::vector<std::string> told;
  {
    EventLoop loop;
    loop.spawn(hold_outer(loop, told));
    EXPECT_TRUE(told.empty());
  }
  EXPECT_EQ(told, (std::vector<std::string>{"inner", "outer"}));
}

Task<> sleep_and_note(EventLoop& loop, std::chrono::milliseconds rest,
                      std::vector<std::string>& told, std::string what) {
  co_await loop.sleep(rest);
  co_await note(told, std::move(what));
}

TEST(EventLoop, WakesSleepersInTheOrderOfTheirTime) {
  EventLoop loop;
  std::vector<std::string> told;
  loop.spawn(sleep_and_note(loop, 20ms, told, "last"));
  loop.spawn(sleep_and_note(loop, 10ms, told, "second"));
  loop.spawn(sleep_and_note(loop, 0ms, told, "first"));
  loop.run_for(100ms);
  EXPECT_EQ(told, (std::vector<std::string>{"first", "second", "last"}));
}

TEST(EventLoop, RunsWhatOtherThreadsPostAndStopsWhenOneSaysSo) {
  EventLoop loop;
  int ran = 0;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) loop.post([&] { ++ran; });
    loop.post([&] { loop.stop(); });
  });
  loop.run();
  other.join();
  EXPECT_EQ(ran, 1000);
}

Task<> wait_readable(Descriptor& descriptor, std::vector<std::string>& told) {
  const bool granted = co_await descriptor.readable();
  told.emplace_back(granted ? "readable" : "cancelled");
}
Task<> wait_writable(Descriptor& descriptor, std::vector<std::string>& told) {
  const bool granted = co_await descriptor.writable();
  told.emplace_back(granted ? "writable" : "cancelled");
}

TEST(Descriptor, WakesReadersAndWritersOnceEach) {
  EventLoop loop;
  Pair pair(loop);
  std::vector<std::string> told;
  loop.spawn(wait_readable(*pair.one, told));
  loop.run_for(5ms);
  EXPECT_TRUE(told.empty());
  pair.send("x");
  loop.run_for(5ms);
  loop.spawn(wait_writable(*pair.one, told));
  loop.run_for(5ms);
  EXPECT_EQ(told, (std::vector<std::string>{"readable", "writable"}));
}

TEST(Descriptor, CancelEndsEveryWaitAndLaterOnesWork) {
  EventLoop loop;
  Pair pair(loop);
  std::vector<std::string> told;
  loop.spawn(wait_readable(*pair.one, told));
  loop.spawn(wait_readable(*pair.one, told));
  pair.one->cancel();
  loop.poll();
  EXPECT_EQ(told, (std::vector<std::string>{"cancelled", "cancelled"}));
  pair.send("x");
  loop.spawn(wait_readable(*pair.one, told));
  loop.run_for(5ms);
  EXPECT_EQ(told.back(), "readable");
}

TEST(Descriptor, AWaitOnAClosedOneIsCancelledAtOnce) {
  EventLoop loop;
  Pair pair(loop);
  std::vector<std::string> told;
  loop.spawn(wait_readable(*pair.one, told));
  pair.one->close();
  loop.spawn(wait_readable(*pair.one, told));
  loop.poll();
  EXPECT_EQ(told, (std::vector<std::string>{"cancelled", "cancelled"}));
}

TEST(Descriptor, BytesNobodyWantedAreReportedToTheNextWhoWaits) {
  EventLoop loop;
  Pair pair(loop);
  std::vector<std::string> told;
  loop.spawn(wait_readable(*pair.one, told));
  pair.send("x");
  loop.run_for(5ms);
  ASSERT_EQ(told.size(), 1U);
  loop.run_for(5ms);  // nobody read them: no longer watched
  loop.spawn(wait_readable(*pair.one, told));
  loop.run_for(5ms);
  EXPECT_EQ(told.size(), 2U);
}

using Listen = Descriptor::Listen;

struct Told final : Descriptor::Listener {
  void came_unasked() override { ++count; }
  int count = 0;
};

TEST(Descriptor, TellsThatThePeerLeftWhileNobodyReads) {
  EventLoop loop;
  Pair pair(loop);
  Told told;
  pair.one->listen(told, Listen::kHangUp);
  pair.send("unread");
  loop.run_for(5ms);
  EXPECT_EQ(told.count, 0);
  pair.other->close();
  loop.run_for(5ms);
  EXPECT_EQ(told.count, 1);
  loop.run_for(5ms);
  EXPECT_EQ(told.count, 1);
}

TEST(Descriptor, TellsThatThePeerClosedItsHalfEvenIfThatWasBeforeAnybodyAsked) {
  EventLoop loop;
  Pair pair(loop);
  std::vector<std::string> read;
  loop.spawn(wait_readable(*pair.one, read));
  ::shutdown(pair.other->get(), SHUT_WR);
  loop.run_for(5ms);
  ASSERT_EQ(read.size(), 1U);
  loop.run_for(5ms);
  Told told;
  pair.one->listen(told, Listen::kHangUp);
  loop.run_for(5ms);
  EXPECT_EQ(told.count, 1);
}

TEST(Descriptor, TellsOfBytesThatNobodyAskedForWhenThatIsAskedFor) {
  EventLoop loop;
  Pair pair(loop);
  Told told;
  pair.one->listen(told, Listen::kAnything);
  loop.run_for(5ms);
  EXPECT_EQ(told.count, 0);
  pair.send("x");
  loop.run_for(5ms);
  EXPECT_EQ(told.count, 1);
}

TEST(Descriptor, AListenerThatLeftIsNotTold) {
  EventLoop loop;
  Pair pair(loop);
  Told told;
  pair.one->listen(told, Listen::kHangUp);
  pair.one->stop_listening();
  pair.other->close();
  loop.run_for(5ms);
  EXPECT_EQ(told.count, 0);
}

}  // namespace
}  // namespace barbacane::net
