#include "base/source_index.h"

#include <string>

#include <gtest/gtest.h>

namespace barbacane::base {
namespace {

TEST(SourceIndex, FindsLinesAndColumnsOfCodePoints) {
  SourceIndex index("\xEF\xBB\xBFone\r\n\nd\xC3\xA9j\xC3\xA0 \xFFvu\n");
  EXPECT_EQ(index.line_from({3, 4}, 99), "\xC3\xA0 \xFFvu");
  EXPECT_EQ(index.line_from({3, 7}, 99), "vu");
  EXPECT_EQ(index.line_from({1, 1}, 99), "one");
  EXPECT_EQ(index.line_from({1, 2}, 1), "n");
  EXPECT_EQ(index.line_from({2, 1}, 99), "");
  EXPECT_EQ(index.line_from({1, 50}, 99), "");
  EXPECT_EQ(index.line_from({4, 1}, 99), "");
  EXPECT_EQ(index.line_from({5, 1}, 99), std::nullopt);
}

TEST(SourceIndex, AnswersTheSameInAnyOrder) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "\xC3\xA9" + std::to_string(i % 10);
  text += "\n" + std::string(20'000, 'x') + "\nend";
  SourceIndex forth(text);
  SourceIndex back(text);
  EXPECT_EQ(back.line_from({3, 1}, 9), "end");
  for (std::uint32_t column = 2; column < 6000; column += 2) {
    const std::string digit = std::to_string((column / 2 - 1) % 10);
    EXPECT_EQ(forth.line_from({1, column}, 1), digit);
    EXPECT_EQ(back.line_from({1, 6002 - column}, 1), std::to_string((3000 - column / 2) % 10));
  }
  EXPECT_EQ(back.line_from({2, 19'999}, 9), "xx");
  EXPECT_EQ(forth.line_from({3, 2}, 9), "nd");
}

}  // namespace
}  // namespace barbacane::base
