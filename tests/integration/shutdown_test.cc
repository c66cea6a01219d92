// An orderly end: data-plane.md, section 11; the lines of cli.md, 6.3.
#include <chrono>
#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testkit/error.h"
#include "testkit/eventually.h"
#include "testkit/program.h"
#include "testkit/spec_builder.h"
#include "testkit/test_gateway.h"

namespace barbacane::integration {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testkit::eventually;
using testkit::RequestBuilder;
using testkit::Response;
using testkit::SpecBuilder;
using testkit::TestGateway;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kDraining = "barbacane: received shutdown signal, draining connections...\n";
constexpr const char* kDrained = "barbacane: all connections drained, shutting down\n";

std::string spec() {
  SpecBuilder spec;
  spec.operation("GET", "/hello").mock(200, "hello", "text/plain");
  spec.operation("GET", "/slow").mock(200, "slow", "text/plain").mock_config("delay_ms", "1500");
  spec.operation("GET", "/stuck").mock(200, "late", "text/plain").mock_config("delay_ms", "30000");
  return spec.text();
}

/// Workers close their listeners one by one, so the next attempt or the one after it is refused.
bool stops_accepting(const TestGateway& gateway) {
  for (int i = 0; i < 100; ++i) {
    try {
      gateway.connect();
    } catch (const testkit::TestkitError&) {
      return true;
    }
    std::this_thread::sleep_for(milliseconds(5));
  }
  return false;
}

class Shutdown : public testing::TestWithParam<int> {};

TEST_P(Shutdown, IsQuickWithoutConnections) {
  TestGateway gateway(spec());
  const auto begin = Clock::now();
  gateway.process().signal(GetParam());
  EXPECT_EQ(gateway.process().wait(seconds(10)), 0);
  EXPECT_LT(Clock::now() - begin, seconds(3));
  EXPECT_THAT(gateway.standard_error(), EndsWith(std::string(kDraining) + kDrained));
}

INSTANTIATE_TEST_SUITE_P(Signals, Shutdown, testing::Values(SIGTERM, SIGINT),
                         [](const auto& signal) {
                           return signal.param == SIGTERM ? "SIGTERM" : "SIGINT";
                         });

TEST(Draining, FinishesRequestsAndClosesIdleConnections) {
  TestGateway gateway(spec());
  auto idle = gateway.connect();
  EXPECT_EQ(idle.get("/hello").status, 200);
  auto fresh = gateway.connect();
  auto busy = gateway.connect();
  busy.send(RequestBuilder("GET", "/slow").bytes());
  std::this_thread::sleep_for(milliseconds(200));

  gateway.process().signal(SIGTERM);
  EXPECT_TRUE(idle.closed(seconds(1))) << "an idle connection does not wait";
  EXPECT_TRUE(fresh.closed(seconds(1)));
  EXPECT_TRUE(stops_accepting(gateway)) << "nobody new gets in";
  const Response response = busy.read();
  EXPECT_EQ(response.body, "slow");
  EXPECT_EQ(response.header("connection"), "close");
  EXPECT_TRUE(busy.closed(seconds(2)));
  EXPECT_EQ(gateway.process().wait(seconds(10)), 0);
  EXPECT_THAT(gateway.standard_error(),
              HasSubstr("barbacane: waiting for 1 active connection(s) to complete...\n"));
  EXPECT_THAT(gateway.standard_error(), EndsWith(kDrained));
}

TEST(Draining, EndsAtItsTimeout) {
  TestGateway gateway(spec(), {.serve_flags = {"--shutdown-timeout", "1"}});
  auto busy = gateway.connect();
  busy.send(RequestBuilder("GET", "/stuck").bytes());
  std::this_thread::sleep_for(milliseconds(200));
  const auto begin = Clock::now();
  EXPECT_EQ(gateway.stop(seconds(10)), 0);
  EXPECT_GE(Clock::now() - begin, milliseconds(900));
  EXPECT_LT(Clock::now() - begin, seconds(5));
  EXPECT_THAT(gateway.standard_error(),
              EndsWith("barbacane: shutdown timeout reached, 1 connection(s) still active\n"));
  EXPECT_TRUE(busy.closed(seconds(1)));
}

TEST(Draining, IsOverAtTheSecondSignal) {
  TestGateway gateway(spec());
  auto busy = gateway.connect();
  busy.send(RequestBuilder("GET", "/stuck").bytes());
  std::this_thread::sleep_for(milliseconds(200));
  gateway.process().signal(SIGTERM);
  EXPECT_TRUE(gateway.wait_for_error_text(kDraining, seconds(5)));
  std::this_thread::sleep_for(milliseconds(100));
  const auto begin = Clock::now();
  gateway.process().signal(SIGTERM);
  EXPECT_EQ(gateway.process().wait(seconds(5)), 0);
  EXPECT_LT(Clock::now() - begin, seconds(2));
}

TEST(Draining, IsToldOnTheAdminPortUntilTheEnd) {
  TestGateway gateway(spec());
  const auto health = [&] { return gateway.admin_get("/health"); };
  EXPECT_EQ(health().status, 200);
  EXPECT_THAT(health().body, HasSubstr("\"status\":\"healthy\""));
  auto busy = gateway.connect();
  busy.send(RequestBuilder("GET", "/slow").bytes());
  std::this_thread::sleep_for(milliseconds(200));
  gateway.process().signal(SIGTERM);
  ASSERT_TRUE(gateway.wait_for_error_text(kDraining, seconds(5)));
  // The worker of the admin port may hear of it a moment after the line was printed.
  EXPECT_TRUE(eventually(seconds(10), [&] { return health().status == 503; }));
  EXPECT_THAT(health().body, HasSubstr("\"status\":\"draining\""));
  EXPECT_EQ(gateway.admin_get("/provenance").status, 200);
  EXPECT_EQ(busy.read().body, "slow");
  EXPECT_EQ(gateway.process().wait(seconds(10)), 0);
}

TEST(Draining, DoesNotNeedAReaderOfStandardError) {
  const TestGateway compiled(spec());
  testkit::Child gateway(
      "/bin/sh",
      {"-c", "exec \"$0\" \"$@\" 2>/dev/full", testkit::program_path(), "serve", "--artifact",
       compiled.artifact(), "--listen=127.0.0.1:0", "--admin-bind=off"},
      {});
  const auto deadline = Clock::now() + seconds(10);
  while (gateway.standard_output().find("listening") == std::string::npos) {
    ASSERT_TRUE(gateway.running() && Clock::now() < deadline) << gateway.standard_output();
    std::this_thread::sleep_for(milliseconds(10));
  }
  gateway.signal(SIGTERM);
  EXPECT_EQ(gateway.wait(seconds(5)), 0);
}

TEST(Draining, FreesTheAddressForTheNextGateway) {
  TestGateway first(spec());
  const std::string address = "127.0.0.1:" + std::to_string(first.port());
  {
    auto connection = first.connect();
    connection.get("/hello");
  }
  const std::string artifact = first.artifact();
  EXPECT_EQ(first.stop(), 0);
  auto next = TestGateway::from_artifact(artifact, {.serve_flags = {"--listen", address}});
  EXPECT_EQ(next.get("/hello").status, 200);
}

}  // namespace
}  // namespace barbacane::integration
