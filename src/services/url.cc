#include "services/url.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "http/h1/strict.h"
#include "net/ip_address.h"

namespace barbacane::services {
namespace {

/// RFC 1035, 2.3.4.
constexpr std::size_t kLongestName = 253;
constexpr std::string_view kDigits = "0123456789ABCDEF";

std::uint16_t own_port(Origin::Scheme scheme) { return scheme == Origin::Scheme::kHttp ? 80 : 443; }

std::string_view scheme_text(Origin::Scheme scheme, UrlSchemes schemes) {
  const bool secure = scheme == Origin::Scheme::kHttps;
  if (schemes == UrlSchemes::kWebSocket) return secure ? "wss" : "ws";
  return secure ? "https" : "http";
}

std::string bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : '[' + host + ']';
}

std::optional<Origin::Scheme> take_scheme(std::string_view& text, UrlSchemes schemes) {
  for (const auto scheme : {Origin::Scheme::kHttp, Origin::Scheme::kHttps}) {
    const std::string_view name = scheme_text(scheme, schemes);
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

bool is_escape(std::string_view text) {
  return text.size() >= 3 && text[0] == '%' && base::hex_digit(text[1]) >= 0 &&
         base::hex_digit(text[2]) >= 0;
}

}  // namespace

std::string Origin::text() const {
  return std::string(scheme_text(scheme, UrlSchemes::kHttp)) + "://" + bracketed(host) + ':' +
         std::to_string(port);
}

std::expected<SplitUrl, UrlFault> split_url(std::string_view text, UrlSchemes schemes) {
  const auto scheme = take_scheme(text, schemes);
  if (!scheme) return std::unexpected(UrlFault::kForm);
  SplitUrl url;
  std::string_view authority = text.substr(0, text.find_first_of("/?#"));
  url.rest = text.substr(authority.size());
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    url.credentials = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  if (!base::is_ascii(authority)) return std::unexpected(UrlFault::kOtherLetters);
  Origin& origin = url.origin;
  origin.scheme = *scheme;
  origin.port = own_port(*scheme);
  if (!take_host(authority, origin.host) || !read_port(authority, origin.port))
    return std::unexpected(UrlFault::kForm);
  origin.authority = bracketed(origin.host);
  if (origin.port != own_port(*scheme)) origin.authority += ':' + std::to_string(origin.port);
  return url;
}

std::string encode_for_target(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (is_escape(text.substr(at)) && base::percent_decode(text.substr(at, 3)) == ".") {
      out.push_back('.');
      at += 2;
      continue;
    }
    const bool stays = c == '%' ? is_escape(text.substr(at)) : http::h1::is_target({&text[at], 1});
    if (stays) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
    }
  }
  return out;
}

std::string request_target(std::string_view rest) {
  std::string target = encode_for_target(rest.substr(0, rest.find('#')));
  if (!target.starts_with('/')) target.insert(target.begin(), '/');
  return target;
}

}  // namespace barbacane::services
