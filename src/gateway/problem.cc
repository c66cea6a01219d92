#include "gateway/problem.h"

#include <array>

#include <fmt/format.h>

#include "base/json_escape.h"
#include "gateway/arena_text.h"

namespace barbacane::gateway {
namespace {

struct Kind {
  int status;
  std::string_view suffix;
  std::string_view title;
  std::string_view detail;
};

/// In the order of `Problem`.
constexpr std::array<Kind, 14> kKinds = {{
    {400, "validation-failed", "Validation Failed",
     "The request does not match the description of this operation."},
    {400, "bad-request", "Bad Request", "The request could not be read."},
    {404, "route-not-found", "Not Found", "No operation is served at this path."},
    {404, "not-found", "Not Found", "There is nothing at this path."},
    {405, "method-not-allowed", "Method Not Allowed", "This path does not support the method."},
    {408, "request-timeout", "Request Timeout", "The request body did not arrive in time."},
    {413, "payload-too-large", "Payload Too Large", "The request body exceeds the size limit."},
    {414, "uri-too-long", "URI Too Long", "The request target exceeds the length limit."},
    {431, "header-too-large", "Header Too Large", "The request header fields exceed a limit."},
    {500, "internal-error", "Internal Server Error", "The gateway could not process the request."},
    {502, "upstream-unavailable", "Bad Gateway", "The upstream service is unavailable."},
    {503, "circuit-open", "Service Unavailable", "The upstream service failed too often lately."},
    {503, "overloaded", "Service Unavailable", "Too many requests wait for the upstream service."},
    {504, "upstream-timeout", "Gateway Timeout", "The upstream service did not answer in time."},
}};

const Kind& kind_of(Problem problem) { return kKinds[static_cast<std::size_t>(problem)]; }

void put_member(ArenaText& out, std::string_view name, std::string_view value) {
  out.append(",\"");
  out.append(name);
  out.append("\":\"");
  base::escape_json(out, value);
  out.push_back('"');
}

void put_optional(ArenaText& out, std::string_view name, std::string_view value) {
  if (!value.empty()) put_member(out, name, value);
}

void put_errors(ArenaText& out, std::span<const Violation> errors) {
  if (errors.empty()) return;
  out.append(",\"errors\":[");
  for (const Violation& error : errors) {
    out.append(&error == errors.data() ? "{\"field\":\"" : ",{\"field\":\"");
    base::escape_json(out, error.field);
    out.push_back('"');
    put_optional(out, "location", error.location);
    put_optional(out, "reason", error.reason);
    put_optional(out, "expected", error.expected);
    put_optional(out, "code", error.code);
    if (!error.keyword.empty()) {
      put_member(out, "keyword", error.keyword);
      put_member(out, "pointer", error.pointer);
    }
    put_optional(out, "schema", error.schema);
    out.push_back('}');
  }
  out.push_back(']');
}

}  // namespace

int status_of(Problem problem) { return kind_of(problem).status; }

std::string_view problem_document(std::pmr::memory_resource* arena, Problem problem,
                                  std::string_view instance, const ProblemDetails* development) {
  const Kind& kind = kind_of(problem);
  const fmt::format_int status(kind.status);
  ArenaText out(arena, 512);
  out.append("{\"type\":\"urn:barbacane:error:");
  out.append(kind.suffix);
  out.push_back('"');
  put_member(out, "title", kind.title);
  out.append(",\"status\":");
  out.append({status.data(), status.size()});
  const bool own_detail = development != nullptr && !development->detail.empty();
  put_member(out, "detail", own_detail ? development->detail : kind.detail);
  put_member(out, "instance", instance);
  if (development != nullptr) {
    put_optional(out, "spec", development->spec);
    put_optional(out, "operation", development->operation);
    put_optional(out, "dispatcher", development->dispatcher);
    put_errors(out, development->errors);
  }
  out.push_back('}');
  return out.view();
}

Step answer_problem(RequestContext& request, Problem problem, ProblemDetails details) {
  const bool development = request.settings().development();
  if (development && details.spec.empty()) {
    details.spec = request.operation ? std::string_view(request.operation->spec_file)
                                     : std::string_view(request.snapshot->facts().only_spec);
  }
  if (development && details.operation.empty() && request.operation != nullptr) {
    details.operation = request.operation->operation_id;
  }
  request.reply.status = status_of(problem);
  request.reply.fields.clear();
  request.reply.add("content-type", "application/problem+json");
  request.reply.body = problem_document(request.arena, problem, path_to_show(request),
                                        development ? &details : nullptr);
  request.document = nullptr;
  return Step::kAnswer;
}

}  // namespace barbacane::gateway
