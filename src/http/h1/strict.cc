#include "http/h1/strict.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"
#include "http/h1/grammar.h"

namespace barbacane::http::h1 {

namespace {

using base::equals_ignoring_case;

constexpr auto kTargetBytes = alphanumerics_and("-._~%!$&'()*+,;=:@/?[]|^{}`");
constexpr auto kRegNameBytes = alphanumerics_and("-._~%!$&'()*+,;=");

bool all_in(std::string_view text, const std::array<bool, 256>& table) {
  return std::ranges::all_of(text, [&](char c) { return table[static_cast<unsigned char>(c)]; });
}

bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Counts matter: what may stand once must not stand twice.
struct Seen {
  int host = 0;
  int content_length = 0;
  int transfer_encoding = 0;
  bool close = false;
  bool keep_alive = false;
};

bool collect(RequestHead& head, Seen& seen) {
  for (const Field& field : head.fields) {
    switch (field.known) {
      case KnownField::kHost:
        ++seen.host;
        if (!is_host(field.value)) return false;
        break;
      case KnownField::kContentLength: {
        ++seen.content_length;
        const auto length = parse_content_length(field.value);
        if (!length) return false;
        head.content_length = length;
        break;
      }
      case KnownField::kTransferEncoding:
        ++seen.transfer_encoding;
        if (!equals_ignoring_case(field.value, "chunked")) return false;
        break;
      case KnownField::kConnection:
        seen.close |= list_contains(field.value, "close");
        seen.keep_alive |= list_contains(field.value, "keep-alive");
        break;
      case KnownField::kExpect:
        head.expects_continue |= equals_ignoring_case(field.value, "100-continue");
        break;
      default:
        break;
    }
  }
  return true;
}

/// RFC 9112, 3.2: origin-form, absolute-form, and `*` for OPTIONS. A gateway is no tunnel, so
/// authority-form is refused.
bool split_target(RequestHead& head) {
  if (!is_target(head.target)) return false;
  std::string_view rest = head.target;
  if (rest == "*") {
    head.path = rest;
    return head.method == "OPTIONS";
  }
  if (rest.front() != '/') {
    const std::size_t scheme_end = rest.find("://");
    if (scheme_end == std::string_view::npos) return false;
    const std::string_view scheme = rest.substr(0, scheme_end);
    if (!equals_ignoring_case(scheme, "http") && !equals_ignoring_case(scheme, "https"))
      return false;
    rest.remove_prefix(scheme_end + 3);
    const std::size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
    const std::string_view authority = rest.substr(0, authority_end);
    if (authority.empty() || !is_host(authority)) return false;
    rest.remove_prefix(authority_end);
    if (rest.empty() || rest.front() == '?') {
      head.path = "/";
      head.query = rest.empty() ? rest : rest.substr(1);
      return true;
    }
  }
  const std::size_t question = rest.find('?');
  head.path = rest.substr(0, question);
  if (question != std::string_view::npos) head.query = rest.substr(question + 1);
  return true;
}

}  // namespace

bool is_target(std::string_view target) { return !target.empty() && all_in(target, kTargetBytes); }

bool is_host(std::string_view host) {
  std::string_view port;
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    if (end == std::string_view::npos) return false;
    const std::string_view address = host.substr(1, end - 1);
    if (address.empty() || !std::ranges::all_of(address, [](char c) {
          return base::hex_digit(c) >= 0 || c == ':' || c == '.';
        }))
      return false;
    port = host.substr(end + 1);
    if (port.empty()) return true;
    if (port.front() != ':') return false;
    port.remove_prefix(1);
  } else {
    const std::size_t colon = host.find(':');
    if (!all_in(host.substr(0, colon), kRegNameBytes)) return false;
    if (colon == std::string_view::npos) return true;
    port = host.substr(colon + 1);
  }
  return port.size() <= 5 && all_digits(port);
}

std::optional<std::uint64_t> parse_content_length(std::string_view text) {
  if (text.empty() || text.size() > 18 || !all_digits(text)) return std::nullopt;
  std::uint64_t length = 0;
  for (char c : text) length = length * 10 + static_cast<std::uint64_t>(c - '0');
  return length;
}

bool accept_head(RequestHead& head) {
  Seen seen;
  if (!collect(head, seen) || !split_target(head)) return false;
  const bool modern = head.version == Version::kHttp11;
  if (seen.host > 1 || (modern && seen.host == 0)) return false;
  if (seen.content_length > 1 || seen.transfer_encoding > 1) return false;
  if (seen.transfer_encoding == 1 && (seen.content_length == 1 || !modern)) return false;
  head.chunked = seen.transfer_encoding == 1;
  head.keep_alive = modern ? !seen.close : seen.keep_alive && !seen.close;
  head.expects_continue &= modern;  // RFC 9110, 10.1.1: ignored in HTTP/1.0
  return true;
}

}  // namespace barbacane::http::h1
