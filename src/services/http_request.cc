#include "services/http_request.h"

#include <algorithm>
#include <cstdint>

#include "base/base64.h"
#include "services/detail/json_document.h"

namespace barbacane::services {
namespace {

using Element = simdjson::dom::element;
using std::chrono::milliseconds;

constexpr std::uint64_t kHighestThreshold = 1'000'000;

bool read_timeout(Element value, milliseconds& timeout) {
  return value.is_null() || detail::read(value, timeout);
}

bool read_tls(Element value, std::optional<HttpRequest::Tls>& tls) {
  tls.reset();
  if (value.is_null()) return true;
  simdjson::dom::object members;
  if (value.get(members) != simdjson::SUCCESS) return false;
  tls.emplace();
  for (const auto& [name, text] : members) {
    std::string* place = nullptr;
    if (name == "client_cert") place = &tls->client_cert;
    if (name == "client_key") place = &tls->client_key;
    if (name == "ca") place = &tls->ca;
    if (place == nullptr || text.is_null()) continue;
    if (!detail::read(text, *place)) return false;
  }
  if (*tls == HttpRequest::Tls{}) tls.reset();
  return true;
}

bool read_threshold(Element value, unsigned& threshold) {
  std::uint64_t count;
  if (!detail::read(value, count) || count == 0) return false;
  threshold = static_cast<unsigned>(std::min(count, kHighestThreshold));
  return true;
}

bool read_breaker(Element value, std::optional<BreakerSettings>& breaker) {
  breaker.reset();
  if (value.is_null()) return true;
  simdjson::dom::object members;
  if (value.get(members) != simdjson::SUCCESS) return false;
  BreakerSettings& settings = breaker.emplace();
  for (const auto& [name, member] : members) {
    bool good = true;
    if (name == "threshold") good = read_threshold(member, settings.threshold);
    if (name == "window_ms") good = detail::read(member, settings.window);
    if (name == "reset_ms") good = detail::read(member, settings.reset_timeout);
    if (!good) return false;
  }
  return true;
}

/// The last of equal members counts, as everywhere in the contract.
struct Members {
  bool method = false;
  bool url = false;
  std::optional<std::string_view> body;
};

bool read_member(std::string_view name, Element value, HttpRequest& request, Members& members) {
  if (name == "method") return members.method = detail::read(value, request.method);
  if (name == "url") return members.url = detail::read(value, request.url);
  if (name == "headers") return detail::read_headers(value, request.headers);
  if (name == "timeout_ms") return read_timeout(value, request.timeout);
  if (name == "tls") return read_tls(value, request.tls);
  if (name == "circuit_breaker") return read_breaker(value, request.breaker);
  if (name != "body") return true;
  members.body.reset();
  return value.is_null() || value.get(members.body.emplace()) == simdjson::SUCCESS;
}

}  // namespace

base::Result<HttpRequest> parse_http_request(std::string_view json,
                                             std::optional<std::string>& pending_body) {
  const detail::JsonDocument document(json);
  const auto object = document.object();
  if (!object) return base::fail("the request is no JSON object");
  HttpRequest request;
  Members members;
  for (const auto& [name, value] : *object) {
    if (!read_member(name, value, request, members))
      return base::fail("the member '" + std::string(name.substr(0, 64)) +
                        "' of the request is not of its type");
  }
  if (!members.method || !members.url) return base::fail("the request lacks 'method' or 'url'");
  if (pending_body) {
    request.body = std::move(*pending_body);
    pending_body.reset();
  } else if (members.body) {
    auto body = base::from_base64(*members.body);
    if (!body) return base::fail("the body of the request is not base64");
    request.body = std::move(*body);
  }
  return request;
}

}  // namespace barbacane::services
