#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

/// A number literal taken apart: sign, significant digits, power of ten.
namespace barbacane::schema::detail {

/// ±digits × 10^exponent. The digits stand in the literal in two pieces, before and after its
/// point, without zeros at either end; zero has none.
struct Decimal {
  std::string_view head;
  std::string_view tail;
  std::int64_t exponent = 0;
  bool negative = false;

  std::size_t count() const { return head.size() + tail.size(); }
  bool is_zero() const { return count() == 0; }
  unsigned digit(std::size_t i) const {
    const char c = i < head.size() ? head[i] : tail[i - head.size()];
    return static_cast<unsigned>(c - '0');
  }
};

/// The number of digits an unsigned 64-bit integer holds for certain, and leaves room for sums.
constexpr std::size_t kWordDigits = 18;

Decimal take_apart(std::string_view literal);

std::strong_ordering compare(const Decimal& a, const Decimal& b);

/// `divisor` is not zero; signs do not matter.
bool is_multiple(const Decimal& value, const Decimal& divisor);

/// The same for any number of digits, once signs and exponents are out of the way: whether
/// digits × 10^shift is a multiple of the divisor's digits.
bool is_multiple_of_many_digits(const Decimal& value, std::uint64_t shift, const Decimal& divisor);

/// Digits from `begin` up to `end`, at most `kWordDigits`, as an integer.
std::uint64_t word(const Decimal& number, std::size_t begin, std::size_t end);

}  // namespace barbacane::schema::detail
