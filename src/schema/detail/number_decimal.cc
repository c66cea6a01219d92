#include "schema/detail/number_decimal.h"

#include <algorithm>

#include "schema/detail/number_scan.h"

namespace barbacane::schema::detail {
namespace {

__extension__ using Uint128 = unsigned __int128;

constexpr std::int64_t kExponentLimit = 1'000'000'000'000'000'000;

std::string_view take_digits(std::string_view& text) {
  const char* begin = text.data();
  const char* end = skip_digits(begin, begin + text.size());
  text.remove_prefix(end - begin);
  return {begin, end};
}

std::int64_t take_exponent(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::int64_t exponent = 0;
  for (const char c : take_digits(text))
    exponent = exponent >= kExponentLimit / 10 ? kExponentLimit : exponent * 10 + (c - '0');
  return negative ? -exponent : exponent;
}

void drop_leading_zeros(std::string_view& digits) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
}

/// How many there were.
std::size_t drop_trailing_zeros(std::string_view& digits) {
  const std::size_t kept = digits.find_last_not_of('0') + 1;
  const std::size_t dropped = digits.size() - kept;
  digits.remove_suffix(dropped);
  return dropped;
}

std::uint64_t multiply(std::uint64_t a, std::uint64_t b, std::uint64_t modulus) {
  return static_cast<std::uint64_t>(Uint128{a} * b % modulus);
}

std::uint64_t power_of_ten(std::uint64_t exponent, std::uint64_t modulus) {
  std::uint64_t result = 1 % modulus;
  for (std::uint64_t base = 10 % modulus; exponent != 0; exponent >>= 1) {
    if ((exponent & 1) != 0) result = multiply(result, base, modulus);
    base = multiply(base, base, modulus);
  }
  return result;
}

std::uint64_t remainder(const Decimal& value, std::uint64_t modulus) {
  std::uint64_t rest = 0;
  for (std::size_t begin = 0; begin < value.count();) {
    const std::size_t end = std::min(begin + kWordDigits, value.count());
    std::uint64_t scale = 1;
    for (std::size_t i = begin; i < end; ++i) scale *= 10;
    rest = static_cast<std::uint64_t>((Uint128{rest} * scale + word(value, begin, end)) % modulus);
    begin = end;
  }
  return rest;
}

}  // namespace

Decimal take_apart(std::string_view literal) {
  Decimal number;
  number.negative = literal.starts_with('-');
  if (number.negative) literal.remove_prefix(1);
  number.head = take_digits(literal);
  if (literal.starts_with('.')) {
    literal.remove_prefix(1);
    number.tail = take_digits(literal);
  }
  if (!literal.empty()) number.exponent = take_exponent(literal.substr(1));
  number.exponent -= static_cast<std::int64_t>(number.tail.size());

  drop_leading_zeros(number.head);
  if (number.head.empty()) drop_leading_zeros(number.tail);
  std::size_t dropped = drop_trailing_zeros(number.tail);
  if (number.tail.empty()) dropped += drop_trailing_zeros(number.head);
  number.exponent += static_cast<std::int64_t>(dropped);
  return number;
}

std::uint64_t word(const Decimal& number, std::size_t begin, std::size_t end) {
  std::uint64_t value = 0;
  for (std::size_t i = begin; i < end; ++i) value = value * 10 + number.digit(i);
  return value;
}

std::strong_ordering compare(const Decimal& a, const Decimal& b) {
  const auto sign = [](const Decimal& x) { return x.is_zero() ? 0 : x.negative ? -1 : 1; };
  if (sign(a) != sign(b) || a.is_zero()) return sign(a) <=> sign(b);
  if (a.negative) {
    Decimal positive_a = a, positive_b = b;
    positive_a.negative = positive_b.negative = false;
    return compare(positive_b, positive_a);
  }
  const auto top = [](const Decimal& x) {
    return x.exponent + static_cast<std::int64_t>(x.count());
  };
  if (top(a) != top(b)) return top(a) <=> top(b);
  const std::size_t both = std::min(a.count(), b.count());
  for (std::size_t i = 0; i < both; ++i)
    if (a.digit(i) != b.digit(i)) return a.digit(i) <=> b.digit(i);
  return a.count() <=> b.count();  // the last digit of the longer one is not zero
}

bool is_multiple(const Decimal& value, const Decimal& divisor) {
  if (value.is_zero()) return true;
  // Whole multiples of the divisor end in its last place or above; this value ends below.
  if (value.exponent < divisor.exponent) return false;
  const auto shift = static_cast<std::uint64_t>(value.exponent - divisor.exponent);
  if (divisor.count() > kWordDigits) return is_multiple_of_many_digits(value, shift, divisor);
  const std::uint64_t modulus = word(divisor, 0, divisor.count());
  return multiply(remainder(value, modulus), power_of_ten(shift, modulus), modulus) == 0;
}

}  // namespace barbacane::schema::detail
