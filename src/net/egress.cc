#include "net/egress.h"

#include <algorithm>
#include <cstring>

namespace barbacane::net {
namespace {

/// A block of addresses: those that agree with `network` in the first `bits` bits.
struct Block {
  IpAddress network;
  unsigned bits;
};

constexpr bool contains(const Block& block, const IpAddress& address) {
  const std::size_t whole = block.bits / 8;
  for (std::size_t i = 0; i < whole; ++i) {
    if (address[i] != block.network[i]) return false;
  }
  const unsigned rest = block.bits % 8;
  return rest == 0 || (address[whole] ^ block.network[whole]) >> (8 - rest) == 0;
}

constexpr Block v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d, unsigned bits) {
  return {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, a, b, c, d}, 96 + bits};
}

/// From the leading 16-bit groups and, for single addresses, the last one.
constexpr Block v6(std::initializer_list<std::uint16_t> groups, unsigned bits,
                   std::uint16_t last = 0) {
  Block block{{}, bits};
  std::size_t at = 0;
  for (const std::uint16_t group : groups) {
    block.network[at++] = static_cast<std::uint8_t>(group >> 8);
    block.network[at++] = static_cast<std::uint8_t>(group & 0xFF);
  }
  if (last != 0) {
    block.network[14] = static_cast<std::uint8_t>(last >> 8);
    block.network[15] = static_cast<std::uint8_t>(last & 0xFF);
  }
  return block;
}

constexpr Block kInternal[] = {
    v4(0, 0, 0, 0, 8),         v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),  // shared by carriers, RFC 6598
    v4(127, 0, 0, 0, 8),       v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),     v4(192, 0, 0, 0, 24),   // protocol assignments, RFC 6890
    v4(192, 168, 0, 0, 16),    v4(198, 18, 0, 0, 15),  // benchmarks, RFC 2544
    v4(224, 0, 0, 0, 4),       v4(240, 0, 0, 0, 4),
    v6({0x64, 0xFF9B, 1}, 48),  // translation inside one network, RFC 8215
    v6({0xFC00}, 7),           v6({0xFE80}, 10),
    v6({0xFEC0}, 10),  // site-local before RFC 3879
    v6({0xFF00}, 8),
};

constexpr Block kNeverAllowed[] = {
    v4(169, 254, 0, 0, 16),
    v4(100, 100, 100, 200, 32),
    v6({0xFE80}, 10),
    v6({0xFD00, 0x0EC2}, 128, 0x0254),
    v6({0xFD20, 0x00CE}, 128, 0x0254),
};

/// Forms that carry an IPv4 address, and the byte at which it stands.
struct Carrier {
  Block block;
  std::size_t at;
};

constexpr Carrier kCarriers[] = {
    {v6({}, 96), 12},                       // IPv4-compatible, with `::` and `::1`
    {v6({0, 0, 0, 0, 0xFFFF, 0}, 96), 12},  // translated, RFC 2765
    {v6({0x64, 0xFF9B}, 96), 12},           // NAT64, RFC 6052
    {v6({0x2002}, 16), 2},                  // 6to4, RFC 3056
};

/// The IPv4 address inside, in the mapped form; others as they are.
IpAddress unwrapped(const IpAddress& address) {
  for (const Carrier& carrier : kCarriers) {
    if (!contains(carrier.block, address)) continue;
    IpAddress inner = v4(0, 0, 0, 0, 0).network;
    std::memcpy(inner.data() + 12, address.data() + carrier.at, 4);
    return inner;
  }
  return address;
}

bool is_in(std::span<const Block> blocks, const IpAddress& address) {
  const IpAddress inner = unwrapped(address);
  return std::ranges::any_of(blocks, [&](const Block& block) { return contains(block, inner); });
}

}  // namespace

EgressGuard parse_egress_guard(std::string_view value) {
  if (value == "1" || value == "true" || value == "TRUE" || value == "yes") {
    return EgressGuard::kOff;
  }
  return value == "0" ? EgressGuard::kStrict : EgressGuard::kOn;
}

Egress egress(EgressGuard guard, Destination destination) {
  if (guard == EgressGuard::kOff) return Egress::kOpen;
  const bool written = destination == Destination::kOperatorWrote;
  return guard == EgressGuard::kOn && written ? Egress::kOperatorWrote : Egress::kGuarded;
}

bool is_internal(const IpAddress& address) { return is_in(kInternal, address); }

bool is_never_allowed(const IpAddress& address) { return is_in(kNeverAllowed, address); }

bool allows(Egress egress, const IpAddress& address) {
  if (egress == Egress::kOpen) return true;
  if (egress == Egress::kOperatorWrote) return !is_never_allowed(address);
  // Every address that is never allowed is internal today; a new one need not be.
  return !is_internal(address) && !is_never_allowed(address);
}

std::optional<IpAddress> first_blocked(Egress egress, std::span<const IpAddress> addresses) {
  const auto found = std::ranges::find_if(
      addresses, [&](const IpAddress& address) { return !allows(egress, address); });
  return found == addresses.end() ? std::nullopt : std::optional(*found);
}

}  // namespace barbacane::net
