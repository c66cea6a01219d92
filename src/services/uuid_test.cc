#include "services/uuid.h"

#include <cstdint>
#include <regex>
#include <string>

#include <gtest/gtest.h>

namespace barbacane::services {
namespace {

struct Counting {
  std::uint64_t state = 1;
  std::uint64_t next() { return state *= 6364136223846793005; }
};

TEST(UuidV7, HasTheTimeTheVersionAndTheVariantInTheirPlaces) {
  UuidV7 uuids;
  struct {
    std::uint64_t next() const { return 0x18C4DC0C0C07398F; }
  } random;
  const std::string text(uuids.next(0x017F22E279B0, random));
  EXPECT_EQ(text.substr(0, 15), "017f22e2-79b0-7");
  EXPECT_EQ(text.substr(18), "-98c4-dc0c0c07398f");
  const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  Counting source;
  for (std::uint64_t n = 0; n < 1000; ++n)
    EXPECT_TRUE(std::regex_match(std::string(uuids.next(n, source)), form));
}

TEST(UuidV7, SortsByTheOrderInWhichTheyWereMade) {
  UuidV7 uuids;
  Counting source;
  std::string last;
  // Many in one millisecond, more than the counter counts, a clock that goes back, one that jumps.
  for (const std::uint64_t time : {1000u, 1000u, 999u, 1001u, 5u, 1002u, 900'000u, 1003u}) {
    for (int n = 0; n < 3000; ++n) {
      const std::string next(uuids.next(time, source));
      ASSERT_LT(last, next);
      last = next;
    }
  }
}

}  // namespace
}  // namespace barbacane::services
