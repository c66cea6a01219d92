#include "gateway/dispatchers/http_upstream.h"

#include <new>
#include <utility>

#include "gateway/arena_text.h"
#include "gateway/dispatchers/answer_fields.h"
#include "gateway/dispatchers/http_upstream_config.h"
#include "gateway/dispatchers/upstream_exchange.h"
#include "gateway/dispatchers/upstream_failure.h"
#include "gateway/dispatchers/upstream_request.h"
#include "gateway/gateway.h"
#include "gateway/problem.h"
#include "gateway/process_state.h"
#include "gateway/request_context.h"
#include "gateway/stages/stages.h"
#include "services/breakers.h"

namespace barbacane::gateway {
namespace {

using http::client::CallFailure;
using http::client::OutgoingRequest;
using http::client::Upstream;
using net::Task;
using std::chrono::milliseconds;

constexpr std::string_view kName = "http-upstream";
constexpr milliseconds kFirstBackoff{25};
/// A larger body that is here already is sent while the answer may come, like one that streams: an
/// upstream need not hear it all.
constexpr std::size_t kSentAtOnce = 64 * 1024;
/// How often a request looks for another connection because the upstream leaves the one it was on.
/// More than once where many share connections that serve only so many requests.
constexpr int kMostMoves = 32;
/// So often it does so at once, or those that came later would be there first; after that nobody is
/// in a hurry to be refused again.
constexpr int kMovesAtOnce = 12;
constexpr milliseconds kMoveAgain{1};

/// Whether the upstream is to blame, as far as its breaker is concerned (plugin ABI contract, 9.4).
bool counts_for_breaker(CallFailure failure) {
  using enum CallFailure;
  return failure != kBlocked && failure != kOverloaded && failure != kCancelled &&
         failure != kStale;
}

/// Whether another try may go better, and nothing of an answer has come of this one.
bool is_worth_a_retry(CallFailure failure) {
  using enum CallFailure;
  return failure == kDns || failure == kConnect || failure == kTls || failure == kTimeout ||
         failure == kStale || failure == kUntouched || failure == kUnanswered;
}

bool is_idempotent(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE" ||
         method == "PUT" || method == "DELETE" || method == "QUERY";
}

class HttpUpstream final : public Dispatcher {
 public:
  HttpUpstream(HttpUpstreamConfig config, std::shared_ptr<const Upstream> upstream,
               std::shared_ptr<services::CircuitBreaker> breaker,
               Options::PlaintextUpstreams plaintext)
      : config_(std::move(config)),
        upstream_(std::move(upstream)),
        breaker_(std::move(breaker)),
        refused_(upstream_->scheme == http::Scheme::kHttp &&
                 plaintext == Options::PlaintextUpstreams::kRefuse) {}

  std::string_view name() const override { return kName; }
  Waiting waiting() const override { return Waiting::kPossible; }
  BodyUse body_use() const override { return BodyUse::kStreamed; }
  Step answer(RequestContext&) const override { return Step::kWait; }
  Task<Step> answer_later(RequestContext& request) const override;

 private:
  Task<Step> proxy(RequestContext& request, std::string_view target) const;
  OutgoingRequest outgoing(const RequestContext& request, std::string_view target,
                           std::span<const http::Field> fields) const;
  Step answer_open_circuit(RequestContext& request, std::chrono::seconds retry_after) const;

