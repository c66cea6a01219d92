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

std::string_view sentence_of(HttpFailure failure) { return kind_of(failure).detail; }

HttpResult::Headers headers_of(const http::ResponseHead& head) {
  // Not compared one by one with each other: an upstream may send tens of thousands.
  std::vector<std::pair<std::string, std::size_t>> lines;
  lines.reserve(head.fields.size());
  for (std::size_t line = 0; line < head.fields.size(); ++line) {
    if (base::is_utf8(head.fields[line].value))
      lines.emplace_back(base::to_lower(head.fields[line].name), line);
  }
  std::ranges::sort(lines);
  HttpResult::Headers headers;
  for (auto& [name, line] : lines) {
    const std::string_view value = head.fields[line].value;
    if (headers.empty() || headers.back().first != name) {
      headers.emplace_back(std::move(name), value);
    } else {
      headers.back().second.append(name == "set-cookie" ? "\n" : ", ").append(value);
    }
  }
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
