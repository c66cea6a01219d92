#pragma once

#include <chrono>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string_view>

#include "gateway/answer_body.h"
#include "gateway/identity.h"
#include "gateway/plugins/chain_state.h"
#include "gateway/spool.h"
#include "gateway/step.h"
#include "gateway/upgrade.h"
#include "gateway/worker_state.h"
#include "http/exchange.h"

/// One request on its way through the stages: what came in, what was found out, what goes back.
///
/// Lives in the frame of the pipeline's coroutine; what its views point at lives in the arena of
/// the exchange or in the snapshot, both of which it keeps alive.
namespace barbacane::gateway {

struct RequestContext {
  RequestContext(http::Exchange& exchange_, WorkerState& worker_)
      : exchange(exchange_),
        head(exchange_.request()),
        arena(exchange_.arena()),
        worker(worker_),
        snapshot(worker_.snapshot),
        reply(arena),
        identity(identify(head, worker_.random, arena)) {
    reply.fields.reserve(kUsualFields);
  }

  const Settings& settings() const { return worker.settings; }

  /// The request as its plugins left it: what dispatchers go by.
  const http::RequestHead& seen() const { return chain ? chain->request : head; }
  InstancePools& pools() { return snapshot.pools(); }

  http::Exchange& exchange;
  const http::RequestHead& head;  ///< as it came
  std::pmr::memory_resource* const arena;
  WorkerState& worker;
  SnapshotRef snapshot;
  http::Response reply;
  Identity identity;

  /// What its plugins share; null unless there are any.
  ChainStatePtr chain;

  /// Of the route; null before and without one.
  const CompiledOperation* operation = nullptr;
  /// A CORS preflight that no operation of its own answers: the middleware of `operation` that
  /// does.
  std::optional<std::size_t> preflight;
  /// Decoded values, in the order of `operation->parameters`.
  std::span<const std::string_view> path_values;
  /// The same as they came, escapes in place.
  std::span<const std::string_view> raw_path_values;
  /// What is to be done about the body that is announced, if it is to be checked at all; see
  /// `stages::plan_body`.
  std::optional<validation::RequestValidator::BodyPlan> body_plan;
  /// All of it, or its first bytes when it streams.
  std::string_view body;
  /// Nobody checks it, so the dispatcher reads the rest from the exchange.
  bool body_streams = false;
  /// A body that was checked as it arrived is here instead.
  std::unique_ptr<Spool> spool;
  /// Where the body of the answer comes from, unless it is `reply.body`.
  AnswerBodyPtr answer_body;
  /// What follows an answer of 101.
  std::unique_ptr<Upgrade> upgrade;
  /// Answer with this document instead of `reply.body`.
  const artifact::ServedDocument* document = nullptr;
  enum class Kind : std::uint8_t { kApi, kReserved } kind = Kind::kApi;
  /// Taken only when somebody will read it.
  std::chrono::steady_clock::time_point began;

 private:
  static constexpr std::size_t kUsualFields = 12;
};

/// The request as dispatchers see it: `x-auth-*` fields a client sent are not there, and
/// `x-request-id` is the one that was fixed (data-plane contract, 8.1 and 8.4). Repeated lines are
/// joined as lists (5). `name` in lower case. Nothing when there is no such field.
std::optional<std::string_view> request_field(const RequestContext& request, std::string_view name);

/// The same as the client sent it: what validation judges.
std::optional<std::string_view> received_field(const RequestContext& request,
                                               std::string_view name);

/// The path for logs and error documents: cut where a path over the limit exceeds it, so that a
/// refused request costs no more than one that is served.
inline std::string_view path_to_show(const RequestContext& request) {
  return request.head.path.substr(0, request.settings().options.max_uri_length);
}

/// The ids under which a request is logged.
inline telemetry::LogContext log_context(const RequestContext& request) {
  return {.trace_id = request.identity.trace_id,
          .span_id = {},
          .request_id = request.identity.request_id};
}

/// See `client_ip.h`.
std::string_view client_ip_of(const RequestContext& request);

/// The decoded value of a path parameter; nothing when the operation has none of that name.
std::optional<std::string_view> path_value(const RequestContext& request, std::string_view name);

}  // namespace barbacane::gateway
