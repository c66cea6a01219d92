#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string_view>

/// Patterns and formats that the slow model knows, each with a test written by hand: an engine for
/// either would be as likely to be wrong as what it checks.
namespace barbacane::schema::slow {

struct Word {
  std::string_view name;
  bool (*matches)(std::string_view text);
};

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

inline std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

inline bool is_ipv4(std::string_view text) {
  int parts = 0;
  for (; parts < 4; ++parts) {
    const std::size_t dot = parts < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos) return false;
    const std::string_view part = text.substr(0, dot);
    if (part.empty() || part.size() > 3 || !std::ranges::all_of(part, is_digit)) return false;
    if (part.size() > 1 && part[0] == '0') return false;
    int value = 0;
    std::from_chars(part.data(), part.data() + part.size(), value);
    if (value > 255) return false;
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return text.empty();
}

inline constexpr Word kPatterns[] = {
    {"^a", [](std::string_view s) { return s.starts_with('a'); }},
    {"b$", [](std::string_view s) { return s.ends_with('b'); }},
    {"", [](std::string_view) { return true; }},
    {"^$", [](std::string_view s) { return s.empty(); }},
    {"^[a-z]+$", [](std::string_view s) { return !s.empty() && std::ranges::all_of(s, is_lower); }},
    {"\\d", [](std::string_view s) { return std::ranges::any_of(s, is_digit); }},
    {"^.{2}$", [](std::string_view s) { return code_points(s) == 2 && !s.contains('\n'); }},
    {"^[^a]*$", [](std::string_view s) { return !s.contains('a'); }},
    {"\\u00e9|\\/", [](std::string_view s) { return s.contains("é") || s.contains('/'); }},
    {"^(?!a)", [](std::string_view s) { return !s.starts_with('a'); }},
    {"^(a|b)\\1$", [](std::string_view s) { return s == "aa" || s == "bb"; }},
};

/// Of strings. What is not here is an annotation.
inline constexpr Word kFormats[] = {
    {"ipv4", is_ipv4},
    {"json-pointer",
     [](std::string_view s) {
       if (!s.empty() && s[0] != '/') return false;
       for (std::size_t at = s.find('~'); at != std::string_view::npos; at = s.find('~', at + 1)) {
         if (at + 1 == s.size() || (s[at + 1] != '0' && s[at + 1] != '1')) return false;
       }
       return true;
     }},
};

}  // namespace barbacane::schema::slow
