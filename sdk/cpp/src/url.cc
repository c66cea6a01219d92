#include "barbacane/url.h"

#include "barbacane/text.h"

namespace barbacane::plugin {
namespace {

constexpr char kDigits[] = "0123456789ABCDEF";

int hex(char c) {
  if (is_digit(c)) return c - '0';
  c = to_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string decoded(std::string_view text, bool plus_is_blank) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex(text[i + 1]) << 4 | hex(text[i + 2])));
      i += 2;
    } else {
      out.push_back(plus_is_blank && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return out;
}

void append_escape(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out.push_back('%');
  out.push_back(kDigits[byte >> 4]);
  out.push_back(kDigits[byte & 15]);
}

/// Cuts off what stands behind the separator, if it occurs.
std::optional<std::string_view> split_off(std::string_view& text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view behind = text.substr(at + 1);
  text = text.substr(0, at);
  return behind;
}

bool is_scheme(std::string_view text) {
  if (text.empty() || !is_alpha(text.front())) return false;
  for (const char c : text) {
    if (!is_alpha(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') return false;
  }
  return true;
}

bool read_port(std::string_view text, std::optional<std::uint16_t>& port) {
  port = parse_integer<std::uint16_t>(text);
  return port && *port != 0;
}

bool read_authority(std::string_view text, Url& url) {
  url.authority = url.host = text;
  if (text.find('@') != std::string_view::npos) return false;
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return false;
    url.host = text.substr(1, close - 1);
    rest = text.substr(close + 1);
    if (rest.empty()) return !url.host.empty();
    if (rest.front() != ':') return false;
    return !url.host.empty() && read_port(rest.substr(1), url.port);
  }
  const auto port = split_off(url.host, ':');
  if (url.host.empty()) return false;
  return !port || read_port(*port, url.port);
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F) return std::nullopt;
  }
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  Url url;
  url.scheme = text.substr(0, scheme_end);
  text.remove_prefix(scheme_end + 3);
  url.fragment = split_off(text, '#');
  url.query = split_off(text, '?');
  const std::size_t path = text.find('/');
  if (path != std::string_view::npos) url.path = text.substr(path);
  if (!is_scheme(url.scheme) || !read_authority(text.substr(0, path), url)) return std::nullopt;
  return url;
}

std::string must_be_http_url(const std::string& text) {
  const auto url = parse_url(text);
  if (url &&
      (equal_ignoring_case(url->scheme, "https") || equal_ignoring_case(url->scheme, "http"))) {
    return {};
  }
  return "must be an absolute URL of http or https, without user name";
}

std::string percent_decode(std::string_view text) { return decoded(text, false); }

std::string percent_encode(std::string_view text, std::string_view keep) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool plain = is_alpha(c) || is_digit(c) ||
                       std::string_view("-._~").find(c) != std::string_view::npos ||
                       keep.find(c) != std::string_view::npos;
    if (plain) {
      out.push_back(c);
    } else {
      append_escape(out, c);
    }
  }
  return out;
}

std::string form_decode(std::string_view text) { return decoded(text, true); }

void append_form_encoded(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == ' ') {
      out.push_back('+');
    } else if (is_alpha(c) || is_digit(c) ||
               std::string_view("*-._").find(c) != std::string_view::npos) {
      out.push_back(c);
    } else {
      append_escape(out, c);
    }
  }
}

Parameters parse_query(std::string_view query) {
  Parameters parameters;
  while (!query.empty()) {
    std::string_view name = query;
    query = split_off(name, '&').value_or(std::string_view());
    if (name.empty()) continue;
    const auto value = split_off(name, '=');
    parameters.emplace_back(form_decode(name), form_decode(value.value_or("")));
  }
  return parameters;
}

std::string form_text(const Parameters& parameters) {
  std::string out;
  for (const auto& [name, value] : parameters) {
    if (!out.empty()) out.push_back('&');
    append_form_encoded(out, name);
    out.push_back('=');
    append_form_encoded(out, value);
  }
  return out;
}

std::optional<std::string> find_parameter(std::string_view query, std::string_view name,
                                          std::size_t index) {
  while (!query.empty()) {
    std::string_view key = query;
    query = split_off(key, '&').value_or(std::string_view());
    const auto value = split_off(key, '=');
    if (key.empty() && !value) continue;
    if (form_decode(key) == name && index-- == 0) return form_decode(value.value_or(""));
  }
  return std::nullopt;
}

std::string with_query(std::string_view location, std::string_view query) {
  const auto fragment = split_off(location, '#');
  std::string out(location);
  if (!query.empty()) {
    const bool has_query = location.find('?') != std::string_view::npos;
    if (!has_query) {
      out.push_back('?');
    } else if (out.back() != '?' && out.back() != '&') {
      out.push_back('&');
    }
    out.append(query);
  }
  if (fragment) out.append("#").append(*fragment);
  return out;
}

}  // namespace barbacane::plugin
