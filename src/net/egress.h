#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "net/ip_address.h"

/// Where the gateway may connect to: the guard against requests that a client talks us into making
/// (SSRF; ABI contract 9.1).
///
/// Two things decide. The operator sets the guard: on, strict or off. And a destination is either
/// one the operator wrote, literally in the artifact, or one computed from a request, a token, a
/// document. Together they give the `Egress` a connection is made under. Judged is always the
/// address that is connected to, never the name: what a name stands for changes under our hands.
///
/// Pure functions; addresses that carry an IPv4 address inside count as that address.
namespace barbacane::net {

/// `BARBACANE_ALLOW_INTERNAL_EGRESS`.
enum class EgressGuard : std::uint8_t {
  kOn,      ///< unset
  kStrict,  ///< `0`: no exception for destinations that the operator wrote
  kOff,     ///< `1`, `true`, `TRUE`, `yes`
};
/// Other values leave the guard on.
EgressGuard parse_egress_guard(std::string_view value);

enum class Destination : std::uint8_t {
  kOperatorWrote,  ///< scheme, host and port stand in the configuration
  kComputed,       ///< everything else
};

enum class Egress : std::uint8_t {
  kGuarded,        ///< no internal address
  kOperatorWrote,  ///< internal ones too, but none that is never allowed
  kOpen,           ///< any
};
Egress egress(EgressGuard guard, Destination destination);

/// Loopback, private, link-local, shared, multicast, reserved, unspecified.
bool is_internal(const IpAddress& address);
/// Link-local and the addresses where clouds hand out credentials: not even if the operator wrote
/// them.
bool is_never_allowed(const IpAddress& address);

bool allows(Egress egress, const IpAddress& address);
/// The first that is not allowed. A name with one such address is refused as a whole, so that
/// nobody hides an internal address among public ones.
std::optional<IpAddress> first_blocked(Egress egress, std::span<const IpAddress> addresses);

}  // namespace barbacane::net
