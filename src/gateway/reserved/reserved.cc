#include "gateway/reserved/reserved.h"

#include "gateway/problem.h"

namespace barbacane::gateway::reserved {
namespace {

constexpr std::string_view kPrefix = "/__barbacane/";

Step answer_preflight(RequestContext& request) {
  http::Response& reply = request.reply;
  reply.status = 204;
  reply.add("access-control-allow-origin", "*");
  reply.add("access-control-allow-methods", "GET, OPTIONS");
  reply.add("access-control-allow-headers", "content-type, accept");
  reply.add("access-control-max-age", "86400");
  return Step::kAnswer;
}

Step answer_get(RequestContext& request, std::string_view name) {
  if (name == "health") return answer_health(request);
  if (name == "specs" || name.starts_with("specs/")) {
    return answer_specs(request, name.substr(std::string_view("specs").size()));
  }
  return answer_problem(request, Problem::kNotFound);
}

}  // namespace

Step answer(RequestContext& request) {
  if (!request.head.path.starts_with(kPrefix)) return Step::kGoOn;
  request.kind = RequestContext::Kind::kReserved;
  const std::string_view name = request.head.path.substr(kPrefix.size());
  // Debt: MCP has no server yet, which looks to clients as if no artifact enabled it.
  if (name == "mcp") return answer_problem(request, Problem::kNotFound);
  if (request.head.method == "OPTIONS") return answer_preflight(request);
  if (request.head.method != "GET") {
    answer_problem(request, Problem::kMethodNotAllowed);
    request.reply.add("allow", "GET");
    return Step::kAnswer;
  }
  const Step step = answer_get(request, name);
  request.reply.add("access-control-allow-origin", "*");
  return step;
}

}  // namespace barbacane::gateway::reserved
