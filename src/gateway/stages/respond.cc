#include <algorithm>

#include "base/text.h"
#include "base/version.h"
#include "gateway/inflate.h"
#include "gateway/stages/stages.h"
#include "net/fair_share.h"

namespace barbacane::gateway::stages {
namespace {

using telemetry::Level;

constexpr char kServerPrefix[] = "barbacane/";

/// `barbacane/0.1.0`, made once.
std::string_view server_name() {
  static const std::string name = kServerPrefix + std::string(base::kVersion);
  return name;
}

/// Answers up to this size are copied by the connection; the body of a larger one must stay where
/// it lies until it has left, and so must the snapshot it may lie in.
constexpr std::size_t kCopied = 4096;

/// Fields of a dispatcher's answer that do not go out: those whose value is ours on every answer of
/// the traffic port, and those that concern one hop only. The connection itself leaves out more.
/// The length decides first: most names fall out there.
bool is_dropped(const RequestContext& request, std::string_view name) {
  const auto is = [&](std::string_view known) { return base::equals_ignoring_case(name, known); };
  switch (name.size()) {
    case 2:
      return is("te");
    case 6:
      return is("server") ||
             (is("sunset") && request.operation->deprecated && !request.operation->sunset.empty());
    case 10:
      return is("x-trace-id");
    case 11:
      return is("deprecation") && request.operation->deprecated;
    case 12:
      return is("x-request-id");
    case 15:
      return is("x-frame-options");
    case 16:
      return is("proxy-connection");
    case 18:
      return is("proxy-authenticate");
    case 22:
      return is("x-content-type-options");
    default:
      return false;
  }
}

/// Drops `connection` and what it names, which concerns one hop only (RFC 9110, 7.6.1).
void drop_named_by_connection(http::Response& reply) {
  const auto is_connection = [](const http::Field& field) {
    return base::equals_ignoring_case(field.name, "connection");
  };
  for (;;) {
    const auto found = std::ranges::find_if(reply.fields, is_connection);
    if (found == reply.fields.end()) return;
    const std::string_view named = found->value;
    reply.fields.erase(found);
    std::erase_if(reply.fields,
                  [&](const http::Field& field) { return http::list_contains(named, field.name); });
  }
}

void add_deprecation(RequestContext& request) {
  const CompiledOperation& operation = *request.operation;
  request.reply.add("deprecation", "true");
  if (!operation.sunset.empty()) request.reply.add("sunset", operation.sunset);
  if (!request.worker.log.enabled(Level::kWarn)) return;
  if (!request.snapshot.should_log_deprecated(operation)) return;
  request.worker.log.event(
      Level::kWarn, "barbacane::routing", "deprecated_route_called",
      {{"method", operation.method}, {"route", operation.path}, {"sunset", operation.sunset}},
      log_context(request));
}

/// For statistics of clients that left before an answer, as web servers write it.
constexpr int kClientClosedRequest = 499;

double milliseconds_since(std::chrono::steady_clock::time_point began) {
  const auto elapsed = std::chrono::steady_clock::now() - began;
  return static_cast<double>(
             std::chrono::duration_cast<std::chrono::microseconds>(elapsed).count()) /
         1000.0;
}

}  // namespace

void complete_head(RequestContext& request) {
  http::Response& reply = request.reply;
  if (request.operation != nullptr) {
    std::erase_if(reply.fields,
                  [&](const http::Field& field) { return is_dropped(request, field.name); });
    drop_named_by_connection(reply);
    if (request.operation->deprecated) add_deprecation(request);
  }
  reply.add("server", server_name());
  reply.add("x-request-id", request.identity.request_id);
  reply.add("x-trace-id", request.identity.trace_id);
  reply.add("x-content-type-options", "nosniff");
  reply.add("x-frame-options", "DENY");
}

bool must_stream(const RequestContext& request) {
  return request.answer_body || request.document != nullptr || request.reply.body.size() > kCopied;
}

void send(RequestContext& request) { request.exchange.respond(request.reply); }

namespace {

/// From the upstream to the client, as fast as the client takes it. False when it broke off.
net::Task<bool> relay(RequestContext& request, AnswerBody& body) {
  http::Exchange& exchange = request.exchange;
  net::FairShare share;
  for (;;) {
    AnswerBody::Part part = body.buffered();
    if (part && part->empty() && !body.ended()) {
      // Nothing is held back while the upstream thinks.
      if (!co_await exchange.flush()) co_return true;
      part = co_await body.next();
    }
    if (!part) co_return false;
    if (part->empty()) break;
    const std::size_t size = part->size();
    if (!co_await exchange.write(*part, http::Push::kWithNext)) co_return true;
    if (share.used_up(size)) co_await exchange.loop().yield();
  }
  std::pmr::vector<http::Field> trailers(request.arena);
  body.append_trailers(trailers);
  co_await exchange.finish(trailers);
  co_return true;
}

net::Task<> stream_answer_body(RequestContext& request) {
  AnswerBody& body = *request.answer_body;
  request.exchange.start(request.reply, body.length());
  if (!co_await relay(request, body)) {
    // The client gets what there was, and sees that it is not all.
    co_await request.exchange.flush();
    request.exchange.abort();
  }
  co_await body.close();
}

}  // namespace

net::Task<> stream(RequestContext& request) {
  http::Exchange& exchange = request.exchange;
  if (request.answer_body) {
    co_await stream_answer_body(request);
    co_return;
  }
  if (request.document != nullptr) {
    co_await send_inflated(exchange, request.reply, request.document->gzip);
    co_return;
  }
  const std::string_view body = request.reply.body;
  exchange.start(request.reply, body.size());
  if (!co_await exchange.write(body)) co_return;
  co_await exchange.finish();
}

/// No method anybody serves is longer.
constexpr std::size_t kLoggedMethod = 64;

void record(const RequestContext& request) {
  const bool reserved = request.kind == RequestContext::Kind::kReserved;
  const Level level = reserved ? Level::kDebug : Level::kInfo;
  if (!request.worker.log.enabled(level)) return;
  const http::Exchange& exchange = request.exchange;
  const int answered = exchange.answered_status();
  const int status = answered != 0 ? answered : kClientClosedRequest;
  static const CompiledOperation kNone;
  const CompiledOperation& operation = request.operation ? *request.operation : kNone;
  request.worker.log.event(level, "barbacane::http", "request_completed",
                           {{"method", request.head.method.substr(0, kLoggedMethod)},
                            {"path", path_to_show(request)},
                            {"route", operation.path},
                            {"status", std::int64_t{status}},
                            {"duration_ms", milliseconds_since(request.began)},
                            {"request_size", exchange.received_bytes()},
                            {"response_size", exchange.answered_bytes()},
                            {"client_ip", client_ip_of(request)},
                            {"api", operation.api},
                            {"operation", operation.operation_id}},
                           log_context(request));
}

}  // namespace barbacane::gateway::stages
