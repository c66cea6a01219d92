#include "barbacane/ip.h"

#include <algorithm>
#include <cstring>

#include "barbacane/text.h"

namespace barbacane::plugin {
namespace {

bool parse_v4(std::string_view text, std::uint8_t* out) {
  for (int i = 0; i < 4; ++i) {
    const std::size_t end = i < 3 ? text.find('.') : text.size();
    if (end == std::string_view::npos) return false;
    const std::string_view part = text.substr(0, end);
    const auto number = parse_integer<std::uint8_t>(part);
    if (!number || part.size() > 3 || (part.size() > 1 && part.front() == '0')) return false;
    out[i] = *number;
    text.remove_prefix(i < 3 ? end + 1 : end);
  }
  return true;
}

int hex(char c) {
  if (is_digit(c)) return c - '0';
  c = to_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// RFC 4291, 2.2.
bool parse_v6(std::string_view text, std::uint8_t* out) {
  std::size_t at = 0;
  std::size_t gap = SIZE_MAX;
  if (text.starts_with("::")) {
    gap = 0;
    text.remove_prefix(2);
  } else if (text.starts_with(':')) {
    return false;
  }
  while (!text.empty()) {
    if (text.find('.') < text.find(':')) {
      if (at + 4 > 16 || !parse_v4(text, out + at)) return false;
      at += 4;
      break;
    }
    std::size_t digits = 0;
    unsigned group = 0;
    while (digits < text.size() && hex(text[digits]) >= 0) {
      group = group << 4 | static_cast<unsigned>(hex(text[digits++]));
    }
    if (digits == 0 || digits > 4 || at + 2 > 16) return false;
    out[at++] = static_cast<std::uint8_t>(group >> 8);
    out[at++] = static_cast<std::uint8_t>(group);
    text.remove_prefix(digits);
    if (text.empty()) break;
    if (text.front() != ':' || text.size() < 2) return false;
    text.remove_prefix(1);
    if (text.front() == ':') {
      if (gap != SIZE_MAX) return false;
      gap = at;
      text.remove_prefix(1);
    }
  }
  if (gap == SIZE_MAX) return at == 16;
  if (at > 14) return false;
  std::memmove(out + 16 - (at - gap), out + gap, at - gap);
  std::memset(out + gap, 0, 16 - at);
  return true;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  IpAddress address;
  if (text.find(':') == std::string_view::npos) {
    if (!parse_v4(text, address.bytes_.data())) return std::nullopt;
    return address;
  }
  if (!parse_v6(text, address.bytes_.data())) return std::nullopt;
  static constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  address.v4_ = std::memcmp(address.bytes_.data(), kMapped, sizeof kMapped) == 0;
  if (address.v4_) {
    std::memmove(address.bytes_.data(), address.bytes_.data() + 12, 4);
    std::fill(address.bytes_.begin() + 4, address.bytes_.end(), std::uint8_t{0});
  }
  return address;
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto base = IpAddress::parse(text.substr(0, slash));
  if (!base) return std::nullopt;
  IpNetwork network;
  network.base_ = *base;
  network.bits_ = base->is_v4() ? 32 : 128;
  if (slash == std::string_view::npos) return network;
  const std::string_view length = text.substr(slash + 1);
  const auto bits = parse_integer<std::uint8_t>(length);
  if (!bits || (length.size() > 1 && length.front() == '0')) return std::nullopt;
  // The length of `::ffff:10.0.0.0/104` counts the bits in front of the IPv4 address too.
  const bool mapped = base->is_v4() && text.substr(0, slash).find(':') != std::string_view::npos;
  const int wanted = mapped ? *bits - 96 : *bits;
  if (wanted < 0 || wanted > network.bits_) return std::nullopt;
  network.bits_ = wanted;
  return network;
}

bool IpNetwork::contains(const IpAddress& address) const {
  if (address.is_v4() != base_.is_v4()) return false;
  const auto whole = static_cast<std::size_t>(bits_ / 8);
  if (!std::equal(base_.bytes_.begin(), base_.bytes_.begin() + static_cast<std::ptrdiff_t>(whole),
                  address.bytes_.begin())) {
    return false;
  }
  const int rest = bits_ % 8;
  if (rest == 0) return true;
  return (base_.bytes_[whole] >> (8 - rest)) == (address.bytes_[whole] >> (8 - rest));
}

bool contains(const IpNetworks& networks, const IpAddress& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const IpNetwork& network) { return network.contains(address); });
}

std::string must_be_network(const std::string& text) {
  return IpNetwork::parse(text) ? std::string()
                                : "must be an IP address or a network as 10.0.0.0/8";
}

IpNetworks parse_networks(const std::vector<std::string>& texts) {
  IpNetworks networks;
  for (const std::string& text : texts) {
    if (const auto network = IpNetwork::parse(text)) networks.push_back(*network);
  }
  return networks;
}

std::string client_address(std::string_view peer, std::string_view forwarded_for,
                           std::string_view real_ip, const IpNetworks& trusted) {
  const auto is_trusted = [&](std::string_view text) {
    const auto address = IpAddress::parse(text);
    return address && contains(trusted, *address);
  };
  if (!is_trusted(peer)) return std::string(peer);
  while (!forwarded_for.empty()) {
    const std::size_t comma = forwarded_for.rfind(',');
    const std::size_t begin = comma == std::string_view::npos ? 0 : comma + 1;
    const std::string_view entry = trim(forwarded_for.substr(begin));
    if (!entry.empty() && !is_trusted(entry)) return std::string(entry);
    forwarded_for = forwarded_for.substr(0, begin == 0 ? 0 : begin - 1);
  }
  real_ip = trim(real_ip);
  return std::string(real_ip.empty() ? peer : real_ip);
}

}  // namespace barbacane::plugin
