#pragma once

#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"
#include "net/ip_address.h"

/// Who sent a request that came through proxies (data-plane contract, 8.5; RFC 7239).
///
/// What a client writes into `X-Forwarded-For` or `Forwarded` counts only as far as proxies we
/// trust have passed it on: from the right, the first address that is not one of theirs.
namespace barbacane::gateway {

using net::IpAddress;
using net::parse_ip;
using net::to_text;

class TrustedProxies {
 public:
  TrustedProxies() = default;
  /// Addresses and CIDR blocks. The error names the entry that is neither.
  static base::Result<TrustedProxies> parse(std::span<const std::string> entries);

  bool empty() const { return blocks_.empty(); }
  bool contains(const IpAddress& address) const;

 private:
  struct Block {
    IpAddress network;
    unsigned bits;
  };
  std::vector<Block> blocks_;
};

/// `peer` itself, or a text in the arena.
std::string_view client_ip(const http::RequestHead& head, std::string_view peer,
                           const TrustedProxies& trusted, std::pmr::memory_resource* arena);

}  // namespace barbacane::gateway
