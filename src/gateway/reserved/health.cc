#include <fmt/format.h>

#include "base/json_escape.h"
#include "gateway/reserved/reserved.h"

namespace barbacane::gateway::reserved {
namespace {

void put_number(ArenaText& out, std::string_view name, std::int64_t value) {
  const fmt::format_int digits(value);
  out.append(",\"");
  out.append(name);
  out.append("\":");
  out.append({digits.data(), digits.size()});
}

void put_text(ArenaText& out, std::string_view name, std::string_view value) {
  out.append(",\"");
  out.append(name);
  out.append("\":\"");
  base::escape_json(out, value);
  out.push_back('"');
}

}  // namespace

std::int64_t uptime_seconds(const Settings& settings) {
  const auto up = std::chrono::steady_clock::now() - settings.started;
  return std::chrono::duration_cast<std::chrono::seconds>(up).count();
}

void append_health(ArenaText& out, const WorkerState& worker) {
  const Facts& facts = worker.snapshot->facts();
  const bool draining = worker.phase == WorkerState::Phase::kDraining;
  out.append(draining ? "\"status\":\"draining\"" : "\"status\":\"healthy\"");
  put_number(out, "artifact_version", facts.artifact_version);
  put_text(out, "compiler_version", facts.compiler_version);
  put_number(out, "routes_count", static_cast<std::int64_t>(worker.snapshot->route_count()));
  put_text(out, "artifact", facts.artifact_hash);
  put_number(out, "uptime_seconds", uptime_seconds(worker.settings));
}

Step answer_health(RequestContext& request) {
  ArenaText body(request.arena);
  body.push_back('{');
  append_health(body, request.worker);
  body.push_back('}');
  const bool draining = request.worker.phase == WorkerState::Phase::kDraining;
  request.reply.status = draining ? 503 : 200;
  request.reply.add("content-type", "application/json");
  request.reply.body = body.view();
  return Step::kAnswer;
}

}  // namespace barbacane::gateway::reserved
