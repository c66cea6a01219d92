#include "gateway/spool.h"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace barbacane::gateway {
namespace {

std::string read_back(const Spool& spool) {
  std::string text;
  Spool::Reader reader(spool);
  for (;;) {
    const auto piece = reader.next();
    EXPECT_TRUE(piece.has_value());
    if (!piece || piece->empty()) return text;
    text += *piece;
  }
}

TEST(Spool, KeepsASmallBodyInMemory) {
  Spool spool;
  EXPECT_TRUE(spool.append("one").has_value());
  EXPECT_TRUE(spool.append(std::string(Spool::kInMemory - 3, 'x')).has_value());
  EXPECT_TRUE(spool.in_memory());
  EXPECT_EQ(spool.size(), Spool::kInMemory);
  EXPECT_EQ(read_back(spool), "one" + std::string(Spool::kInMemory - 3, 'x'));
}

TEST(Spool, HoldsNoMoreThanItsShareOfALargeBodyInMemory) {
  Spool spool;
  std::string all;
  for (int i = 0; i < 100; ++i) {
    const std::string part(40'001, static_cast<char>('a' + i % 26));
    ASSERT_TRUE(spool.append(part).has_value());
    all += part;
  }
  EXPECT_FALSE(spool.in_memory());
  EXPECT_EQ(spool.size(), all.size());
  EXPECT_EQ(read_back(spool), all);
  EXPECT_EQ(read_back(spool), all) << "a second time, for a request that is sent twice";
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
