#include "gateway/admin.h"

#include <fmt/format.h>

#include "gateway/reserved/reserved.h"

namespace barbacane::gateway {
namespace {

struct Answer {
  int status;
  std::string_view body;
};

std::string_view health(const WorkerState& worker, std::pmr::memory_resource* arena) {
  const fmt::format_int uptime(reserved::uptime_seconds(worker.settings));
  ArenaText out(arena);
  out.push_back('{');
  reserved::append_health(out, worker);
  out.append(",\"uptime_secs\":");
  out.append({uptime.data(), uptime.size()});
  out.push_back('}');
  return out.view();
}

std::string_view provenance(const WorkerState& worker, std::pmr::memory_resource* arena) {
  ArenaText out(arena, worker.snapshot->facts().provenance.size() + 64);
  out.push_back('{');
  out.append(worker.snapshot->facts().provenance);
  out.append(",\"drift_detected\":false}");
  return out.view();
}

Answer answer_to(const http::RequestHead& head, const WorkerState& worker,
                 std::pmr::memory_resource* arena) {
  if (head.method != "GET") return {405, "{\"error\":\"method not allowed\"}"};
  if (head.path == "/health") {
    const bool draining = worker.phase == WorkerState::Phase::kDraining;
    return {draining ? 503 : 200, health(worker, arena)};
  }
  if (head.path == "/provenance") return {200, provenance(worker, arena)};
  return {404, "{\"error\":\"not found\"}"};
}

}  // namespace

net::Task<> Admin::handle(http::Exchange& exchange) {
  const Answer answer = answer_to(exchange.request(), worker_, exchange.arena());
  http::Response reply(exchange.arena());
  reply.status = answer.status;
  reply.add("content-type", "application/json");
  if (answer.status == 405) reply.add("allow", "GET");
  reply.body = answer.body;
  exchange.respond(reply);
  co_return;
}

}  // namespace barbacane::gateway
