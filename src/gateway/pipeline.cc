#include "gateway/pipeline.h"

#include "gateway/request_context.h"
#include "gateway/reserved/reserved.h"
#include "gateway/stages/stages.h"

namespace barbacane::gateway {
namespace {

/// Everything that is decided by the head alone.
Step check_head(RequestContext& request) {
  Step step = stages::check_target(request);
  if (step == Step::kGoOn) step = reserved::answer(request);
  if (step == Step::kGoOn) step = stages::check_fields(request);
  if (step == Step::kGoOn) step = stages::check_declared_length(request);
  if (step == Step::kGoOn) step = stages::find_route(request);
  return step;
}

/// Steps 9 and 10 of requests whose body nobody has to wait for.
Step validate(RequestContext& request) {
  stages::plan_body(request);
  const bool waits = stages::checks_while_streaming(request) || stages::streams_body(request) ||
                     stages::has_body_to_collect(request);
  return waits ? Step::kWait : stages::validate(request);
}

/// The same of all others.
net::Task<Step> read_and_validate(RequestContext& request) {
  if (stages::checks_while_streaming(request)) {
    co_return co_await stages::stream_and_validate(request);
  }
  if (stages::streams_body(request)) co_return co_await stages::begin_streamed_body(request);
  const Step collected = co_await stages::collect_body(request);
  co_return collected == Step::kGoOn ? stages::validate(request) : collected;
}

}  // namespace

net::Task<> Pipeline::handle(http::Exchange& exchange) {
  RequestContext request(exchange, worker_);
  if (worker_.log.enabled(telemetry::Level::kInfo)) {
    request.began = std::chrono::steady_clock::now();
  }
  Step step = check_head(request);
  const bool preflight = request.preflight.has_value();
  if (step == Step::kGoOn && !preflight) step = validate(request);
  if (step == Step::kWait) step = co_await read_and_validate(request);
  if (step == Step::kGoOn && stages::has_plugins(request)) {
    step = stages::begin_plugins(request);
    if (step == Step::kGoOn) step = stages::run_request_chain(request);
    if (step == Step::kWait) step = co_await stages::run_request_chain_later(request);
  }
  if (step == Step::kGoOn && preflight) step = stages::allow_preflight(request);
  if (step == Step::kGoOn) {
    step = stages::dispatch_may_wait(request) ? Step::kWait : stages::dispatch(request);
    if (step == Step::kWait) step = co_await stages::dispatch_later(request);
  }
  const bool sent = step == Step::kSent;
  if ((step == Step::kAnswer || sent) && stages::plugins_see_answer(request)) {
    if (stages::must_collect_answer(request)) step = co_await stages::collect_answer(request);
    step = stages::run_response_chain(request);
    if (step == Step::kWait) step = co_await stages::run_response_chain_later(request);
  }
  if (sent) {
    // Nothing more leaves.
  } else if (step == Step::kGone) {
    exchange.abort();
  } else {
    stages::complete_head(request);
    if (request.upgrade) {
      co_await stages::upgrade(request);
      co_return;
    }
    if (stages::must_stream(request)) {
      co_await stages::stream(request);
    } else {
      stages::send(request);
    }
  }
  stages::record(request);
}

}  // namespace barbacane::gateway
