#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "schema/json.h"
#include "schema/program.h"

/// Questions about values that several keywords ask.
namespace barbacane::schema::detail {

/// The value of an integer written with at most 18 digits and nothing else.
inline std::optional<std::int64_t> small_integer(std::string_view literal) {
  const bool negative = !literal.empty() && literal.front() == '-';
  if (negative) literal.remove_prefix(1);
  if (literal.empty() || literal.size() > 18) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : literal) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return negative ? -value : value;
}

/// No fraction, for any literal.
bool is_integer(std::string_view literal);

/// `3`, `3.0` or `3e0` as a count; what is larger than 32 bits becomes the largest. Nothing for
/// negative numbers and fractions.
std::optional<std::uint32_t> parse_count(std::string_view literal);

/// Whether a type among `types` is the value's.
inline bool has_type(std::uint8_t types, const Value::Node* node) {
  static constexpr std::uint8_t kBits[] = {TypeSet::kNull,   TypeSet::kBoolean, TypeSet::kBoolean,
                                           TypeSet::kNumber, TypeSet::kString,  TypeSet::kArray,
                                           TypeSet::kObject};
  const unsigned bits = types & kBits[static_cast<std::size_t>(node->kind)];
  if (bits == 0) return false;
  if (node->kind != Kind::kNumber || bits == TypeSet::kNumber) return true;
  using Known = Value::Node::Known;
  if (node->known != Known::kNothing) {
    return (node->known == Known::kWhole) == (bits == TypeSet::kInteger);
  }
  return is_integer({node->text, node->size}) == (bits == TypeSet::kInteger);
}

/// Unicode code points of UTF-8.
std::size_t code_points(std::string_view text);

/// What comparing or hashing a value takes, in steps of the budget of a run.
struct Weight {
  std::uint64_t steps = 0;
  bool opaque = false;  ///< a string in it has no content at hand
};
Weight weigh(const Value::Node* node);

/// JSON Schema 2020-12, core 4.2.2: numbers by value, objects whatever their order. An opaque
/// string equals nothing.
bool equal(Value a, Value b);

/// Equal values have equal hashes. Seeded anew in each process: clients cannot make them collide.
std::uint64_t hash(Value value);

}  // namespace barbacane::schema::detail
