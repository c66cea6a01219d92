#include "gateway/detail/config_fields.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace barbacane::gateway::config {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kYear = std::chrono::hours(24) * 365;

struct Unit {
  std::string_view suffix;
  milliseconds length;
};
constexpr std::array<Unit, 4> kUnits = {{{"ms", milliseconds(1)},
                                         {"s", milliseconds(1000)},
                                         {"m", milliseconds(60'000)},
                                         {"h", milliseconds(3'600'000)}}};

/// Zero when the text is no duration.
milliseconds parse_duration(std::string_view text) {
  std::uint64_t count = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  const std::string_view suffix(stop, static_cast<std::size_t>(end - stop));
  for (const Unit& unit : kUnits) {
    if (unit.suffix != suffix || stop == text.data()) continue;
    const auto most = static_cast<std::uint64_t>(kYear / unit.length);
    if (error == std::errc::result_out_of_range || count > most) return kYear;
    return unit.length * count;
  }
  return milliseconds(0);
}

milliseconds of_seconds(double seconds) {
  if (!(seconds > 0)) return milliseconds(0);
  const double most = std::chrono::duration<double>(kYear).count();
  if (seconds > most) return kYear;
  return milliseconds(static_cast<std::int64_t>(std::ceil(seconds * 1000)));
}

}  // namespace

base::Result<> read_integer(Element value, std::string_view name, std::int64_t least,
                            std::int64_t most, std::int64_t& out) {
  double number = 0;
  const bool integer = value.get(out) == simdjson::SUCCESS;
  if (!integer && value.get(number) == simdjson::SUCCESS && number == std::floor(number) &&
      std::abs(number) < 1e15) {
    out = static_cast<std::int64_t>(number);  // 2.0 is an integer to JSON Schema
  } else if (!integer) {
    out = least - 1;
  }
  if (out >= least && out <= most) return {};
  return base::fail("'" + std::string(name) + "' must be an integer from " + std::to_string(least) +
                    " to " + std::to_string(most));
}

base::Result<> read_string(Element value, std::string_view name, std::string& out) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) {
    return base::fail("'" + std::string(name) + "' must be a string");
  }
  out = text;
  return {};
}

base::Result<> read_headers(Element value, Headers& out) {
  simdjson::dom::object headers;
  if (value.get(headers) != simdjson::SUCCESS) {
    return base::fail("'headers' must be an object of strings");
  }
  for (const auto& [name, field] : headers) {
    std::string text;
    if (auto read = read_string(field, "headers." + std::string(name), text); !read) return read;
    out.emplace_back(base::to_lower(name), std::move(text));
  }
  return {};
}

base::Result<> read_duration(Element value, std::string_view name, milliseconds& out) {
  std::string_view text;
  double seconds = 0;
  if (value.get(text) == simdjson::SUCCESS) {
    out = parse_duration(text);
  } else {
    out = value.get(seconds) == simdjson::SUCCESS ? of_seconds(seconds) : milliseconds(0);
  }
  if (out > milliseconds(0)) return {};
  return base::fail("'" + std::string(name) +
                    "' must be seconds, or a duration such as 500ms or 2m, and more than nothing");
}

base::Result<> unknown_field(std::string_view name, std::span<const std::string_view> fields,
                             std::string_view around) {
  const std::string_view close = base::nearest(name, fields);
  const std::string before = around.empty() ? "" : std::string(around) + '.';
  return base::fail("unknown field '" + before + std::string(name) + "'" +
                    (close.empty() ? "" : ", did you mean '" + before + std::string(close) + "'?"));
}

}  // namespace barbacane::gateway::config
