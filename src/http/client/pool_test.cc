#include "http/client/pool.h"

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/detail/fake_upstream.h"

namespace barbacane::http::client {
namespace {

using namespace std::chrono_literals;

/// A loop, a pool and an upstream in one thread; the test lets them run.
class PoolTest : public testing::Test {
 protected:
  /// What became of one wait for a connection.
  struct Wait {
    Wait(net::EventLoop& loop, TimePoint since) : wish(loop, since) {}
    Pool::Wish wish;
    CallPtr call;
    std::optional<CallError> error;
    bool over() const { return call || error; }
  };

  explicit PoolTest(PoolLimits limits = {}) : pool_(loop_, resolver_, limits) {}
  ~PoolTest() override { loop_.abandon(); }

  static net::Task<> open_for(Pool& pool, std::shared_ptr<const Upstream> upstream, Wait& wait,
                              std::chrono::milliseconds patience) {
    auto call = co_await pool.open(std::move(upstream), pool.loop().now() + patience, wait.wish);
    if (call) {
      wait.call = std::move(*call);
    } else {
      wait.error = std::move(call.error());
    }
  }

  std::unique_ptr<Wait> open(std::chrono::milliseconds patience = 5s) {
    return open(patience, loop_.now());
  }
  std::unique_ptr<Wait> open(std::chrono::milliseconds patience, TimePoint since) {
    auto wait = std::make_unique<Wait>(loop_, since);
    loop_.spawn(open_for(pool_, upstream_, *wait, patience));
    return wait;
  }
  template <typename Condition>
  bool run_until(Condition condition, std::chrono::milliseconds within = 5s) {
    const auto end = std::chrono::steady_clock::now() + within;
    while (!condition() && std::chrono::steady_clock::now() < end) loop_.run_for(5ms);
    return condition();
  }
  CallPtr opened() {
    const auto wait = open();
    EXPECT_TRUE(run_until([&] { return wait->over(); }));
    EXPECT_FALSE(wait->error) << wait->error->text;
    return std::move(wait->call);
  }

  static net::Task<> ask_on(Call& call, bool& good) {
    const OutgoingRequest request{
        .method = "GET", .authority = "a", .target = "/", .fields = {}, .body = {}};
    const auto sent = co_await call.send(request, 1s);
    const auto head = co_await call.read_head(std::chrono::steady_clock::now() + 5s);
    good = sent && head && (*head)->status == 204;
  }
  /// One request and its answer; the connection goes back when the call ends.
  void use(Call& call, std::size_t connection) {
    bool good = false;
    loop_.spawn(ask_on(call, good));
    std::string heard;
    EXPECT_TRUE(run_until([&] { return !(heard += fake_.heard(connection)).empty(); }));
    fake_.say(connection, "HTTP/1.1 204 No Content\r\n\r\n");
    EXPECT_TRUE(run_until([&] { return good; }));
  }

