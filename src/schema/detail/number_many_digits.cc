#include <algorithm>
#include <cstdint>

#include <boost/multiprecision/cpp_int.hpp>

#include "schema/detail/number_decimal.h"

namespace barbacane::schema::detail {

bool is_multiple_of_many_digits(const Decimal& value, std::uint64_t shift, const Decimal& divisor) {
  using namespace boost::multiprecision;
  using Integer = number<cpp_int_backend<>, et_off>;
  const auto scale = [](std::size_t digits) {
    std::uint64_t power = 1;
    while (digits-- > 0) power *= 10;
    return power;
  };
  Integer modulus = 0;
  for (std::size_t at = 0; at < divisor.count(); at += kWordDigits) {
    const std::size_t end = std::min(at + kWordDigits, divisor.count());
    modulus = modulus * scale(end - at) + word(divisor, at, end);
  }
  Integer rest = 0;
  for (std::size_t at = 0; at < value.count(); at += kWordDigits) {
    const std::size_t end = std::min(at + kWordDigits, value.count());
    rest = (rest * scale(end - at) + word(value, at, end)) % modulus;
  }
  const Integer power = powm(Integer(10), Integer(shift), modulus);
  return rest * power % modulus == 0;
}

}  // namespace barbacane::schema::detail
