#pragma once

#include <cstddef>
#include <string_view>

#include "base/text.h"

namespace barbacane::schema::detail {

/// The first character of a text in UTF-8.
struct Utf8Character {
  char32_t code_point = 0;
  std::size_t length = 0;  ///< in bytes; 0 when the text is empty or not UTF-8
};

inline Utf8Character first_character(std::string_view text) {
  const std::size_t length = base::utf8_sequence_length(text);
  if (length == 0) return {};
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  char32_t out = length == 1 ? byte(0) : byte(0) & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) out = out << 6 | (byte(i) & 0x3FU);
  return {out, length};
}

}  // namespace barbacane::schema::detail
