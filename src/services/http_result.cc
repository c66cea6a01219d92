#include "services/http_result.h"

#include <algorithm>
#include <array>

#include "base/base64.h"
#include "base/text.h"

namespace barbacane::services {
namespace {

/// What a client may see of a failure.
struct Kind {
  HttpFailure failure;
  std::string_view error;
  int status;
  std::string_view type;
  std::string_view title;
  std::string_view detail;
};

constexpr std::string_view kUnavailable = "upstream-unavailable";
constexpr std::string_view kBadGateway = "Bad Gateway";

using enum HttpFailure;
constexpr auto kKinds = std::to_array<Kind>({
    {kTimeout, "timeout", 504, "upstream-timeout", "Gateway Timeout",
     "The upstream service did not answer in time."},
    {kCircuitOpen, "circuit_open", 503, "circuit-open", "Service Unavailable",
     "The upstream service failed too often lately."},
    {kConnect, "connect", 502, kUnavailable, kBadGateway, "The upstream service is unavailable."},
    {kDns, "dns", 502, kUnavailable, kBadGateway, "The upstream service could not be found."},
    {kTls, "tls", 502, kUnavailable, kBadGateway,
     "No secure connection to the upstream service could be made."},
    {kBlocked, "blocked", 502, kUnavailable, kBadGateway,
     "The gateway may not connect to the upstream service."},
    {kPlaintext, "plaintext", 502, kUnavailable, kBadGateway,
     "The gateway may not connect to the upstream service without TLS."},
    {kTooLarge, "too_large", 502, kUnavailable, kBadGateway,
     "The answer of the upstream service is too large."},
    {kInvalid, "invalid", 502, kUnavailable, kBadGateway,
     "The request to the upstream service is not valid."},
    {kCancelled, "cancelled", 502, kUnavailable, kBadGateway, "The request was given up."},
});

const Kind& kind_of(HttpFailure failure) {
  const auto found = std::ranges::find(kKinds, failure, &Kind::failure);
  return found != kKinds.end() ? *found : kKinds[2];
}

std::string document_of(const Kind& kind) {
  std::string json = R"({"type":"urn:barbacane:error:)";
  json.append(kind.type).append(R"(","title":")").append(kind.title);
  json.append(R"(","status":)").append(std::to_string(kind.status));
  json.append(R"(,"detail":")").append(kind.detail).append(R"("})");
  return json;
}

}  // namespace

std::string_view text_of(HttpFailure failure) {
  return failure == kNone ? std::string_view() : kind_of(failure).error;
}

HttpResult::Headers headers_of(const http::ResponseHead& head) {
  HttpResult::Headers headers;
  headers.reserve(head.fields.size());
  for (const http::Field& field : head.fields) {
    if (base::is_utf8(field.value)) headers.emplace_back(base::to_lower(field.name), field.value);
  }
  // Not compared one by one with each other: an upstream may send tens of thousands.
  std::stable_sort(headers.begin(), headers.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::size_t last = 0;
  for (std::size_t next = 1; next < headers.size(); ++next) {
    if (headers[next].first == headers[last].first) {
      headers[last].second += headers[last].first == "set-cookie" ? "\n" : ", ";
      headers[last].second += headers[next].second;
    } else if (++last != next) {
      headers[last] = std::move(headers[next]);
    }
  }
  headers.resize(std::min(headers.size(), last + 1));
  return headers;
}

HttpResult result_of(HttpProblem problem) {
  const Kind& kind = kind_of(problem.failure);
  HttpResult result;
  result.status = kind.status;
  result.failure = problem.failure;
  result.log_text = std::move(problem.text);
  result.headers.emplace_back("content-type", "application/problem+json");
  if (problem.retry_after.count() > 0)
    result.headers.emplace_back("retry-after", std::to_string(problem.retry_after.count()));
  result.body = document_of(kind);
  return result;
}

std::string result_json(const HttpResult& result) {
  std::string json;
  json.reserve(64 + result.headers.size() * 64);
  json.append(R"({"status":)").append(std::to_string(result.status)).append(R"(,"headers":{)");
  bool first = true;
  for (const auto& [name, value] : result.headers) {
    json.append(first ? "\"" : ",\"");
    base::append_json_escaped(json, name);
    json.append("\":\"");
    base::append_json_escaped(json, value);
    json.push_back('"');
    first = false;
  }
  json.append(R"(},"body":)");
  if (result.failure == kNone) return json.append("null}");
  json.append("\"").append(base::base64(result.body)).append(R"(","error":")");
  return json.append(text_of(result.failure)).append("\"}");
}

}  // namespace barbacane::services
