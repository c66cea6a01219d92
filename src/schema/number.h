#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

/// Exact arithmetic on JSON numbers as they were written.
///
/// `1.0` is 1, `1e400` is a number like any other, `0.0075` is a multiple of `0.0001`: nothing is
/// ever rounded to a double. A `Number` borrows its literal, which must be one by RFC 8259's
/// grammar. All operations take time linear in the length of the
/// literals, whatever the exponents say, and allocate only when a divisor has more than 18
/// significant digits (then also quadratic in those). Exponents beyond ±10^18 count as ±10^18:
/// numbers that large or small compare equal when their digits do.
/// JSON Schema 2020-12, core 4.2.1 and validation 6.1.1, 6.2.
namespace barbacane::schema {

class Number {
 public:
  explicit Number(std::string_view literal);

  /// No fraction: `3`, `3.0`, `3e2`, `30e-1`.
  bool is_integer() const;
  bool is_zero() const;
  bool is_negative() const;
  /// Whether it lies in the range of a signed integer of that many bits (32 or 64).
  bool fits(int bits) const;

  friend std::strong_ordering operator<=>(const Number& a, const Number& b);
  friend bool operator==(const Number& a, const Number& b) { return (a <=> b) == 0; }
  /// `divisor` is positive.
  bool is_multiple_of(const Number& divisor) const;

 private:
  std::string_view literal_;
  std::int64_t small_ = 0;  ///< the value, when `is_small_`
  bool is_small_ = false;   ///< an integer literal of at most 18 digits
};

/// Whether a text is a number by JSON's grammar, whole.
bool is_number_literal(std::string_view text);

}  // namespace barbacane::schema
