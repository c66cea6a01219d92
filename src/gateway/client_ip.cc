#include "gateway/client_ip.h"

#include <charconv>
#include <cstring>
#include <optional>

#include "base/text.h"
#include "gateway/arena_text.h"

namespace barbacane::gateway {
namespace {

/// `1.2.3.4`, `1.2.3.4:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
std::optional<IpAddress> parse_node(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    return parse_ip(text.substr(1, close - 1));
  }
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos) {
    text = text.substr(0, colon);
  }
  return parse_ip(text);
}

/// The address of the `for` parameter of one element of `Forwarded`.
std::optional<IpAddress> parse_forwarded_element(std::string_view element) {
  while (!element.empty()) {
    const std::size_t end = std::min(element.find(';'), element.size());
    const std::string_view pair = base::trim(element.substr(0, end));
    element.remove_prefix(std::min(end + 1, element.size()));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    if (!base::equals_ignoring_case(base::trim(pair.substr(0, equals)), "for")) continue;
    std::string_view value = base::trim(pair.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    return parse_node(value);
  }
  return std::nullopt;
}

/// How far a list of hops can be believed.
struct Walk {
  std::optional<IpAddress> client;  ///< the right-most hop that is not trusted
  bool broken = false;              ///< met something that is no address
};

void walk_line(std::string_view line, http::KnownField kind, const TrustedProxies& trusted,
               Walk& walk) {
  while (!walk.client && !walk.broken) {
    const std::size_t comma = line.rfind(',');
    const std::string_view element =
        base::trim(comma == std::string_view::npos ? line : line.substr(comma + 1));
    if (!element.empty()) {
      const auto address = kind == http::KnownField::kForwarded ? parse_forwarded_element(element)
                                                                : parse_node(element);
      if (!address) {
        walk.broken = true;
      } else if (!trusted.contains(*address)) {
        walk.client = address;
      }
    }
    if (comma == std::string_view::npos) return;
    line = line.substr(0, comma);
  }
}

/// From the last line to the first, each from its right end.
Walk walk_hops(const http::RequestHead& head, http::KnownField kind,
               const TrustedProxies& trusted) {
  Walk walk;
  for (std::size_t i = head.fields.size(); i-- > 0 && !walk.client && !walk.broken;) {
    if (head.fields[i].known == kind) walk_line(head.fields[i].value, kind, trusted, walk);
  }
  return walk;
}

}  // namespace

base::Result<TrustedProxies> TrustedProxies::parse(std::span<const std::string> entries) {
  TrustedProxies proxies;
  for (const std::string& entry : entries) {
    const std::string_view text = base::trim(entry);
    const auto refused = [&] {
      return base::fail("invalid --trusted-proxies entry '" + entry +
                        "': expected an address or a CIDR block such as 10.0.0.0/8");
    };
    const std::size_t slash = text.find('/');
    const std::string_view host = text.substr(0, slash);
    const auto network = parse_ip(host);
    if (!network) return refused();
    const bool ipv4 = host.find(':') == std::string_view::npos;
    const unsigned width = ipv4 ? 32 : 128;
    unsigned bits = width;
    if (slash != std::string_view::npos) {
      const std::string_view digits = text.substr(slash + 1);
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
      if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() ||
          bits > width) {
        return refused();
      }
    }
    proxies.blocks_.push_back({*network, bits + (128 - width)});
  }
  return proxies;
}

bool TrustedProxies::contains(const IpAddress& address) const {
  for (const Block& block : blocks_) {
    const std::size_t whole = block.bits / 8;
    const unsigned rest = block.bits % 8;
    if (std::memcmp(address.data(), block.network.data(), whole) != 0) continue;
    if (rest == 0) return true;
    if ((address[whole] ^ block.network[whole]) >> (8 - rest) == 0) return true;
  }
  return false;
}

std::string_view client_ip(const http::RequestHead& head, std::string_view peer,
                           const TrustedProxies& trusted, std::pmr::memory_resource* arena) {
  if (trusted.empty()) return peer;
  const auto peer_address = parse_ip(peer);
  if (!peer_address || !trusted.contains(*peer_address)) return peer;
  for (const auto kind : {http::KnownField::kXForwardedFor, http::KnownField::kForwarded}) {
    if (head.find(kind) == nullptr) continue;
    const Walk walk = walk_hops(head, kind, trusted);
    if (walk.client) return copy_to(arena, to_text(*walk.client));
    if (walk.broken) return peer;
  }
  const auto real = parse_node(head.value(http::KnownField::kXRealIp));
  return real ? copy_to(arena, to_text(*real)) : peer;
}

}  // namespace barbacane::gateway
