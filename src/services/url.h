#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

/// URLs that requests go to, taken apart (RFC 3986).
namespace barbacane::services {

/// Where requests go: what of a URL stands before its path.
struct Origin {
  using Scheme = http::Scheme;

  Scheme scheme = Scheme::kHttps;
  std::string host;        ///< a name in lower case, or an address without brackets
  std::uint16_t port = 0;  ///< the scheme's own when the URL names none
  std::string authority;   ///< for `host`: IPv6 in brackets, the scheme's own port left out

  /// `https://orders.internal:8443`, with every port.
  std::string text() const;
};

struct SplitUrl {
  Origin origin;
  std::optional<std::string_view> credentials;  ///< what stands before `@`
  std::string_view rest;                        ///< from the first `/`, `?` or `#` on
};

enum class UrlFault : std::uint8_t {
  kForm,
  kOtherLetters,  ///< the host is not ASCII; names of other alphabets are expected as `xn--...`
};

/// `ws` is to `http` what `wss` is to `https`: the same places, the same ports (RFC 6455, 3).
enum class UrlSchemes : std::uint8_t { kHttp, kWebSocket };

std::expected<SplitUrl, UrlFault> split_url(std::string_view text, UrlSchemes schemes);

/// The text with every byte percent-encoded that may not stand in a request target. Escapes that
/// are there stay, except those of dots, so that dot segments have one form.
std::string encode_for_target(std::string_view text);

/// Path and query of a request, from the rest of a URL; the fragment is nobody else's business.
std::string request_target(std::string_view rest);

}  // namespace barbacane::services
