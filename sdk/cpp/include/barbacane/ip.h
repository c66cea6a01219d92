#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// IP addresses and networks. An IPv4 address inside IPv6 (`::ffff:a.b.c.d`) is that IPv4 address.
namespace barbacane::plugin {

class IpAddress {
 public:
  /// No leading zeros, no zone, no brackets.
  static std::optional<IpAddress> parse(std::string_view text);
  bool is_v4() const { return v4_; }
  bool operator==(const IpAddress&) const = default;

 private:
  friend class IpNetwork;
  std::array<std::uint8_t, 16> bytes_{};  ///< of IPv4 the first four
  bool v4_ = true;
};

class IpNetwork {
 public:
  /// `10.0.0.0/8`, `2001:db8::/32`, or one address. Bits behind the prefix are ignored.
  static std::optional<IpNetwork> parse(std::string_view text);
  bool contains(const IpAddress& address) const;

 private:
  IpAddress base_;
  int bits_ = 32;
};

using IpNetworks = std::vector<IpNetwork>;

bool contains(const IpNetworks& networks, const IpAddress& address);
/// What a config member may be that is an address or network: for the rules of `Fields`.
std::string must_be_network(const std::string& text);
/// Texts that passed `must_be_network`.
IpNetworks parse_networks(const std::vector<std::string>& texts);

/// The client behind trusted proxies: the peer unless it is trusted; else the right-most entry of
/// `x-forwarded-for` that is not trusted, else `x-real-ip`, else the peer. As text, for it may be
/// no address at all.
std::string client_address(std::string_view peer, std::string_view forwarded_for,
                           std::string_view real_ip, const IpNetworks& trusted);

}  // namespace barbacane::plugin
