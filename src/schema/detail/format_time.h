#pragma once

#include <string_view>

/// Dates and times of RFC 3339.
namespace barbacane::schema::detail {

bool is_date_time(std::string_view text);
bool is_date(std::string_view text);
/// With its offset; second 60 only where a leap second can be: at 23:59:60 UTC.
bool is_time(std::string_view text);
/// Appendix A: each unit is followed by the next smaller one or by none, weeks stand alone.
bool is_duration(std::string_view text);

}  // namespace barbacane::schema::detail
