#include "schema/detail/format_time.h"

#include <cstddef>
#include <string_view>

namespace barbacane::schema::detail {
namespace {

constexpr unsigned kNotANumber = 1000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

unsigned two_digits(const char* at) {
  const unsigned tens = static_cast<unsigned char>(at[0]) - unsigned{'0'};
  const unsigned ones = static_cast<unsigned char>(at[1]) - unsigned{'0'};
  return (tens <= 9 && ones <= 9) ? tens * 10 + ones : kNotANumber;
}

bool is_leap(unsigned year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

/// `2024-05-17`: ten characters.
bool is_date_at(const char* at) {
  const unsigned century = two_digits(at);
  const unsigned year = two_digits(at + 2);
  const unsigned month = two_digits(at + 5);
  const unsigned day = two_digits(at + 8);
  if (century > 99 || year > 99 || at[4] != '-' || at[7] != '-') return false;
  if (month - 1 > 11 || day == 0) return false;
  if (day <= 28) return true;
  if (month == 2) return day == 29 && is_leap(century * 100 + year);
  constexpr unsigned kLongMonths = 0b1010110101010;  // bit of each month with 31 days
  return day <= ((kLongMonths >> month & 1) != 0 ? 31U : 30U);
}

}  // namespace

bool is_date(std::string_view text) { return text.size() == 10 && is_date_at(text.data()); }

bool is_time(std::string_view text) {
  constexpr std::size_t kShortest = 9;  // 12:30:45Z
  if (text.size() < kShortest || text[2] != ':' || text[5] != ':') return false;
  const unsigned hour = two_digits(text.data());
  const unsigned minute = two_digits(text.data() + 3);
  const unsigned second = two_digits(text.data() + 6);
  if (hour > 23 || minute > 59 || second > 60) return false;

  std::size_t at = 8;
  if (text[at] == '.') {
    const std::size_t fraction = ++at;
    while (at < text.size() && is_digit(text[at])) ++at;
    if (at == fraction || at == text.size()) return false;
  }
  unsigned utc = hour * 60 + minute;
  constexpr unsigned kDay = 24 * 60;
  if (text[at] == 'Z' || text[at] == 'z') {
    if (at + 1 != text.size()) return false;
  } else {
    if (text.size() - at != 6 || text[at + 3] != ':') return false;
    const unsigned hours = two_digits(text.data() + at + 1);
    const unsigned minutes = two_digits(text.data() + at + 4);
    if (hours > 23 || minutes > 59) return false;
    const unsigned offset = hours * 60 + minutes;
    if (text[at] == '+') {
      utc += kDay - offset;
    } else if (text[at] == '-') {
      utc += offset;
    } else {
      return false;
    }
  }
  return second < 60 || utc % kDay == kDay - 1;
}

bool is_date_time(std::string_view text) {
  constexpr std::size_t kDate = 10;
  if (text.size() <= kDate || !is_date_at(text.data())) return false;
  if (text[kDate] != 'T' && text[kDate] != 't') return false;
  return is_time(text.substr(kDate + 1));
}

bool is_duration(std::string_view text) {
  constexpr std::string_view kDateUnits = "YMD";
  constexpr std::string_view kTimeUnits = "HMS";
  if (!text.starts_with('P')) return false;
  std::size_t at = 1;
  // A number and its unit, one of `units` from `next` on; any of them where a part begins.
  const auto part = [&](std::string_view units) {
    std::size_t next = 0;
    bool first = true;
    while (at < text.size() && is_digit(text[at])) {
      while (at < text.size() && is_digit(text[at])) ++at;
      if (at == text.size()) return false;
      const std::size_t unit = units.find(text[at]);
      if (unit == units.npos || (first ? unit < next : unit != next)) return false;
      ++at;
      next = unit + 1;
      first = false;
    }
    return !first;
  };
  if (text.ends_with('W')) return part("W") && at == text.size();
  if (at == text.size()) return false;
  if (text[at] != 'T' && !part(kDateUnits)) return false;
  if (at == text.size()) return true;
  if (text[at++] != 'T') return false;
  return part(kTimeUnits) && at == text.size();
}

}  // namespace barbacane::schema::detail
