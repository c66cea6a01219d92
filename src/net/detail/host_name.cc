#include "net/detail/host_name.h"

#include <algorithm>

namespace barbacane::net::detail {
namespace {

constexpr std::size_t kMaxName = 253;
constexpr std::size_t kMaxLabel = 63;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_label_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

std::string_view without_last_dot(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

/// As programs that read addresses generously take it for one: `127.1`, `0x7f000001`.
bool is_number(std::string_view label) {
  if (label.starts_with("0x") || label.starts_with("0X")) return true;
  return std::ranges::all_of(label, is_digit);
}

}  // namespace

bool is_host_name(std::string_view host) {
  host = without_last_dot(host);
  if (host.empty() || host.size() > kMaxName) return false;
  std::string_view label;
  for (std::string_view rest = host;;) {
    const std::size_t dot = rest.find('.');
    label = rest.substr(0, dot);
    if (label.empty() || label.size() > kMaxLabel) return false;
    if (!std::ranges::all_of(label, is_label_character)) return false;
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  return !is_number(label);
}

std::optional<IpAddress> as_address(std::string_view host) {
  if (host.size() < 2 || host.front() != '[' || host.back() != ']') return parse_ip(host);
  host = host.substr(1, host.size() - 2);
  // Brackets are for IPv6 alone.
  return host.find(':') == std::string_view::npos ? std::nullopt : parse_ip(host);
}

bool is_localhost(std::string_view name) {
  name = without_last_dot(name);
  return name == "localhost" || name.ends_with(".localhost");
}

bool is_invalid(std::string_view name) {
  name = without_last_dot(name);
  return name == "invalid" || name.ends_with(".invalid");
}

}  // namespace barbacane::net::detail
