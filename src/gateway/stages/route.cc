#include <functional>

#include "base/text.h"
#include "gateway/arena_text.h"
#include "gateway/problem.h"
#include "gateway/stages/stages.h"

namespace barbacane::gateway::stages {
namespace {

using router::Lookup;

bool lies_in(std::string_view part, std::string_view whole) {
  const std::less_equal<const char*> not_after;
  return not_after(whole.data(), part.data()) &&
         not_after(part.data() + part.size(), whole.data() + whole.size());
}

/// `%XX` decoded, once. The result lives as long as the exchange, whatever the look-up does next.
std::string_view decoded(const RequestContext& request, std::string_view raw) {
  if (raw.find('%') == std::string_view::npos) {
    return raw;
  }
  ArenaText out(request.arena, raw.size());
  while (!raw.empty()) {
    const int high = raw.size() > 2 && raw[0] == '%' ? base::hex_digit(raw[1]) : -1;
    const int low = high >= 0 ? base::hex_digit(raw[2]) : -1;
    out.push_back(low >= 0 ? static_cast<char>(high << 4 | low) : raw[0]);
    raw.remove_prefix(low >= 0 ? 3 : 1);
  }
  return out.view();
}

/// The captures lie in the look-up's own room or in the path; only the latter stays.
std::span<const std::string_view> kept(const RequestContext& request,
                                       std::span<const std::string_view> captures) {
  auto* values = static_cast<std::string_view*>(
      request.arena->allocate(captures.size_bytes(), alignof(std::string_view)));
  for (std::size_t i = 0; i < captures.size(); ++i) {
    const bool stays = lies_in(captures[i], request.head.path);
    std::construct_at(values + i, stays ? captures[i] : copy_to(request.arena, captures[i]));
  }
  return {values, captures.size()};
}

Step decode_path_values(RequestContext& request, std::span<const std::string_view> captures) {
  if (captures.empty()) return Step::kGoOn;
  request.raw_path_values = kept(request, captures);
  captures = request.raw_path_values;
  auto* values = static_cast<std::string_view*>(
      request.arena->allocate(captures.size_bytes(), alignof(std::string_view)));
  for (std::size_t i = 0; i < captures.size(); ++i) {
    const std::string_view value = decoded(request, captures[i]);
    if (!base::is_ascii(value) && !base::is_utf8(value)) {
      const Violation violation{request.operation->parameters[i], "path", validation::kNotUtf8,
                                validation::code::kInvalidParameter};
      return answer_problem(
          request, Problem::kValidationFailed,
          {.detail = {}, .spec = {}, .operation = {}, .dispatcher = {}, .errors = {&violation, 1}});
    }
    std::construct_at(values + i, value);
  }
  request.path_values = {values, captures.size()};
  return Step::kGoOn;
}

Step refuse_method(RequestContext& request, const Lookup& lookup) {
  ProblemDetails details;
  if (!lookup.node_operations.empty()) {
    details.spec = request.snapshot->operation(lookup.node_operations.front()).spec_file;
  }
  answer_problem(request, Problem::kMethodNotAllowed, details);
  request.reply.add("allow", copy_to(request.arena, lookup.allow));
  return Step::kAnswer;
}

}  // namespace

Step find_route(RequestContext& request) {
  // RFC 9112, 3.2.4: `*` asks about the server, not about a path `/*`.
  if (request.head.path == "*") return answer_problem(request, Problem::kRouteNotFound);
  Lookup& lookup = request.worker.lookup;
  request.snapshot->find(request.head.path, request.head.method, lookup);
  switch (lookup.outcome) {
    case Lookup::Outcome::kFound:
      request.operation = &request.snapshot->operation(lookup.operation);
      return decode_path_values(request, lookup.captures());
    case Lookup::Outcome::kNotFound:
      return answer_problem(request, Problem::kRouteNotFound);
    case Lookup::Outcome::kMethodNotAllowed:
      if (find_preflight(request, lookup.node_operations)) {
        return decode_path_values(request, lookup.captures());
      }
      return refuse_method(request, lookup);
    case Lookup::Outcome::kBadPath:
      break;
  }
  return answer_problem(request, Problem::kBadRequest,
                        {.detail = "the path has a dot segment or a control character",
                         .spec = {},
                         .operation = {},
                         .dispatcher = {},
                         .errors = {}});
}

}  // namespace barbacane::gateway::stages