  HttpUpstreamConfig config_;
  std::shared_ptr<const Upstream> upstream_;
  std::shared_ptr<services::CircuitBreaker> breaker_;  ///< null without one
  bool refused_;                                       ///< plaintext, which nobody allowed
};

Task<Step> HttpUpstream::answer_later(RequestContext& request) const {
  if (refused_) {
    constexpr std::string_view kWhy =
        "the upstream is http:// and --allow-plaintext-upstream is off";
    log_dispatch_error(request, *upstream_, "plaintext", kWhy);
    co_return answer_problem(request, Problem::kUpstreamUnavailable,
                             dispatch_details(request, kWhy));
  }
  const auto target = target_for(request, config_);
  if (!target) co_return answer_bad_target(request);
  co_return co_await proxy(request, *target);
}

OutgoingRequest HttpUpstream::outgoing(const RequestContext& request, std::string_view target,
                                       std::span<const http::Field> fields) const {
  using Body = OutgoingRequest::Body;
  OutgoingRequest out{.method = request.seen().method,
                      .authority = config_.origin.authority,
                      .target = target,
                      .fields = fields,
                      .body = {}};
  if (request.spool) {
    out.framing = Body::kLength;
    out.length = request.spool->size();
  } else if (request.body_streams) {
    out.framing = request.seen().content_length ? Body::kLength : Body::kUnknown;
    out.length = request.seen().content_length.value_or(0);
  } else if (!request.body.empty() || request.seen().content_length || request.seen().chunked) {
    out.framing = request.body.size() <= kSentAtOnce ? Body::kWhole : Body::kLength;
    out.length = request.body.size();
    out.body = request.body;
  }
  return out;
}

Task<Step> HttpUpstream::proxy(RequestContext& request, std::string_view target) const {
  using Connection = UpstreamExchange::Connection;
  const std::pmr::vector<http::Field> fields = fields_for(request, config_);
  const OutgoingRequest out = outgoing(request, target, fields);
  const bool has_body = out.framing == OutgoingRequest::Body::kUnknown || out.length > 0;
  const bool repeatable = !has_body && is_idempotent(request.seen().method);
  net::EventLoop& loop = request.exchange.loop();
  const http::client::TimePoint deadline = loop.now() + config_.timeout;

  void* room = request.arena->allocate(sizeof(UpstreamExchange), alignof(UpstreamExchange));
  auto* exchange = new (room) UpstreamExchange(request, upstream_, config_.timeout);
  AnswerBodyPtr owner(exchange);

  unsigned retries_left = repeatable ? config_.retries : 0;
  int moves_left = request.body_streams ? 0 : kMostMoves;
  bool was_stale = false;
  milliseconds backoff = kFirstBackoff;
  for (;;) {
    services::CircuitBreaker::Pass pass;
    if (breaker_) {
      auto admitted = breaker_->admit(std::chrono::steady_clock::now());
      if (!admitted) co_return answer_open_circuit(request, admitted.error());
      pass = std::move(*admitted);
    }
    auto head = co_await exchange->ask(
        out, {.connected = loop.now() + config_.connect_timeout, .answered = deadline},
        was_stale ? Connection::kFresh : Connection::kAny);
    if (head) {
      pass.answered();
      exchange->use_pass(std::move(pass));
      request.reply.status = (*head)->status;
      add_answer_fields(**head, request.reply);
      request.answer_body = std::move(owner);
      co_return Step::kAnswer;
    }
    const UpstreamFailure& failure = head.error();
    co_await exchange->give_up_call();
    if (failure.request_body) co_return stages::refuse_body(request, *failure.request_body);
    if (failure.error.failure == CallFailure::kStale && repeatable && !was_stale) {
      was_stale = true;
      continue;
    }
    if (failure.error.failure == CallFailure::kUntouched && moves_left > 0 &&
        loop.now() < deadline) {
      if (kMostMoves - --moves_left > kMovesAtOnce) co_await loop.sleep(kMoveAgain);
      continue;
    }
    if (counts_for_breaker(failure.error.failure)) pass.failed(std::chrono::steady_clock::now());
    const bool in_time = loop.now() + backoff < deadline;
    if (retries_left == 0 || !in_time || !is_worth_a_retry(failure.error.failure))
      co_return answer_call_error(request, *upstream_, failure.error);
    --retries_left;
    co_await loop.sleep(backoff);
    backoff *= 2;
  }
}

Step HttpUpstream::answer_open_circuit(RequestContext& request,
                                       std::chrono::seconds retry_after) const {
  log_dispatch_error(request, *upstream_, "circuit_open", "the circuit breaker is open");
  answer_problem(request, Problem::kCircuitOpen,
                 dispatch_details(request, "the circuit breaker is open"));
  request.reply.add("retry-after",
                    copy_to(request.arena, std::to_string(std::max<long>(retry_after.count(), 1))));
  return Step::kAnswer;
}

}  // namespace

base::Result<std::unique_ptr<Dispatcher>> make_http_upstream(const DispatcherConfig& config,
                                                             const DispatcherContext& context) {
  auto parsed = parse_http_upstream_config(config.resolved);
  if (!parsed) return std::unexpected(parsed.error());
  auto upstream = make_upstream(*parsed, config, context, UpstreamVersions::kAll);
  if (!upstream) return std::unexpected(upstream.error());
  std::shared_ptr<services::CircuitBreaker> breaker;
  if (parsed->breaker) {
    breaker = context.process.breakers.get((*upstream)->text(), std::string(config.written),
                                           *parsed->breaker);
  }
  return std::make_unique<HttpUpstream>(std::move(*parsed), std::move(*upstream),
                                        std::move(breaker), context.options.plaintext);
}

}  // namespace barbacane::gateway
