// Five thousand slow clients, and a load beside them that does not notice.

#include "slow_clients.h"

#include <memory>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "steady_load.h"
#include "testkit/eventually.h"
#include "testkit/peers.h"
#include "testkit/spec_builder.h"
#include "testkit/test_gateway.h"

namespace barbacane::soak {
namespace {

using namespace testkit;
using std::chrono::milliseconds;

constexpr std::size_t kClients = 5'000;
constexpr std::chrono::seconds kWatched{8};

void raise_file_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// Answers of 200 that a modest load gets in the time watched; anything else fails the test.
std::size_t answers_got(std::uint16_t port) {
  SteadyLoad load(port);
  load.add(
      8, [](Client& client) { return client.request(RequestBuilder("GET", "/quick")).word(); },
      milliseconds(5));
  load.add(
      8, [](Client& client) { return client.request(RequestBuilder("GET", "/files/a")).word(); },
      milliseconds(5));
  std::this_thread::sleep_for(kWatched);
  load.stop();
  const Counts counts = load.counts();
  EXPECT_EQ(counts.size(), 1u) << as_text(counts);
  return counts.contains("200") ? counts.at("200") : 0;
}

TEST(Soak, SlowClientsDoNotSlowTheOthers) {
  raise_file_limit();
  const NginxUpstream nginx;
  const std::string config = R"({"url":")" + nginx.url() + R"(","timeout":120})";
  SpecBuilder spec;
  spec.operation("GET", "/quick").mock(200, "quick");
  spec.operation("GET", "/files/{name}").dispatch("http-upstream", config);
  spec.operation("PUT", "/files/{name}").dispatch("http-upstream", config);
  TestGateway gateway(spec.text(),
                      {.serve_flags = {"--allow-plaintext-upstream", "--log-level", "error"},
                       .compile_flags = {"--allow-plaintext"},
                       .environment = {{"BARBACANE_MAX_CONNECTIONS", "20000"}}});
  ASSERT_EQ(gateway.request(RequestBuilder("PUT", "/files/a").body("a file")).status, 201);

  const std::size_t alone = answers_got(gateway.port());
  auto slow = std::make_unique<SlowClients>(SlowCrowd{
      .port = gateway.port(),
      .clients = kClients,
      .slow_head = "GET /quick HTTP/1.1\r\nhost: slow\r\nx-long: " + std::string(200, 'x') + "\r\n",
      .head = "PUT /files/slow HTTP/1.1\r\nhost: slow\r\ncontent-length: 1000\r\n\r\n"});
  ASSERT_TRUE(eventually(milliseconds(20'000), [&] { return slow->connected() == kClients; }));
  const std::size_t together = answers_got(gateway.port());

  RecordProperty("answers_alone", static_cast<int>(alone));
  RecordProperty("answers_together", static_cast<int>(together));
  EXPECT_GT(slow->connected(), kClients * 9 / 10);
  EXPECT_GT(slow->bytes_said(), kClients);
  // The load is far from what the machine can do, so that only waiting would make it smaller.
  EXPECT_GT(together, alone * 7 / 10) << "alone " << alone;
  slow.reset();  // a shutdown would wait for them
  EXPECT_EQ(gateway.stop(), 0) << gateway.standard_error();
}

}  // namespace
}  // namespace barbacane::soak