  FakeUpstream fake_;
  std::shared_ptr<const Upstream> upstream_ = fake_.upstream();
  net::EventLoop loop_;
  net::Resolver resolver_;
  Pool pool_;
};

TEST_F(PoolTest, HasNothingIdleAtFirst) {
  EXPECT_EQ(pool_.take_idle(*upstream_), nullptr);
  EXPECT_EQ(fake_.accepted(), 0u);
}

TEST_F(PoolTest, GivesTheConnectionUsedLastFirst) {
  CallPtr first = opened();
  CallPtr second = opened();
  use(*first, 0);
  use(*second, 1);
  first.reset();
  second.reset();
  EXPECT_EQ(pool_.idle_connections(), 2u);
  CallPtr again = pool_.take_idle(*upstream_);
  use(*again, 1);
  EXPECT_EQ(pool_.idle_connections(), 1u);
  EXPECT_EQ(fake_.accepted(), 2u);
}

TEST_F(PoolTest, DropsConnectionsThatDidNotServeTheirCallToItsEnd) {
  CallPtr call = opened();
  call.reset();
  EXPECT_EQ(pool_.idle_connections(), 0u);
  EXPECT_TRUE(run_until([&] { return fake_.is_over(0); }));
}

TEST_F(PoolTest, FindsOutWhatTheUpstreamDidToIdleConnections) {
  for (const bool speaks : {false, true}) {
    const std::size_t number = fake_.accepted();
    CallPtr call = opened();
    use(*call, number);
    call.reset();
    speaks ? fake_.say(number, "HTTP/1.1 408 Late\r\n\r\n") : fake_.close(number);
    loop_.run_for(20ms);
    EXPECT_EQ(pool_.take_idle(*upstream_), nullptr);
    EXPECT_EQ(pool_.idle_connections(), 0u);
  }
}

TEST_F(PoolTest, TellsWhyThereIsNoConnection) {
  std::uint16_t port = 0;
  {
    const FakeUpstream gone;
    port = gone.upstream()->port;
  }
  auto nowhere = std::make_shared<Upstream>(*upstream_);
  nowhere->port = port;
  nowhere->id = 1;
  auto blocked = std::make_shared<Upstream>(*upstream_);
  blocked->egress = net::Egress::kGuarded;
  blocked->id = 2;
  upstream_ = nowhere;
  const auto refused = open();
  upstream_ = blocked;
  const auto guarded = open();
  EXPECT_TRUE(run_until([&] { return refused->over() && guarded->over(); }));
  EXPECT_EQ(refused->error->failure, CallFailure::kConnect);
  EXPECT_EQ(guarded->error->failure, CallFailure::kBlocked);
}

TEST_F(PoolTest, KeepsNothingOfUpstreamsNobodyHolds) {
  Upstreams upstreams;
  const Upstream blocked{.scheme = Scheme::kHttp, .host = "127.0.0.1", .port = 1, .tls = {}};
  for (int n = 0; n < 500; ++n) {
    Upstream another = blocked;
    another.host = "127.0.0." + std::to_string(n % 250 + 1);
    another.port = static_cast<std::uint16_t>(n + 1);
    upstream_ = upstreams.add(std::move(another));
    const auto wait = open();
    EXPECT_TRUE(run_until([&] { return wait->over(); }));
  }
  EXPECT_LE(pool_.upstreams(), 128u);
  EXPECT_LE(upstreams.size(), 128u);
}

TEST_F(PoolTest, ClosesConnectionsToUpstreamsNobodyHolds) {
  CallPtr call = opened();
  use(*call, 0);
  call.reset();
  upstream_.reset();
  EXPECT_TRUE(run_until([&] { return fake_.is_over(0); }));
}

TEST(Upstreams, AreOneWhenEqualAsLongAsSomebodyHoldsThem) {
  Upstreams upstreams;
  const Upstream orders{.scheme = Scheme::kHttps, .host = "orders", .port = 443, .tls = {}};
  Upstream guarded = orders;
  guarded.egress = net::Egress::kOperatorWrote;
  auto first = upstreams.add(orders);
  EXPECT_EQ(upstreams.add(orders), first);
  EXPECT_NE(upstreams.add(guarded)->id, first->id);
  const std::size_t id = first->id;
  first.reset();
  EXPECT_NE(upstreams.add(orders)->id, id);
}

class SmallPoolTest : public PoolTest {
 protected:
  SmallPoolTest() : PoolTest({.idle = 1, .open = 2, .idle_for = 100ms, .patience = 1500ms}) {}
};

TEST_F(SmallPoolTest, ClosesWhatHasLainIdleForTooLong) {
  CallPtr call = opened();
  use(*call, 0);
  call.reset();
  EXPECT_EQ(pool_.idle_connections(), 1u);
  EXPECT_TRUE(run_until([&] { return fake_.is_over(0); }));
  EXPECT_EQ(pool_.idle_connections(), 0u);
}

TEST_F(SmallPoolTest, KeepsNoMoreThanItMay) {
  CallPtr first = opened();
  CallPtr second = opened();
  use(*first, 0);
  use(*second, 1);
  first.reset();
  second.reset();
  EXPECT_EQ(pool_.idle_connections(), 1u);
  EXPECT_TRUE(run_until([&] { return fake_.is_over(1); }));
}

TEST_F(SmallPoolTest, LetsOnlySoManyBeOpen) {
  const CallPtr first = opened();
  const CallPtr second = opened();
  const auto third = open();
  EXPECT_TRUE(run_until([&] { return third->over(); }));
  ASSERT_TRUE(third->error);
  EXPECT_EQ(third->error->failure, CallFailure::kOverloaded);
  EXPECT_EQ(fake_.accepted(), 2u);
}

TEST_F(SmallPoolTest, HandsAConnectionToWhoeverWaits) {
  CallPtr first = opened();
  CallPtr second = opened();
  const auto third = open();
  loop_.run_for(20ms);
  EXPECT_FALSE(third->over());
  use(*first, 0);
  first.reset();
  EXPECT_TRUE(run_until([&] { return third->over(); }));
  ASSERT_TRUE(third->call);
  use(*third->call, 0);
  EXPECT_EQ(fake_.accepted(), 2u);
}

TEST_F(SmallPoolTest, ServesTheEldestFirst) {
  CallPtr first = opened();
  CallPtr second = opened();
  const auto newcomer = open();
  const auto eldest = open(5s, loop_.now() - 1s);
  loop_.run_for(20ms);
  use(*first, 0);
  first.reset();
  EXPECT_TRUE(run_until([&] { return eldest->over(); }));
  EXPECT_TRUE(eldest->call);
  EXPECT_FALSE(newcomer->over());
}

TEST_F(SmallPoolTest, OpensConnectionsForThoseWhoWaitWhenOthersAreGone) {
  CallPtr first = opened();
  CallPtr second = opened();
  const auto third = open();
  const auto fourth = open();
  loop_.run_for(20ms);
  EXPECT_FALSE(third->over());
  first.reset();  // in the middle of its call: nobody can have that connection
  second.reset();
  EXPECT_TRUE(run_until([&] { return third->over() && fourth->over(); }));
  EXPECT_TRUE(third->call);
  EXPECT_TRUE(fourth->call);
  EXPECT_EQ(fake_.accepted(), 4u);
}

TEST_F(SmallPoolTest, LetsAWishBeGivenUp) {
  CallPtr first = opened();
  CallPtr second = opened();
  const auto third = open();
  loop_.run_for(20ms);
  third->wish.give_up();
  EXPECT_TRUE(run_until([&] { return third->over(); }));
  ASSERT_TRUE(third->error);
  EXPECT_EQ(third->error->failure, CallFailure::kCancelled);
  // Nobody waits any more: the next connection that is free is kept.
  use(*first, 0);
  first.reset();
  EXPECT_EQ(pool_.idle_connections(), 1u);
}

}  // namespace
}  // namespace barbacane::http::client
