#include "schema/detail/format_pointer.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace barbacane::schema::detail {
namespace {

constexpr auto kNotHex = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(1);
  for (int c = '0'; c <= '9'; ++c) table[c] = 0;
  for (int c = 'a'; c <= 'f'; ++c) table[c] = table[c - 'a' + 'A'] = 0;
  return table;
}();

/// Takes an integer without leading zeros off the front.
bool take_integer(std::string_view& text) {
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  if (digits == 0 || (digits > 1 && text[0] == '0')) return false;
  text.remove_prefix(digits);
  return true;
}

}  // namespace

bool is_json_pointer(std::string_view text) {
  if (text.empty()) return true;
  if (text[0] != '/') return false;
  for (std::size_t at = text.find('~'); at != text.npos; at = text.find('~', at + 1)) {
    if (at + 1 == text.size() || (text[at + 1] != '0' && text[at + 1] != '1')) return false;
  }
  return true;
}

bool is_relative_json_pointer(std::string_view text) {
  if (!take_integer(text)) return false;
  if (text.starts_with('+') || text.starts_with('-')) {
    text.remove_prefix(1);
    if (!take_integer(text)) return false;
  }
  return text == "#" || is_json_pointer(text);
}

bool is_uuid(std::string_view text) {
  constexpr std::size_t kLength = 36;
  if (text.size() != kLength) return false;
  const char* const at = text.data();
  unsigned bad = static_cast<unsigned>(at[8] != '-') | static_cast<unsigned>(at[13] != '-') |
                 static_cast<unsigned>(at[18] != '-') | static_cast<unsigned>(at[23] != '-');
  const auto check = [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) bad |= kNotHex[static_cast<unsigned char>(at[i])];
  };
  check(0, 8);
  check(9, 13);
  check(14, 18);
  check(19, 23);
  check(24, kLength);
  return bad == 0;
}

}  // namespace barbacane::schema::detail
