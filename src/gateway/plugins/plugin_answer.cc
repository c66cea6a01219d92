#include "gateway/plugins/plugin_answer.h"

#include <utility>

#include "gateway/arena_text.h"
#include "gateway/auth_fields.h"
#include "gateway/field_list.h"
#include "gateway/plugins/json_messages.h"
#include "gateway/problem.h"

namespace barbacane::gateway {
namespace {

constexpr int kHighestStatus = 999;

/// The head as it came, but for the lines that are not the client's to write.
void copy_head(const RequestContext& request, http::RequestHead& into) {
  const http::RequestHead& from = request.head;
  into.method = from.method;
  into.target = from.target;
  into.path = from.path;
  into.query = from.query;
  into.version = from.version;
  into.content_length = from.content_length;
  into.chunked = from.chunked;
  into.keep_alive = from.keep_alive;
  into.fields.reserve(from.fields.size() + 4);
  for (const http::Field& field : from.fields) {
    const bool is_auth = field.known == http::KnownField::kOther && is_auth_field(field.name);
    if (field.known != http::KnownField::kXRequestId && !is_auth) into.fields.push_back(field);
  }
  into.fields.push_back(
      {"x-request-id", request.identity.request_id, http::KnownField::kXRequestId});
}

}  // namespace

void begin_chain(RequestContext& request) {
  if (request.chain) return;
  void* room = request.arena->allocate(sizeof(ChainState), alignof(ChainState));
  request.chain.reset(new (room) ChainState(request.arena));
  ChainState& chain = *request.chain;
  copy_head(request, chain.request);
  reindex(chain.request);
  chain.client_ip = client_ip_of(request);
  const std::size_t middlewares = request.operation->chain.entries.size();
  chain.entries.resize(middlewares + 1);
  // A preflight is one middleware's business.
  chain.next = request.preflight.value_or(0);
  chain.end = request.preflight ? *request.preflight + 1 : middlewares;
}

std::string_view request_json(RequestContext& request) {
  ChainState& chain = *request.chain;
  if (chain.request_json.empty()) {
    chain.request_json = write_request({.head = chain.request,
                                        .client_ip = chain.client_ip,
                                        .names = request.operation->parameters,
                                        .values = request.path_values},
                                       request.arena);
  }
  return chain.request_json;
}

std::optional<std::string_view> request_body(const RequestContext& request) {
  if (request.body.empty()) return std::nullopt;
  return request.body;
}

void replace_request_body(RequestContext& request, std::string_view body) {
  ChainState& chain = *request.chain;
  request.body = body;
  request.spool.reset();
  FieldList fields(chain.request.fields, request.arena);
  chain.request.chunked = false;
  if (body.empty()) {
    chain.request.content_length.reset();
    fields.remove("content-length");
  } else {
    chain.request.content_length = body.size();
    fields.set("content-length", std::to_string(body.size()));
  }
  fields.remove("transfer-encoding");
  reindex(chain.request);
  chain.request_json = {};
}

Taken check_status(int status) {
  if (status >= kLeastStatus && status <= kHighestStatus) return {};
  return base::fail("it answered with status " + std::to_string(status));
}

Taken take_response(RequestContext& request, const PluginInstance& instance,
                    const ReadResponse& response) {
  if (auto good = check_status(response.status); !good) return good;
  request.reply.status = response.status;
  request.reply.fields.clear();
  apply_headers(response.headers, request.reply.fields, request.arena);
  request.reply.body = copy_to(request.arena, instance.slots().body_left());
  return {};
}

Taken take_built(RequestContext& request, const PluginInstance& instance, http::Response& built) {
  if (auto good = check_status(built.status); !good) return good;
  request.reply.status = built.status;
  request.reply.fields.swap(built.fields);
  request.reply.body = copy_to(request.arena, instance.slots().direct_bodies[1].bytes);
  return {};
}

void log_plugin_failure(const RequestContext& request, const Plugin& plugin, Phase phase,
                        telemetry::Level level, std::string_view reason) {
  request.worker.log.event(
      level, "barbacane::plugin", "plugin_failed",
      {{"plugin", plugin.name}, {"phase", to_string(phase)}, {"reason", reason}},
      log_context(request));
}

Step answer_plugin_failure(RequestContext& request, const Plugin& plugin, Phase phase,
                           std::string_view reason) {
  log_plugin_failure(request, plugin, phase, telemetry::Level::kError, reason);
  request.chain->call_nobody();
  std::string detail;
  if (request.settings().development()) {
    detail = "plugin '" + plugin.name + "' failed in " + std::string(to_string(phase)) + ": " +
             std::string(reason);
  }
  return answer_problem(
      request, Problem::kInternalError,
      {.detail = detail, .spec = {}, .operation = {}, .dispatcher = {}, .errors = {}});
}

Step answer_no_instance(RequestContext& request, const Plugin& plugin) {
  log_plugin_failure(request, plugin, Phase::kInit, telemetry::Level::kError,
                     "no instance was free in time");
  request.chain->call_nobody();
  return answer_problem(request, Problem::kOverloaded);
}

}  // namespace barbacane::gateway
