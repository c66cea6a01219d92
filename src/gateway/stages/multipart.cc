#include <utility>

#include "gateway/problem.h"
#include "gateway/stages/stages.h"

namespace barbacane::gateway::stages {
namespace {

using Plan = validation::RequestValidator::BodyPlan;

/// The check of one body; none any more once a body in report mode was found wrong.
class Check {
 public:
  explicit Check(RequestContext& request) : request_(request) {}

  Step begin() {
    const Plan& plan = *request_.body_plan;
    auto boundary = validation::multipart_boundary(plan.content_type);
    if (!boundary) {
      const validation::Violation violation = request_.operation->validator->unusable_content_type(
          plan, std::move(boundary.error().message));
      return refuse_invalid(request_, {&violation, 1});
    }
    check_.emplace(*plan.multipart, std::move(*boundary));
    return Step::kGoOn;
  }

  Step feed(std::string_view bytes) {
    if (!check_ || check_->feed(bytes, request_.worker.validation)) return Step::kGoOn;
    return refuse();
  }

  Step finish() {
    validation::Workspace& workspace = request_.worker.validation;
    Step step = Step::kGoOn;
    if (check_ && !check_->finish(workspace)) step = refuse();
    if (request_.spool->size() > kLargeBody) workspace.shrink();
    return step;
  }

 private:
  Step refuse() {
    const Step step = refuse_invalid(request_, check_->violations());
    check_.reset();
    return step;
  }

  RequestContext& request_;
  std::optional<validation::MultipartCheck> check_;
};

Step keep(RequestContext& request, std::string_view bytes) {
  const auto kept = request.spool->append(bytes);
  if (kept) return Step::kGoOn;
  request.worker.log.text(telemetry::Level::kError, "barbacane::http", kept.error().message, {},
                          log_context(request));
  request.exchange.close_after();
  return answer_problem(request, Problem::kInternalError);
}

/// A body of no bytes is no body, whatever its framing says.
Step finish_empty(RequestContext& request) {
  request.spool.reset();
  return validate_missing_body(request);
}

}  // namespace

bool checks_while_streaming(const RequestContext& request) {
  return request.body_plan && request.body_plan->kind == Plan::Kind::kStreamed;
}

/// Nothing is dispatched before the end of the body: with its last required part all parts may have
/// passed, but not yet what the schema says of them together.
net::Task<Step> stream_and_validate(RequestContext& request) {
  Step step = validate_parameters(request);
  Check check(request);
  if (step == Step::kGoOn) step = check.begin();
  if (step == Step::kGoOn) request.spool = std::make_unique<Spool>();
  const std::uint64_t limit = request.settings().options.max_body_size;
  while (step == Step::kGoOn) {
    const auto part = co_await request.exchange.read_body_part();
    if (!part) co_return refuse_body(request, part.error());
    if (part->empty()) break;
    if (part->size() > limit - request.spool->size()) {
      co_return refuse_body(request, http::BodyError::kTooLarge);
    }
    step = check.feed(*part);
    if (step == Step::kGoOn) step = keep(request, *part);
  }
  if (step != Step::kGoOn) co_return step;
  co_return request.spool->size() == 0 ? finish_empty(request) : check.finish();
}

}  // namespace barbacane::gateway::stages
