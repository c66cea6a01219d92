#include "gateway/dispatchers/upstream_url.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "gateway/dispatchers/path_template.h"
#include "net/ip_address.h"

namespace barbacane::gateway {
namespace {

constexpr std::string_view kForm =
    "must be the base of the upstream such as https://orders.internal:8443/v1, without query, "
    "fragment and credentials";
/// RFC 1035, 2.3.4.
constexpr std::size_t kLongestName = 253;

std::uint16_t own_port(Origin::Scheme scheme) { return scheme == Origin::Scheme::kHttp ? 80 : 443; }

std::string_view scheme_text(Origin::Scheme scheme) {
  return scheme == Origin::Scheme::kHttp ? "http" : "https";
}

std::string bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : '[' + host + ']';
}

std::optional<Origin::Scheme> take_scheme(std::string_view& text) {
  for (const auto scheme : {Origin::Scheme::kHttp, Origin::Scheme::kHttps}) {
    const std::string_view name = scheme_text(scheme);
    if (!base::equals_ignoring_case(text.substr(0, name.size()), name)) continue;
    if (!text.substr(name.size()).starts_with("://")) continue;
    text.remove_prefix(name.size() + 3);
    return scheme;
  }
  return std::nullopt;
}

bool is_name(std::string_view host) {
  return !host.empty() && host.size() <= kLongestName && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  });
}

bool take_host(std::string_view& authority, std::string& host) {
  if (!authority.starts_with('[')) {
    const std::size_t end = std::min(authority.find(':'), authority.size());
    host = base::to_lower(authority.substr(0, end));
    authority.remove_prefix(end);
    return is_name(host);
  }
  const std::size_t close = authority.find(']');
  if (close == std::string_view::npos) return false;
  host = base::to_lower(authority.substr(1, close - 1));
  authority.remove_prefix(close + 1);
  return host.find(':') != std::string::npos && net::parse_ip(host).has_value();
}

/// `:8443`, `:` or nothing.
bool read_port(std::string_view text, std::uint16_t& port) {
  if (text.empty() || text == ":") return true;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + 1, end, port);
  return text.front() == ':' && error == std::errc{} && stop == end && port != 0;
}

}  // namespace

std::string Origin::text() const {
  return std::string(scheme_text(scheme)) + "://" + bracketed(host) + ':' + std::to_string(port);
}

base::Result<UpstreamUrl> parse_upstream_url(std::string_view text) {
  const auto wrong = [] { return base::fail(std::string(kForm)); };
  UpstreamUrl url;
  const auto scheme = take_scheme(text);
  if (!scheme || text.find_first_of("?#") != std::string_view::npos) return wrong();
  std::string_view authority = text.substr(0, text.find('/'));
  std::string_view path = text.substr(authority.size());
  if (authority.find('@') != std::string_view::npos) return wrong();
  if (!base::is_ascii(authority)) {
    return base::fail("must name its host in ASCII, as xn--..., when it has other letters");
  }
  Origin& origin = url.origin;
  origin.scheme = *scheme;
  origin.port = own_port(*scheme);
  if (!take_host(authority, origin.host) || !read_port(authority, origin.port)) return wrong();
  origin.authority = bracketed(origin.host);
  if (origin.port != own_port(*scheme)) origin.authority += ':' + std::to_string(origin.port);
  if (has_dot_segment(path)) return base::fail("must not have the segments '.' and '..'");
  while (path.ends_with('/')) path.remove_suffix(1);
  url.path = encode_for_target(path);
  return url;
}

}  // namespace barbacane::gateway
