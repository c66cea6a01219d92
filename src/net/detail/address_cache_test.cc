#include "net/detail/address_cache.h"

#include <gtest/gtest.h>

#include "net/detail/address_order.h"

namespace barbacane::net::detail {
namespace {

using namespace std::chrono_literals;

const IpAddress kOne = *parse_ip("192.0.2.1");
const IpAddress kTwo = *parse_ip("192.0.2.2");
const IpAddress kSix = *parse_ip("2001:db8::6");
const ResolveError kFailure{ResolveFailure::kFailed, "servers do not answer"};
const ResolveError kGone{ResolveFailure::kNoSuchName, "no such name"};

constexpr ResolverLimits kLimits{.ttl_floor = 1s,
                                 .ttl_ceiling = 300s,
                                 .no_such_name = 5s,
                                 .failure = 1s,
                                 .stale = 600s,
                                 .stale_recheck = 5s,
                                 .names = 3};
const AddressCache::Time kStart{1000h};

TEST(AddressCache, KeepsAnswersAsLongAsTheirTtlBetweenFloorAndCeiling) {
  struct Case {
    std::chrono::seconds ttl;
    std::chrono::milliseconds kept;
  };
  for (const Case& one : {Case{0s, 1s}, Case{1s, 1s}, Case{60s, 60s}, Case{300s, 300s},
                          Case{301s, 300s}, Case{2147483647s, 300s}}) {
    AddressCache cache(kLimits);
    cache.keep("api", {kOne}, one.ttl, kStart);
    EXPECT_EQ(cache.find("api", kStart + one.kept - 1ms), Resolution(Addresses{kOne}))
        << one.ttl.count();
    EXPECT_FALSE(cache.find("api", kStart + one.kept)) << one.ttl.count();
  }
}

TEST(AddressCache, KeepsFailuresForAMoment) {
  AddressCache cache(kLimits);
  bool stale = true;
  EXPECT_FALSE(cache.fail("api", kFailure, kStart, stale));
  EXPECT_FALSE(stale);
  ASSERT_TRUE(cache.find("api", kStart + 999ms));
  EXPECT_EQ(cache.find("api", kStart + 999ms)->error().failure, ResolveFailure::kFailed);
  EXPECT_FALSE(cache.find("api", kStart + 1s));
  EXPECT_FALSE(cache.fail("gone", kGone, kStart, stale));
  EXPECT_TRUE(cache.find("gone", kStart + 4999ms));
  EXPECT_FALSE(cache.find("gone", kStart + 5s));
}

TEST(AddressCache, UsesExpiredAnswersWhileDnsFailsButNotForEver) {
  AddressCache cache(kLimits);
  cache.keep("api", {kOne}, 10s, kStart);
  bool stale = false;
  EXPECT_EQ(cache.fail("api", kFailure, kStart + 10s, stale), Resolution(Addresses{kOne}));
  EXPECT_TRUE(stale);
  EXPECT_TRUE(cache.find("api", kStart + 14s)) << "used until the next recheck";
  EXPECT_FALSE(cache.find("api", kStart + 15s)) << "then DNS is asked again";
  EXPECT_TRUE(cache.fail("api", kFailure, kStart + 609s, stale));
  EXPECT_FALSE(cache.fail("api", kFailure, kStart + 615s, stale));
  EXPECT_FALSE(stale);
  EXPECT_FALSE(cache.use_stale("api", kStart + 616s));
}

TEST(AddressCache, ANameThatIsGoneIsGone) {
  AddressCache cache(kLimits);
  cache.keep("api", {kOne}, 10s, kStart);
  bool stale = false;
  EXPECT_FALSE(cache.fail("api", kGone, kStart + 10s, stale));
  EXPECT_FALSE(cache.use_stale("api", kStart + 11s));
}

TEST(AddressCache, AFailureDoesNotTouchWhatIsFresh) {
  AddressCache cache(kLimits);
  cache.keep("api", {kOne}, 10s, kStart);
  bool stale = false;
  EXPECT_TRUE(cache.fail("api", kGone, kStart + 9s, stale));
  EXPECT_FALSE(stale);
  EXPECT_FALSE(cache.find("api", kStart + 10s)) << "nor keeps it longer";
}

TEST(AddressCache, AnAnswerReplacesAFailure) {
  AddressCache cache(kLimits);
  bool stale = false;
  EXPECT_FALSE(cache.fail("api", kGone, kStart, stale));
  cache.keep("api", {kTwo}, 10s, kStart);
  EXPECT_EQ(cache.find("api", kStart), Resolution(Addresses{kTwo}));
}

TEST(AddressCache, ForgetsTheNameUnusedForLongest) {
  AddressCache cache(kLimits);
  for (const auto name : {"a", "b", "c"}) cache.keep(name, {kOne}, 60s, kStart);
  EXPECT_TRUE(cache.find("a", kStart));
  cache.keep("d", {kOne}, 60s, kStart);
  EXPECT_EQ(cache.size(), 3U);
  EXPECT_FALSE(cache.find("b", kStart));
  for (const auto name : {"a", "c", "d"}) EXPECT_TRUE(cache.find(name, kStart)) << name;
}

TEST(AddressCache, AnAddressThatLostIsTriedLast) {
  AddressCache cache(kLimits);
  cache.keep("api", {kOne, kSix, kTwo}, 60s, kStart);
  cache.demote("api", kOne);
  cache.demote("api", *parse_ip("198.51.100.1"));
  cache.demote("unknown", kOne);
  EXPECT_EQ(cache.find("api", kStart), Resolution(Addresses{kSix, kTwo, kOne}));
}

TEST(AddressOrder, FamiliesTakeTurnsAndNothingComesTwice) {
  const IpAddress seven = *parse_ip("2001:db8::7");
  EXPECT_EQ(in_turns({kOne, kTwo, kOne, kSix, seven}), (Addresses{kOne, kSix, kTwo, seven}));
  EXPECT_EQ(in_turns({kSix, seven, kOne}), (Addresses{kSix, kOne, seven}));
  EXPECT_EQ(in_turns({kTwo, kOne}), (Addresses{kTwo, kOne}));
  EXPECT_TRUE(in_turns({}).empty());
}

}  // namespace
}  // namespace barbacane::net::detail
