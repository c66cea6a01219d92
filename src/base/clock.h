#pragma once

#include <chrono>
#include <string>

/// Times as text. All in UTC.
namespace barbacane::base {

using WallTime = std::chrono::system_clock::time_point;

/// `2026-06-01T00:00:00Z` (RFC 3339).
std::string rfc3339(WallTime time);

/// `2026-06-01T00:00:00.123456Z`, for log lines.
std::string rfc3339_micros(WallTime time);

/// `Mon, 01 Jun 2026 00:00:00 GMT` (IMF-fixdate, RFC 9110, 5.6.7).
std::string imf_fixdate(WallTime time);

}  // namespace barbacane::base
