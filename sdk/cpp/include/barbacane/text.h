#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Small functions on text. ASCII throughout, as HTTP is; nothing depends on a locale.
namespace barbacane::plugin {

constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(char c) { return to_lower(c) >= 'a' && to_lower(c) <= 'z'; }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string lower(std::string_view text);
std::string upper(std::string_view text);

/// Equal but for the case of ASCII letters, as header names and schemes are compared.
constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (to_lower(a[i]) != to_lower(b[i])) return false;
  }
  return true;
}

/// True when `text` contains `part`, which must be in lower case.
bool contains_ignoring_case(std::string_view text, std::string_view part);

/// Without blanks (space and tab) at both ends.
constexpr std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// The whole text as a number of that type; nothing for anything else, also for a sign before an
/// unsigned number.
template <class Number>
std::optional<Number> parse_integer(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

void append_integer(std::string& out, std::int64_t number);
std::string integer_text(std::int64_t number);

namespace detail {
inline void append_part(std::string& out, std::string_view part) { out.append(part); }
inline void append_part(std::string& out, char part) { out.push_back(part); }
template <class Number>
  requires std::is_integral_v<Number>
void append_part(std::string& out, Number part) {
  append_integer(out, static_cast<std::int64_t>(part));
}
}  // namespace detail

/// Texts, characters and integers in a row: `concat("limit ", 3, '/', name)`.
template <class... Parts>
std::string concat(const Parts&... parts) {
  std::string out;
  (detail::append_part(out, parts), ...);
  return out;
}

/// Calls `take(piece)` for every piece between separators, without blanks around it; empty pieces
/// are left out. The elements of a list header, or of any other list in one text.
template <class Take>
void for_each_element(std::string_view list, char separator, Take take) {
  while (!list.empty()) {
    const std::size_t end = list.find(separator);
    const std::string_view piece = trim(list.substr(0, end));
    if (!piece.empty()) take(piece);
    if (end == std::string_view::npos) return;
    list.remove_prefix(end + 1);
  }
}

/// Length of the UTF-8 sequence at the begin of `text`; 0 when it is none (RFC 3629).
std::size_t utf8_sequence_length(std::string_view text);
bool is_utf8(std::string_view text);
/// The first `bytes` of the text, less what would be half a character.
std::string_view cut_utf8(std::string_view text, std::size_t bytes);
/// Writes that code point in UTF-8, up to four bytes; U+FFFD for what is none. Returns their
/// number.
std::size_t put_utf8(char* out, std::uint32_t code_point);
inline void append_utf8(std::string& out, std::uint32_t code_point) {
  char bytes[4];
  out.append(bytes, put_utf8(bytes, code_point));
}

}  // namespace barbacane::plugin
