#include "base/text.h"
#include "gateway/problem.h"
#include "gateway/stages/stages.h"

namespace barbacane::gateway::stages {
namespace {

bool is_websocket_upgrade(const http::RequestHead& head) {
  return base::equals_ignoring_case(head.value(http::KnownField::kUpgrade), "websocket");
}

}  // namespace

Step refuse_body(RequestContext& request, http::BodyError error) {
  if (error == http::BodyError::kClientGone) return Step::kGone;
  request.exchange.close_after();
  if (error == http::BodyError::kTimeout) return answer_problem(request, Problem::kRequestTimeout);
  if (error == http::BodyError::kMalformed) return answer_problem(request, Problem::kBadRequest);
  const Violation violation{"body", {}, "larger than --max-body-size", "body_too_large"};
  return answer_problem(
      request, Problem::kPayloadTooLarge,
      {.detail = {}, .spec = {}, .operation = {}, .dispatcher = {}, .errors = {&violation, 1}});
}

bool has_body_to_collect(const RequestContext& request) {
  return request.head.has_body() && !is_websocket_upgrade(request.head);
}

bool streams_body(const RequestContext& request) {
  using Kind = validation::RequestValidator::BodyPlan::Kind;
  if (!has_body_to_collect(request) || plugins_read_body(request)) return false;
  if (request.operation->dispatcher->body_use() != Dispatcher::BodyUse::kStreamed) return false;
  return !request.body_plan || request.body_plan->kind == Kind::kNothing;
}

net::Task<Step> begin_streamed_body(RequestContext& request) {
  const Step step = validate_parameters(request);
  if (step != Step::kGoOn) co_return step;
  const auto first = co_await request.exchange.read_body_part();
  if (!first) co_return refuse_body(request, first.error());
  if (first->size() > request.settings().options.max_body_size)
    co_return refuse_body(request, http::BodyError::kTooLarge);
  if (first->empty()) co_return validate_missing_body(request);
  request.body = *first;
  request.body_streams = !request.exchange.body_is_read();
  co_return Step::kGoOn;
}

net::Task<Step> collect_body(RequestContext& request) {
  const auto body = co_await request.exchange.read_body(request.settings().options.max_body_size);
  if (!body) co_return refuse_body(request, body.error());
  request.body = *body;
  co_return Step::kGoOn;
}

}  // namespace barbacane::gateway::stages
