#include "gateway/dispatchers/upstream_url.h"

#include "gateway/dispatchers/path_template.h"

namespace barbacane::gateway {
namespace {

constexpr std::string_view kForm =
    "must be the base of the upstream such as https://orders.internal:8443/v1, without query, "
    "fragment and credentials";

}  // namespace

base::Result<UpstreamUrl> parse_upstream_url(std::string_view text) {
  const auto split = services::split_url(text, services::UrlSchemes::kHttp);
  if (!split && split.error() == services::UrlFault::kOtherLetters)
    return base::fail("must name its host in ASCII, as xn--..., when it has other letters");
  if (!split || split->credentials || split->rest.find_first_of("?#") != std::string_view::npos)
    return base::fail(std::string(kForm));
  std::string_view path = split->rest;
  if (has_dot_segment(path)) return base::fail("must not have the segments '.' and '..'");
  while (path.ends_with('/')) path.remove_suffix(1);
  return UpstreamUrl{split->origin, services::encode_for_target(path)};
}

}  // namespace barbacane::gateway
