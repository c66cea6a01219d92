#pragma once

#include <cstdint>

#include "schema/json.h"

/// RFC 8259, 6, as a scanner.
namespace barbacane::schema::detail {

inline bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

inline const char* skip_digits(const char* at, const char* end) {
  while (at != end && is_digit(*at)) ++at;
  return at;
}

/// Past the longest number that starts here; null when none does.
inline const char* scan_number(const char* at, const char* end) {
  if (at != end && *at == '-') ++at;
  if (at == end || !is_digit(*at)) return nullptr;
  at = *at == '0' ? at + 1 : skip_digits(at, end);
  if (at != end && *at == '.') {
    const char* fraction = ++at;
    at = skip_digits(at, end);
    if (at == fraction) return nullptr;
  }
  if (at != end && (*at | 0x20) == 'e') {
    ++at;
    if (at != end && (*at == '+' || *at == '-')) ++at;
    const char* exponent = at;
    at = skip_digits(at, end);
    if (at == exponent) return nullptr;
  }
  return at;
}

/// Fills what can be known of a number at little cost.
inline void note_size(Value::Node& node) {
  const char* at = node.text;
  const char* const end = at + node.size;
  const bool negative = *at == '-';
  if (negative) ++at;
  const char* const first = at;
  std::int32_t whole = 0;
  for (; at != end && is_digit(*at); ++at) {
    if (at - first == 9) return;
    whole = whole * 10 + (*at - '0');
  }
  bool fraction = false;
  if (at != end) {
    if (*at != '.') return;
    while (++at != end) {
      if (!is_digit(*at)) return;
      fraction = fraction || *at != '0';
    }
  }
  using Known = Value::Node::Known;
  node.known = fraction ? Known::kFraction : Known::kWhole;
  node.hash = static_cast<std::uint32_t>(negative ? -whole - (fraction ? 1 : 0) : whole);
}

}  // namespace barbacane::schema::detail
