#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Pieces of URLs (RFC 3986) and queries written as forms (WHATWG URL, 5).
namespace barbacane::plugin {

struct Url {
  std::string_view scheme;     ///< as written
  std::string_view authority;  ///< without user information
  std::string_view host;       ///< an IPv6 address without its brackets
  std::optional<std::uint16_t> port;
  std::string_view path;
  std::optional<std::string_view> query;
  std::optional<std::string_view> fragment;
};

/// An absolute URL with an authority; its views point into `text`. Nothing for anything else, also
/// for one with user information, blanks or control characters.
std::optional<Url> parse_url(std::string_view text);
/// What a config member may be that is an `http` or `https` URL: for the rules of `Fields`.
std::string must_be_http_url(const std::string& text);

/// `%41` becomes `A`; what is no escape stays.
std::string percent_decode(std::string_view text);
/// Everything but the unreserved characters is escaped; `keep` are left alone besides.
std::string percent_encode(std::string_view text, std::string_view keep = {});

/// Names and values of a query, decoded (`+` is a blank), in order.
using Parameters = std::vector<std::pair<std::string, std::string>>;
Parameters parse_query(std::string_view query);
std::string form_text(const Parameters& parameters);
std::string form_decode(std::string_view text);
void append_form_encoded(std::string& out, std::string_view text);

/// The index-th value of that name, decoded.
std::optional<std::string> find_parameter(std::string_view query, std::string_view name,
                                          std::size_t index = 0);

/// The location with a query put behind its own, before its fragment.
std::string with_query(std::string_view location, std::string_view query);

}  // namespace barbacane::plugin
