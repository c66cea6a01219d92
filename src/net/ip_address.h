#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// An IPv4 or IPv6 address as 16 bytes.
///
/// IPv4 is held in its mapped form (`::ffff:a.b.c.d`, RFC 4291, 2.5.5.2), so that both spellings of
/// one address are equal and one table serves both families.
namespace barbacane::net {

using IpAddress = std::array<std::uint8_t, 16>;

/// Without port, brackets or zone; only the dotted form of four decimal numbers for IPv4.
std::optional<IpAddress> parse_ip(std::string_view text);
/// IPv4 in dotted form, also when it was written as a mapped IPv6 address.
std::string to_text(const IpAddress& address);
bool is_ipv4(const IpAddress& address);

}  // namespace barbacane::net
