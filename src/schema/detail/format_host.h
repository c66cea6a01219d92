#pragma once

#include <cstdint>
#include <string_view>

/// Names and addresses of hosts.
namespace barbacane::schema::detail {

/// Labels of letters, digits and hyphens, 63 characters each, 253 together (RFC 1123, 2.1); a
/// label that begins with `xn--` must be the form of a valid one in Unicode (RFC 5890, 2.3.2.1).
bool is_hostname(std::string_view text);
/// The same, and labels in Unicode by IDNA 2008 with its rules for context (RFC 5891, 4.2).
bool is_idn_hostname(std::string_view text);
/// Four decimal numbers up to 255 without leading zeros.
bool is_ipv4(std::string_view text);
/// RFC 4291, 2.2, all three forms; no zone.
bool is_ipv6(std::string_view text);

}  // namespace barbacane::schema::detail
