#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "spec/tree.h"

/// Values of extension fields, read strictly: what has another type or range is absent.
namespace barbacane::compiler {

std::optional<std::int64_t> integer(const spec::Node* node);
std::optional<double> number(const spec::Node* node);
std::optional<bool> boolean(const spec::Node* node);
std::optional<std::string> text(const spec::Node* node);

/// Milliseconds of `{int}{ms|s|m|h}` (compiler contract, 2.4).
std::optional<std::int64_t> duration_ms(std::string_view text);

/// IMF-fixdate of `YYYY-MM-DD` (00:00:00 GMT) or of an RFC 3339 date-time.
std::optional<std::string> imf_from_iso(std::string_view text);
/// Has the form of an HTTP-date (RFC 9110, 5.6.7, IMF-fixdate) and is a day of the calendar.
bool is_http_date(std::string_view text);

}  // namespace barbacane::compiler
