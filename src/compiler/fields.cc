#include "compiler/detail/fields.h"

#include <array>
#include <charconv>
#include <chrono>
#include <limits>

#include <fmt/format.h>

namespace barbacane::compiler {

namespace {

template <class T>
std::optional<T> parsed(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Exactly `digits` decimal digits at the start of the text, which are cut off.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  const std::string_view number = text.substr(0, digits);
  if (number.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  text.remove_prefix(digits);
  return parsed<int>(number);
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<std::chrono::sys_days> day(int year, int month, int day_of_month) {
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day_of_month))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// For every year a spec can write; the clock's own type ends in 2262.
std::string imf_fixdate(std::chrono::sys_seconds time) {
  const auto date = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day parts(date);
  const std::chrono::hh_mm_ss clock(time - date);
  return fmt::format(
      "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[std::chrono::weekday(date).c_encoding()],
      static_cast<unsigned>(parts.day()), kMonths[static_cast<unsigned>(parts.month()) - 1],
      static_cast<int>(parts.year()), clock.hours().count(), clock.minutes().count(),
      clock.seconds().count());
}

/// `hh:mm:ss`; a leap second counts as the second before it.
std::optional<std::chrono::seconds> take_time(std::string_view& text) {
  const auto hours = take_number(text, 2);
  if (!hours || !take(text, ":")) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || !take(text, ":")) return std::nullopt;
  const auto seconds = take_number(text, 2);
  if (!seconds || *hours > 23 || *minutes > 59 || *seconds > 60) return std::nullopt;
  return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) +
         std::chrono::seconds(std::min(*seconds, 59));
}

/// `Z`, `+hh:mm` or `-hh:mm` (RFC 3339, 5.6).
std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
  if (take(text, "Z") || take(text, "z")) return std::chrono::minutes(0);
  const int sign = text.starts_with('-') ? -1 : 1;
  if (!take(text, "+") && !take(text, "-")) return std::nullopt;
  const auto hours = take_number(text, 2);
  if (!hours || !take(text, ":")) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return std::chrono::minutes(sign * (*hours * 60 + *minutes));
}

}  // namespace

std::optional<std::int64_t> integer(const spec::Node* node) {
  if (node == nullptr || node->kind() != spec::Kind::kInteger) return std::nullopt;
  return parsed<std::int64_t>(node->text());
}

std::optional<double> number(const spec::Node* node) {
  if (node == nullptr || !node->is_number()) return std::nullopt;
  return parsed<double>(node->text());
}

std::optional<bool> boolean(const spec::Node* node) {
  if (node == nullptr || node->kind() != spec::Kind::kBool) return std::nullopt;
  return node->is_true();
}

std::optional<std::string> text(const spec::Node* node) {
  if (node == nullptr || !node->is_string()) return std::nullopt;
  return std::string(node->text());
}

std::optional<std::int64_t> duration_ms(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto count = parsed<std::int64_t>(text.substr(0, digits));
  const std::string_view unit = text.substr(digits);
  std::int64_t factor = 0;
  if (unit == "ms") factor = 1;
  if (unit == "s") factor = 1'000;
  if (unit == "m") factor = 60'000;
  if (unit == "h") factor = 3'600'000;
  if (!count || factor == 0 || *count > std::numeric_limits<std::int64_t>::max() / factor) {
    return std::nullopt;
  }
  return *count * factor;
}

std::optional<std::string> imf_from_iso(std::string_view text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, "-")) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, "-")) return std::nullopt;
  const auto day_of_month = take_number(text, 2);
  if (!day_of_month) return std::nullopt;
  const auto date = day(*year, *month, *day_of_month);
  if (!date) return std::nullopt;
  std::chrono::sys_seconds time = *date;
  if (!text.empty()) {
    if (!take(text, "T") && !take(text, "t")) return std::nullopt;
    const auto clock = take_time(text);
    if (!clock) return std::nullopt;
    if (take(text, ".")) {
      const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
      if (digits == 0) return std::nullopt;
      text.remove_prefix(digits);
    }
    const auto offset = take_offset(text);
    if (!offset || !text.empty()) return std::nullopt;
    time += *clock - *offset;
  }
  return imf_fixdate(time);
}

bool is_http_date(std::string_view text) {
  const auto take_name = [&](const auto& names) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (take(text, names[i])) return static_cast<int>(i) + 1;
    }
    return 0;
  };
  if (take_name(kDays) == 0 || !take(text, ", ")) return false;
  const auto day_of_month = take_number(text, 2);
  if (!day_of_month || !take(text, " ")) return false;
  const int month = take_name(kMonths);
  if (month == 0 || !take(text, " ")) return false;
  const auto year = take_number(text, 4);
  if (!year || !day(*year, month, *day_of_month) || !take(text, " ")) return false;
  return take_time(text) && text == " GMT";
}

}  // namespace barbacane::compiler
