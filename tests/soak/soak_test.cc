// Rude clients in their thousands leave neither growth nor a broken gateway behind.

#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "rude_clients.h"
#include "steady_load.h"
#include "testkit/spec_builder.h"
#include "testkit/test_gateway.h"

namespace barbacane::soak {
namespace {

using testkit::SpecBuilder;
using testkit::TestGateway;

constexpr std::size_t kWarmUp = 100'000;

std::size_t requests_asked_for() {
  const char* text = std::getenv("BARBACANE_SOAK_REQUESTS");
  return text == nullptr ? 100'000 : std::strtoull(text, nullptr, 10);
}

std::size_t open_descriptors(pid_t pid) {
  const std::filesystem::directory_iterator entries("/proc/" + std::to_string(pid) + "/fd");
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

TEST(Soak, RudeClientsLeaveNoGrowthAndNoBrokenGateway) {
  SpecBuilder spec;
  spec.operation("GET", "/items/{id}").mock(200, R"({"id":"{{path_params.id}}"})");
  spec.operation("POST", "/items").mock(201, R"({"ok":true})");
  spec.operation("GET", "/slow").mock(200, "late").mock_config("delay_ms", "50");
  TestGateway gateway(spec.text(), {.serve_flags = {"--workers", "2", "--log-level", "warn"}});
  const std::size_t idle_descriptors = open_descriptors(gateway.pid());

  const std::size_t requests = requests_asked_for();
  const auto crowd = [&](std::size_t share, std::uint64_t seed) {
    return run({.port = gateway.port(), .connections = 1000, .requests = share, .seed = seed});
  };
  // The first round fills pools, caches and the heap's free lists; growth is what comes after.
  const Tally warm = crowd(kWarmUp, 1);
  const std::size_t before = resident_kib(gateway.pid());
  const Tally tally = crowd(requests, 2);
  const std::size_t after = resident_kib(gateway.pid());

  EXPECT_GE(tally.requests, requests);
  EXPECT_GT(tally.answers, requests / 2);
  EXPECT_GT(tally.aborts, requests / 100);
  EXPECT_EQ(warm.refused + tally.refused, 0u);
  RecordProperty("resident_kib_before", static_cast<int>(before));
  RecordProperty("resident_kib_after", static_cast<int>(after));
  // What a leak of one small object per aborted request would exceed many times over in a long run;
  // sanitizer builds keep freed memory in quarantine and find leaks themselves, at exit.
#if !defined(BARBACANE_SANITIZED)
  EXPECT_LT(after, before + 4096) << "KiB";
#endif

  EXPECT_EQ(gateway.get("/items/7").body, R"({"id":"7"})");
  std::size_t descriptors = 0;
  for (int i = 0; i < 100; ++i) {
    descriptors = open_descriptors(gateway.pid());
    if (descriptors <= idle_descriptors + 1) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_LE(descriptors, idle_descriptors + 1);
  EXPECT_EQ(gateway.stop(), 0) << gateway.standard_error();
}

}  // namespace
}  // namespace barbacane::soak
