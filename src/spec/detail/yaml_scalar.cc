#include "spec/detail/yaml_scalar.h"

#include <algorithm>
#include <ranges>
#include <vector>

#include "base/text.h"

namespace barbacane::spec {

namespace {

/// Longer ones would take quadratic time to convert, and mean nothing as a number: 256 bits.
constexpr std::size_t kMaxRadixBits = 256;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view take_digits(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, is_digit);
  const std::string_view digits(text.begin(), end);
  text.remove_prefix(digits.size());
  return digits;
}

std::string_view without_leading_zeros(std::string_view digits) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits.empty() ? "0" : digits;
}

/// Digits of base 2, 8 or 16 to decimal ones, exact; empty when a digit does not belong.
std::string to_decimal(std::string_view digits, int bits) {
  if (digits.empty() || digits.size() * static_cast<std::size_t>(bits) > kMaxRadixBits) return {};
  std::vector<int> decimal{0};  // least significant first
  for (char c : digits) {
    const int digit = base::hex_digit(c);
    if (digit < 0 || digit >= 1 << bits) return {};
    int carry = digit;
    for (int& place : decimal) {
      carry += place << bits;
      place = carry % 10;
      carry /= 10;
    }
    for (; carry != 0; carry /= 10) decimal.push_back(carry % 10);
  }
  std::string out;
  for (const auto digit : std::views::reverse(decimal)) {
    out.push_back(static_cast<char>('0' + digit));
  }
  return out;
}

std::optional<ResolvedScalar> as_null(std::string_view text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
    return ResolvedScalar{Kind::kNull, "null"};
  }
  return std::nullopt;
}

std::optional<ResolvedScalar> as_bool(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") {
    return ResolvedScalar{Kind::kBool, "true"};
  }
  if (text == "false" || text == "False" || text == "FALSE") {
    return ResolvedScalar{Kind::kBool, "false"};
  }
  return std::nullopt;
}

std::optional<ResolvedScalar> as_radix_integer(std::string_view text) {
  if (text.size() < 3 || text[0] != '0') return std::nullopt;
  const int bits = text[1] == 'x' ? 4 : text[1] == 'o' ? 3 : text[1] == 'b' ? 1 : 0;
  if (bits == 0) return std::nullopt;
  std::string decimal = to_decimal(text.substr(2), bits);
  if (decimal.empty()) return std::nullopt;
  return ResolvedScalar{Kind::kInteger, std::move(decimal)};
}

/// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`; without point and exponent
/// an integer. Digits behind a leading zero are an identifier, not a number.
std::optional<ResolvedScalar> as_number(std::string_view text) {
  ResolvedScalar number{Kind::kInteger, {}};
  if (text.starts_with('-')) number.text = "-";
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const std::string_view whole = take_digits(text);
  number.text += without_leading_zeros(whole);
  if (text.starts_with('.')) {
    number.kind = Kind::kFloat;
    text.remove_prefix(1);
    const std::string_view fraction = take_digits(text);
    if (whole.empty() && fraction.empty()) return std::nullopt;
    number.text += '.';
    number.text += fraction.empty() ? "0" : fraction;
  } else if (whole.empty()) {
    return std::nullopt;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    number.kind = Kind::kFloat;
    text.remove_prefix(1);
    number.text += 'e';
    if (text.starts_with('-') || text.starts_with('+')) {
      number.text += text.front();
      text.remove_prefix(1);
    }
    const std::string_view exponent = take_digits(text);
    if (exponent.empty()) return std::nullopt;
    number.text += exponent;
  }
  const bool identifier =
      number.kind == Kind::kInteger && whole.size() > 1 && whole.starts_with('0');
  if (!text.empty() || identifier) return std::nullopt;
  return number;
}

}  // namespace

ResolvedScalar resolve_plain_scalar(std::string_view text) {
  // Nearly every plain scalar is a word; the first character tells that it cannot be more.
  const char first = text.empty() ? '~' : text.front();
  if (is_digit(first) || first == '-' || first == '+' || first == '.') {
    if (auto integer = as_radix_integer(text)) return *std::move(integer);
    if (auto number = as_number(text)) return *std::move(number);
  } else if (std::string_view("~nNtTfF").contains(first)) {
    if (auto null = as_null(text)) return *std::move(null);
    if (auto boolean = as_bool(text)) return *std::move(boolean);
  }
  return {Kind::kString, std::string(text)};
}

std::optional<ResolvedScalar> resolve_tagged_scalar(std::string_view tag, std::string_view text) {
  static constexpr std::string_view kCore = "tag:yaml.org,2002:";
  if (tag.starts_with(kCore)) {
    tag.remove_prefix(kCore.size());
    if (tag == "null") return as_null(text);
    if (tag == "bool") return as_bool(text);
    if (tag == "int" || tag == "float") {
      auto number = as_radix_integer(text);
      if (!number) number = as_number(text);
      if (!number || (tag == "int" && number->kind != Kind::kInteger)) return std::nullopt;
      if (tag == "float") number->kind = Kind::kFloat;
      return number;
    }
  }
  return ResolvedScalar{Kind::kString, std::string(text)};
}

}  // namespace barbacane::spec
