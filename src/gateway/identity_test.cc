#include "gateway/identity.h"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barbacane::gateway {
namespace {

TEST(RequestId, MayBeShortVisibleAscii) {
  EXPECT_TRUE(acceptable_request_id("a"));
  EXPECT_TRUE(acceptable_request_id(std::string(128, 'x')));
  EXPECT_FALSE(acceptable_request_id(""));
  EXPECT_FALSE(acceptable_request_id(std::string(129, 'x')));
  EXPECT_FALSE(acceptable_request_id("a b"));
  EXPECT_FALSE(acceptable_request_id("a\tb"));
  EXPECT_FALSE(acceptable_request_id("caf\xC3\xA9"));
}

TEST(Traceparent, CountsOnlyWhenValid) {
  const std::string id = "4bf92f3577b34da6a3ce929d0e0e4736";
  const std::string rest = "-00f067aa0ba902b7-01";
  EXPECT_EQ(trace_id_of("00-" + id + rest), id);
  EXPECT_EQ(trace_id_of("01-" + id + rest), id);
  EXPECT_EQ(trace_id_of("01-" + id + rest + "-more"), id);
  for (const std::string& refused :
       {"ff-" + id + rest, "00-" + id + rest + "-more", "01-" + id + rest + "more",
        "0x-" + id + rest, "00-" + std::string(32, '0') + rest, "00-" + id + "-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736" + rest, "00-" + id + "-00f067aa0ba902b7-0",
        "00-" + id.substr(1) + rest, std::string("00-abc-def"), std::string()}) {
    EXPECT_EQ(trace_id_of(refused), "") << refused;
  }
}

TEST(Identity, MakesFreshUuidsAndTraceIds) {
  Random random;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    std::pmr::monotonic_buffer_resource arena;
    const http::RequestHead head(&arena);
    const Identity identity = identify(head, random, &arena);
    EXPECT_THAT(std::string(identity.request_id),
                testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                                      "[0-9a-f]{12}"));
    EXPECT_THAT(std::string(identity.trace_id), testing::MatchesRegex("[0-9a-f]{32}"));
    seen.emplace(identity.request_id);
    seen.emplace(identity.trace_id);
  }
  EXPECT_EQ(seen.size(), 2000U);
}

TEST(Identity, UsesEveryDigit) {
  Random random;
  std::set<char> digits;
  for (int i = 0; i < 100; ++i) {
    std::pmr::monotonic_buffer_resource arena;
    const http::RequestHead head(&arena);
    const auto trace_id = identify(head, random, &arena).trace_id;
    digits.insert(trace_id.begin(), trace_id.end());
  }
  EXPECT_EQ(digits.size(), 16U);
}

TEST(Random, DiffersBetweenWorkers) {
  Random one;
  Random other;
  EXPECT_NE(one.next(), other.next());
}

}  // namespace
}  // namespace barbacane::gateway
