#include "services/detached_calls.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "services/detail/outbound_fixture.h"
#include "testkit/upstream.h"

namespace barbacane::services {
namespace {

using Outcome = DetachedCalls::Outcome;
using testkit::Upstream;

class DetachedCallsTest : public OutboundFixture {
 protected:
  struct Reported {
    Outcome outcome;
    int status;
    HttpFailure failure;
  };
  bool queue(DetachedCalls& calls, const std::string& url, std::string body = {}) {
    HttpRequest request = get(url);
    request.method = "POST";
    request.body = std::move(body);
    return calls.queue(http_, grant_for(url), std::move(request),
                       [this](Outcome outcome, const HttpResult& result) {
                         reports_.push_back({outcome, result.status, result.failure});
                       });
  }

  std::vector<Reported> reports_;
};

TEST_F(DetachedCallsTest, AreMadeLaterAndReported) {
  DetachedCalls calls;
  Upstream upstream;
  upstream.script("/events", {testkit::answer(500, "ignored")});
  upstream.script("/torn", {testkit::close()});
  EXPECT_TRUE(queue(calls, upstream.url("/events"), "body"));
  EXPECT_EQ(upstream.accepted(), 0u);
  EXPECT_EQ(calls.pending(), 1u);
  EXPECT_TRUE(run_until([&] { return calls.pending() == 0; }));
  EXPECT_TRUE(queue(calls, upstream.url("/torn")));
  EXPECT_TRUE(run_until([&] { return calls.pending() == 0; }));
  ASSERT_EQ(reports_.size(), 2u);
  EXPECT_EQ(reports_[0].outcome, Outcome::kOk);
  EXPECT_EQ(reports_[0].status, 500);
  EXPECT_EQ(reports_[1].outcome, Outcome::kFailed);
  EXPECT_EQ(reports_[1].failure, HttpFailure::kConnect);
  EXPECT_EQ(upstream.requests("/events").at(0).body, "body");
}

TEST_F(DetachedCallsTest, AreOnlySoManyAtOnce) {
  DetachedCalls calls({.calls = 3});
  Upstream upstream;
  upstream.script("/", {testkit::wait_for("go"), testkit::answer(200)});
  for (int n = 0; n < 3; ++n) EXPECT_TRUE(queue(calls, upstream.url("/")));
  EXPECT_FALSE(queue(calls, upstream.url("/")));
  upstream.open_gate("go");
  EXPECT_TRUE(run_until([&] { return calls.pending() == 0; }));
  EXPECT_EQ(reports_.size(), 3u);
  EXPECT_TRUE(queue(calls, upstream.url("/")));
  EXPECT_TRUE(run_until([&] { return calls.pending() == 0; }));
}

TEST_F(DetachedCallsTest, HoldOnlySoManyBytes) {
  DetachedCalls calls({.calls = 10, .bytes = 1000});
  const std::string url = "http://127.0.0.1:1/";
  EXPECT_FALSE(queue(calls, url, std::string(2000, 'x')));
  EXPECT_TRUE(queue(calls, url, std::string(600, 'x')));
  EXPECT_FALSE(queue(calls, url, std::string(600, 'x')));
  EXPECT_EQ(calls.pending(), 1u);
  EXPECT_TRUE(run_until([&] { return calls.pending() == 0; }));
  EXPECT_TRUE(queue(calls, url, std::string(600, 'x')));
  EXPECT_TRUE(run_until([&] { return calls.pending() == 0; }));
}

TEST_F(DetachedCallsTest, AreReportedAsDroppedWhenTheLoopEndsFirst) {
  DetachedCalls calls;
  Upstream upstream;
  upstream.script("/", {testkit::wait_for_departure()});
  EXPECT_TRUE(queue(calls, upstream.url("/"), std::string(5'000'000, 'x')));
  EXPECT_TRUE(run_until([&] { return !upstream.requests().empty(); }));
  EXPECT_TRUE(queue(calls, upstream.url("/")));
  loop_.abandon();
  EXPECT_EQ(calls.pending(), 0u);
  ASSERT_EQ(reports_.size(), 2u);
  EXPECT_EQ(reports_[0].outcome, Outcome::kDropped);
  EXPECT_EQ(reports_[1].outcome, Outcome::kDropped);
}

TEST_F(DetachedCallsTest, ReadAnswersOnlySoFar) {
  DetachedCalls calls;
  Upstream upstream;
  upstream.script("/", {testkit::send("HTTP/1.1 200 OK\r\n\r\n"),
                        testkit::repeat_for_ever(std::string(65'536, 'x'))});
  EXPECT_TRUE(queue(calls, upstream.url("/")));
  EXPECT_TRUE(run_until([&] { return calls.pending() == 0; }));
  EXPECT_EQ(reports_.at(0).failure, HttpFailure::kTooLarge);
}

}  // namespace
}  // namespace barbacane::services
