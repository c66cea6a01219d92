#include <fmt/format.h>

#include "gateway/arena_text.h"
#include "gateway/problem.h"
#include "gateway/stages/stages.h"

namespace barbacane::gateway::stages {
namespace {

using Overflow = http::RequestHead::Overflow;

Step refuse(RequestContext& request, Problem problem, const Violation& violation) {
  return answer_problem(
      request, problem,
      {.detail = {}, .spec = {}, .operation = {}, .dispatcher = {}, .errors = {&violation, 1}});
}

/// Path and query; the target itself unless it came in absolute form.
std::size_t target_length(const http::RequestHead& head) {
  if (head.target.starts_with('/')) return head.target.size();
  return head.path.size() + (head.query.empty() ? 0 : 1 + head.query.size());
}

}  // namespace

Step check_target(RequestContext& request) {
  const bool fits = request.head.overflow != Overflow::kTarget &&
                    target_length(request.head) <= request.settings().options.max_uri_length;
  if (fits) return Step::kGoOn;
  return refuse(request, Problem::kUriTooLong,
                {"uri", {}, "longer than --max-uri-length", "uri_too_long"});
}

Step check_fields(RequestContext& request) {
  const Options& options = request.settings().options;
  if (request.head.fields.size() > options.max_headers) {
    return refuse(request, Problem::kHeaderTooLarge,
                  {"headers", {}, "more field lines than --max-headers", "too_many_headers"});
  }
  for (const http::Field& field : request.head.fields) {
    if (field.name.size() + field.value.size() <= options.max_header_size) continue;
    ArenaText name(request.arena);
    name.append("header:");
    name.append(field.name.substr(0, 256));
    return refuse(request, Problem::kHeaderTooLarge,
                  {name.view(), {}, "larger than --max-header-size", "header_too_large"});
  }
  if (request.head.overflow == Overflow::kFields) {
    return refuse(request, Problem::kHeaderTooLarge,
                  {"headers", {}, "larger than a connection buffers", "header_too_large"});
  }
  return Step::kGoOn;
}

Step check_declared_length(RequestContext& request) {
  if (request.head.content_length.value_or(0) <= request.settings().options.max_body_size) {
    return Step::kGoOn;
  }
  request.exchange.close_after();
  return refuse(request, Problem::kPayloadTooLarge,
                {"body", {}, "larger than --max-body-size", "body_too_large"});
}

}  // namespace barbacane::gateway::stages
