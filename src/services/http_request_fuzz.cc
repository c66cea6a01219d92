#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "http/h1/strict.h"
#include "services/http_request.h"
#include "services/url.h"

/// Any bytes: whatever is read of them as a request is within its bounds, its URL can be asked for,
/// and a pending body is taken exactly then.
namespace barbacane::services {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check(std::string_view json, std::optional<std::string> pending) {
  const bool had_body = pending.has_value();
  const auto request = parse_http_request(json, pending);
  if (!request) {
    require(pending.has_value() == had_body);
    return;
  }
  require(!pending && request->timeout.count() >= 0);
  require(!request->breaker || request->breaker->threshold > 0);
  for (const UrlSchemes schemes : {UrlSchemes::kHttp, UrlSchemes::kWebSocket}) {
    const auto url = split_url(request->url, schemes);
    if (!url) continue;
    require(url->origin.port != 0 && http::h1::is_host(url->origin.authority));
    require(!url->origin.host.empty());
    require(http::h1::is_target("/" + encode_for_target(url->rest)));
  }
}

}  // namespace
}  // namespace barbacane::services

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace barbacane::services;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(text, std::nullopt);
  check(text, "side");
  return 0;
}
