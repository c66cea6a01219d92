#include "base/hash.h"

#include <gtest/gtest.h>

#include "base/clock.h"

namespace barbacane::base {
namespace {

TEST(Hash, MatchesTheTestVectorsOfTheStandard) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Hash, ReadsHexadecimalOfEitherCaseAndRefusesTheRest) {
  EXPECT_EQ(from_hex("00fFAb"), std::string("\x00\xFF\xAB", 3));
  EXPECT_EQ(from_hex("abc"), "");
  EXPECT_EQ(from_hex("zz"), "");
}

TEST(Clock, WritesTheFormatsOfTheirStandards) {
  const WallTime time = std::chrono::sys_days{std::chrono::year{2026} / 6 / 1} +
                        std::chrono::hours{7} + std::chrono::microseconds{42};
  EXPECT_EQ(rfc3339(time), "2026-06-01T07:00:00Z");
  EXPECT_EQ(rfc3339_micros(time), "2026-06-01T07:00:00.000042Z");
  EXPECT_EQ(imf_fixdate(time), "Mon, 01 Jun 2026 07:00:00 GMT");
}

}  // namespace
}  // namespace barbacane::base
