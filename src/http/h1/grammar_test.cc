#include "http/h1/grammar.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace barbacane::http::h1 {
namespace {

/// Every byte at every place of texts of many lengths, for words are looked at as a whole.
template <class Judge>
void for_each_text(Judge judge) {
  for (const char around : {'a', 'A', '-', '7', '~'}) {
    for (std::size_t size = 1; size <= 20; ++size) {
      for (std::size_t at = 0; at < size; ++at) {
        std::string text(size, around);
        for (int byte = 0; byte < 256; ++byte) {
          text[at] = static_cast<char>(byte);
          judge(text);
        }
      }
    }
  }
}

TEST(Grammar, ATokenIsOfTokenBytes) {
  EXPECT_FALSE(is_token(""));
  for_each_text([](const std::string& text) {
    EXPECT_EQ(is_token(text), std::ranges::all_of(text, is_token_byte)) << text;
  });
}

TEST(Grammar, AFieldTextIsOfFieldBytes) {
  EXPECT_TRUE(is_field_text(""));
  for_each_text([](const std::string& text) {
    EXPECT_EQ(is_field_text(text), std::ranges::all_of(text, is_field_byte)) << text;
  });
}

}  // namespace
}  // namespace barbacane::http::h1
