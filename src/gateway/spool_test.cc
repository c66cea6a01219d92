#include "gateway/spool.h"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace barbacane::gateway {
namespace {

TEST(Spool, KeepsASmallBodyInMemory) {
  Spool spool;
  EXPECT_TRUE(spool.append("one").has_value());
  EXPECT_TRUE(spool.append(std::string(Spool::kInMemory - 3, 'x')).has_value());
  EXPECT_TRUE(spool.in_memory());
  EXPECT_EQ(spool.size(), Spool::kInMemory);
  EXPECT_EQ(spool.memory().size(), Spool::kInMemory);
}

TEST(Spool, HoldsNoMoreThanItsShareOfALargeBodyInMemory) {
  Spool spool;
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(spool.append(std::string(40'000, 'x')).has_value());
  EXPECT_FALSE(spool.in_memory());
  EXPECT_EQ(spool.size(), 4'000'000U);
  EXPECT_LE(spool.memory().size(), Spool::kInMemory);
}

TEST(Spool, SaysWhereATemporaryFileCannotBeMade) {
  const char* before = std::getenv("TMPDIR");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("TMPDIR", "/nowhere/at/all", 1);
  Spool spool;
  EXPECT_TRUE(spool.append(std::string(Spool::kInMemory, 'x')).has_value());
  const auto failed = spool.append("more");
  if (before == nullptr) {
    ::unsetenv("TMPDIR");
  } else {
    ::setenv("TMPDIR", kept.c_str(), 1);
  }
  ASSERT_FALSE(failed.has_value());
  EXPECT_NE(failed.error().message.find("/nowhere/at/all"), std::string::npos);
}

}  // namespace
}  // namespace barbacane::gateway
