#include "app/log_filter.h"

#include "base/text.h"

namespace barbacane::app {

namespace {

using telemetry::Level;

std::optional<Level> level_of(std::string_view text) {
  const std::string lower = base::to_lower(text);
  if (lower == "off") return Level::kError;
  return telemetry::parse_level(lower);
}

}  // namespace

std::optional<Level> parse_log_filter(std::string_view text) {
  if (base::trim(text, " ").empty()) return std::nullopt;
  std::optional<Level> fallback;
  std::optional<Level> own;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view directive = base::trim(text.substr(0, comma), " ");
    const std::size_t equals = directive.find('=');
    const auto level = level_of(base::trim(
        equals == std::string_view::npos ? directive : directive.substr(equals + 1), " "));
    if (!level) return std::nullopt;
    if (equals == std::string_view::npos) {
      fallback = level;
    } else if (base::trim(directive.substr(0, equals), " ") == "barbacane") {
      own = level;
    }
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  if (own) return own;
  return fallback ? *fallback : Level::kError;
}

}  // namespace barbacane::app
