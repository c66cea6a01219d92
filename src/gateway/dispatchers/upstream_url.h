#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

/// The base URL of an upstream, taken apart.
namespace barbacane::gateway {

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

struct UpstreamUrl {
  Origin origin;
  std::string path;  ///< without slashes at its end, escaped as a target must be; often empty
};

/// `http` or `https`, host, port and path; no credentials, query, fragment or dot segments. Names
/// of other alphabets are expected in their ASCII form. The error is a sentence about "it", for
/// behind the field's name, and repeats nothing of the text.
base::Result<UpstreamUrl> parse_upstream_url(std::string_view text);

}  // namespace barbacane::gateway
