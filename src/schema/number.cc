#include "schema/number.h"

#include <limits>

#include "schema/detail/number_decimal.h"
#include "schema/detail/number_scan.h"

namespace barbacane::schema {

Number::Number(std::string_view literal) : literal_(literal) {
  const bool negative = literal.starts_with('-');
  if (negative) literal.remove_prefix(1);
  if (literal.empty() || literal.size() > detail::kWordDigits) return;
  std::int64_t value = 0;
  for (const char c : literal) {
    if (!detail::is_digit(c)) return;
    value = value * 10 + (c - '0');
  }
  small_ = negative ? -value : value;
  is_small_ = true;
}

bool Number::is_integer() const {
  if (is_small_) return true;
  const auto number = detail::take_apart(literal_);
  return number.is_zero() || number.exponent >= 0;
}

bool Number::is_zero() const {
  return is_small_ ? small_ == 0 : detail::take_apart(literal_).is_zero();
}

bool Number::is_negative() const { return literal_.starts_with('-') && !is_zero(); }

bool Number::fits(int bits) const {
  if (bits == 32) {
    using Limits = std::numeric_limits<std::int32_t>;
    if (is_small_) return small_ >= Limits::min() && small_ <= Limits::max();
    return *this >= Number("-2147483648") && *this <= Number("2147483647");
  }
  return is_small_ ||
         (*this >= Number("-9223372036854775808") && *this <= Number("9223372036854775807"));
}

std::strong_ordering operator<=>(const Number& a, const Number& b) {
  if (a.is_small_ && b.is_small_) return a.small_ <=> b.small_;
  return detail::compare(detail::take_apart(a.literal_), detail::take_apart(b.literal_));
}

bool Number::is_multiple_of(const Number& divisor) const {
  if (divisor.is_zero()) return is_zero();
  if (is_small_ && divisor.is_small_) return small_ % divisor.small_ == 0;
  return detail::is_multiple(detail::take_apart(literal_), detail::take_apart(divisor.literal_));
}

bool is_number_literal(std::string_view text) {
  const char* end = text.data() + text.size();
  return !text.empty() && detail::scan_number(text.data(), end) == end;
}

}  // namespace barbacane::schema
