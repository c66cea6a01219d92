#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/multiprecision/cpp_int.hpp>

/// JSON values for the slow model of the validator, in tests and fuzz targets only.
///
/// Written as plainly as possible and sharing nothing with `json.h` and `number.h`, which it is
/// there to check: owned trees, and numbers as whole fractions of a power of ten.
namespace barbacane::schema::slow {

struct Json {
  enum class Kind : std::uint8_t { kNull, kBoolean, kNumber, kString, kArray, kObject };
  using Members = std::vector<std::pair<std::string, Json>>;

  Kind kind = Kind::kNull;
  bool boolean = false;
  std::string text = {};  ///< of strings: UTF-8; of numbers: the literal
  std::vector<Json> items = {};
  Members members = {};

  static Json of(bool value) { return {.kind = Kind::kBoolean, .boolean = value}; }
  static Json number(std::string literal) {
    return {.kind = Kind::kNumber, .text = std::move(literal)};
  }
  static Json string(std::string text) { return {.kind = Kind::kString, .text = std::move(text)}; }
  static Json array(std::vector<Json> items = {}) {
    return {.kind = Kind::kArray, .items = std::move(items)};
  }
  static Json object(Members members = {}) {
    return {.kind = Kind::kObject, .members = std::move(members)};
  }

  bool is(Kind other) const { return kind == other; }
  const Json* find(std::string_view name) const {
    for (const auto& [key, value] : members) {
      if (key == name) return &value;
    }
    return nullptr;
  }
  /// Unless there is one of the name.
  void set(std::string name, Json value) {
    if (find(name) == nullptr) add(std::move(name), std::move(value));
  }
  void add(std::string name, Json value) {
    members.emplace_back(std::move(name), std::move(value));
  }
};

/// A number is `digits` times ten to the power of `exponent`.
struct Decimal {
  using Integer = boost::multiprecision::cpp_int;
  Integer digits = 0;
  int exponent = 0;

  explicit Decimal(std::string_view literal) {
    bool negative = false;
    bool fraction = false;
    std::size_t at = 0;
    for (; at < literal.size() && literal[at] != 'e' && literal[at] != 'E'; ++at) {
      const char c = literal[at];
      if (c == '-') negative = true;
      if (c == '.') fraction = true;
      if (c < '0' || c > '9') continue;
      digits = digits * 10 + (c - '0');
      if (fraction) --exponent;
    }
    if (at < literal.size()) exponent += std::stoi(std::string(literal.substr(at + 1)));
    if (negative) digits = -digits;
  }

  /// As a whole number of units of ten to the power of `unit`, which is at most `exponent`.
  Integer in_units_of(int unit) const {
    return digits * boost::multiprecision::pow(Integer(10), static_cast<unsigned>(exponent - unit));
  }
  bool is_integer() const {
    if (exponent >= 0) return true;
    return digits % boost::multiprecision::pow(Integer(10), static_cast<unsigned>(-exponent)) == 0;
  }
  /// Negative, zero or positive as `a` is less than, equal to or greater than `b`.
  static int compare(const Decimal& a, const Decimal& b) {
    const int unit = std::min(a.exponent, b.exponent);
    return a.in_units_of(unit).compare(b.in_units_of(unit));
  }
  bool is_multiple_of(const Decimal& divisor) const {
    const int unit = std::min(exponent, divisor.exponent);
    return in_units_of(unit) % divisor.in_units_of(unit) == 0;
  }
};

inline bool equal(const Json& a, const Json& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Json::Kind::kNull:
      return true;
    case Json::Kind::kBoolean:
      return a.boolean == b.boolean;
    case Json::Kind::kNumber:
      return Decimal::compare(Decimal(a.text), Decimal(b.text)) == 0;
    case Json::Kind::kString:
      return a.text == b.text;
    case Json::Kind::kArray:
      return std::ranges::equal(a.items, b.items, equal);
    case Json::Kind::kObject:
      break;
  }
  return a.members.size() == b.members.size() &&
         std::ranges::all_of(a.members, [&](const auto& member) {
           const Json* other = b.find(member.first);
           return other != nullptr && equal(member.second, *other);
         });
}

inline void append_string(std::string& out, std::string_view text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      out.append("\\u00").append({kDigits[byte >> 4], kDigits[byte & 15]});
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  out += '"';
}

inline void append_text(std::string& out, const Json& value) {
  switch (value.kind) {
    case Json::Kind::kNull:
      out += "null";
      return;
    case Json::Kind::kBoolean:
      out += value.boolean ? "true" : "false";
      return;
    case Json::Kind::kNumber:
      out += value.text;
      return;
    case Json::Kind::kString:
      append_string(out, value.text);
      return;
    case Json::Kind::kArray: {
      char separator = '[';
      for (const Json& item : value.items) {
        out += separator;
        append_text(out, item);
        separator = ',';
      }
      out += value.items.empty() ? "[]" : "]";
      return;
    }
    case Json::Kind::kObject: {
      char separator = '{';
      for (const auto& [name, member] : value.members) {
        out += separator;
        append_string(out, name);
        out += ':';
        append_text(out, member);
        separator = ',';
      }
      out += value.members.empty() ? "{}" : "}";
      return;
    }
  }
}

inline std::string to_text(const Json& value) {
  std::string out;
  append_text(out, value);
  return out;
}

}  // namespace barbacane::schema::slow
