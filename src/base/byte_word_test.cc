#include "base/byte_word.h"

#include <string>

#include <gtest/gtest.h>

#include "base/text.h"

namespace barbacane::base {
namespace {

TEST(ByteWord, TellsWhetherAByteIsThere) {
  for (int place = 0; place < 8; ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = "aaaaaaaa";
      text[place] = static_cast<char>(byte);
      const ByteWord word = byte_word_at(text.data());
      EXPECT_EQ(bytes_equal(word, '%') != 0, byte == '%');
      EXPECT_EQ(bytes_equal(word, '\xFF') != 0, byte == 0xFF);
      EXPECT_EQ(bytes_below(word, ' ') != 0, byte < 0x20);
      if (byte >= 0x80) continue;
      const ByteWord digits = bytes_within(word, '0', '9');
      EXPECT_EQ(digits, byte >= '0' && byte <= '9' ? ByteWord{0x80} << 8 * place : 0) << byte;
    }
  }
}

/// Every pair of bytes at every place of texts that are shorter and longer than a word.
TEST(EqualsIgnoringCase, FoldsAsciiLettersAndNothingElse) {
  const auto folded = [](int c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; };
  for (const std::size_t size : {1, 7, 8, 11, 16, 17}) {
    for (std::size_t place = 0; place < size; ++place) {
      for (int x = 0; x < 256; ++x) {
        for (const int y : {x, x ^ 0x20, x ^ 0x80, x + 1}) {
          std::string a(size, 'k');
          std::string b(size, 'K');
          a[place] = static_cast<char>(x);
          b[place] = static_cast<char>(y);
          EXPECT_EQ(equals_ignoring_case(a, b), folded(x) == folded(y & 0xFF)) << x << ' ' << y;
        }
      }
    }
  }
}

}  // namespace
}  // namespace barbacane::base
