#pragma once

#include <array>
#include <string_view>

/// The few characters classes of RFC 9110, section 5, that readers and writers share.
namespace barbacane::http::h1 {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// May stand in a field value: visible characters, blanks, opaque bytes; no control.
constexpr bool is_field_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7F) || byte == '\t';
}

/// ASCII letters, digits and `extra`, as a table by byte.
constexpr std::array<bool, 256> alphanumerics_and(std::string_view extra) {
  std::array<bool, 256> table{};
  for (int c = 'a'; c <= 'z'; ++c) table[c] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[c] = true;
  for (int c = '0'; c <= '9'; ++c) table[c] = true;
  for (char c : extra) table[static_cast<unsigned char>(c)] = true;
  return table;
}

inline constexpr auto kTokenBytes = alphanumerics_and("!#$%&'*+-.^_`|~");

/// `tchar`, of which methods and field names are made.
constexpr bool is_token_byte(char c) { return kTokenBytes[static_cast<unsigned char>(c)]; }

/// A method or a field name: at least one `tchar`, nothing else.
bool is_token(std::string_view text);
/// Of field bytes alone, or empty.
bool is_field_text(std::string_view text);

}  // namespace barbacane::http::h1
