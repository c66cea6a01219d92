#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "barbacane/detail/imports.h"
#include "barbacane/text.h"
#include "barbacane/value.h"

/// What the gateway does for a plugin besides its messages: log, clocks, identifiers, metrics.
/// Each comment names the capability to declare in `plugin.toml`.
namespace barbacane::plugin {

/// Capability `log`. Parts are joined as `concat` does: `log_warn("no entry for ", name)`.
namespace detail {
enum class Level : std::int32_t { kError, kWarn, kInfo, kDebug };
inline void log(Level level, std::string_view text) {
  imports::host_log(static_cast<std::int32_t>(level), text.data(),
                    static_cast<std::uint32_t>(text.size()));
}
template <class... Parts>
void log(Level level, const Parts&... parts)
  requires(sizeof...(Parts) > 1)
{
  log(level, std::string_view(concat(parts...)));
}
}  // namespace detail

template <class... Parts>
void log_error(const Parts&... parts) {
  detail::log(detail::Level::kError, parts...);
}
template <class... Parts>
void log_warn(const Parts&... parts) {
  detail::log(detail::Level::kWarn, parts...);
}
template <class... Parts>
void log_info(const Parts&... parts) {
  detail::log(detail::Level::kInfo, parts...);
}
template <class... Parts>
void log_debug(const Parts&... parts) {
  detail::log(detail::Level::kDebug, parts...);
}

/// Capability `clock_now`. Milliseconds that never go back; for durations only.
inline std::int64_t monotonic_milliseconds() { return imports::host_clock_now(); }
/// Capability `clock_now`. Seconds since 1970.
inline std::int64_t unix_seconds() { return imports::host_get_unix_timestamp(); }

/// Capability `generate_uuid`. A UUID version 7 as text; absent when the gateway has none.
inline Value make_uuid() {
  const std::int32_t size = imports::host_uuid_generate();
  if (size < 0) return {};
  return Value(static_cast<std::uint32_t>(size), [](char* out, std::uint32_t capacity) {
    return imports::host_uuid_read_result(out, capacity);
  });
}

/// Capability `telemetry`. `labels` is a JSON object of strings.
inline void count(std::string_view metric, std::string_view labels = "{}", double by = 1) {
  imports::host_metric_counter_inc(metric.data(), static_cast<std::uint32_t>(metric.size()),
                                   labels.data(), static_cast<std::uint32_t>(labels.size()), by);
}
inline void observe(std::string_view metric, double value, std::string_view labels = "{}") {
  imports::host_metric_histogram_observe(metric.data(), static_cast<std::uint32_t>(metric.size()),
                                         labels.data(), static_cast<std::uint32_t>(labels.size()),
                                         value);
}

}  // namespace barbacane::plugin
