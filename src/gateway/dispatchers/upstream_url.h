#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "services/url.h"

/// The base URL of an upstream, taken apart.
namespace barbacane::gateway {

using services::Origin;

struct UpstreamUrl {
  Origin origin;
  std::string path;  ///< without slashes at its end, escaped as a target must be; often empty
};

/// `http` or `https`, host, port and path; no credentials, query, fragment or dot segments. Names
/// of other alphabets are expected in their ASCII form. The error is a sentence about "it", for
/// behind the field's name, and repeats nothing of the text.
base::Result<UpstreamUrl> parse_upstream_url(std::string_view text);

}  // namespace barbacane::gateway
