#include "net/ip_address.h"

#include <cstring>

#include <arpa/inet.h>

namespace barbacane::net {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

bool is_ipv4(const IpAddress& address) {
  return std::memcmp(address.data(), kMappedPrefix.data(), kMappedPrefix.size()) == 0;
}

std::optional<IpAddress> parse_ip(std::string_view text) {
  char terminated[INET6_ADDRSTRLEN + 1];
  if (text.empty() || text.size() >= sizeof terminated) return std::nullopt;
  std::memcpy(terminated, text.data(), text.size());
  terminated[text.size()] = '\0';
  if (std::strlen(terminated) != text.size()) return std::nullopt;
  IpAddress address{};
  if (text.find(':') != std::string_view::npos) {
    if (::inet_pton(AF_INET6, terminated, address.data()) != 1) return std::nullopt;
    return address;
  }
  std::memcpy(address.data(), kMappedPrefix.data(), kMappedPrefix.size());
  if (::inet_pton(AF_INET, terminated, address.data() + kMappedPrefix.size()) != 1) {
    return std::nullopt;
  }
  return address;
}

std::string to_text(const IpAddress& address) {
  char text[INET6_ADDRSTRLEN];
  const bool ipv4 = is_ipv4(address);
  const std::uint8_t* bytes = address.data() + (ipv4 ? kMappedPrefix.size() : 0);
  if (::inet_ntop(ipv4 ? AF_INET : AF_INET6, bytes, text, sizeof text) == nullptr) return {};
  return text;
}

}  // namespace barbacane::net
