#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/text.h"
#include "gateway/arena_text.h"
#include "gateway/problem.h"
#include "gateway/stages/stages.h"

namespace barbacane::gateway::stages {
namespace {

using validation::Category;
using Mode = CompiledOperation::Validation;

class RequestFields final : public validation::Fields {
 public:
  explicit RequestFields(const RequestContext& request) : request_(request) {}
  std::optional<std::string_view> find(std::string_view name) const override {
    return received_field(request_, name);
  }

 private:
  const RequestContext& request_;
};

/// The name of a failure in logs and metrics (observability contract, 2).
std::string_view reason_of(const validation::Violation& violation) {
  const bool missing = violation.code == validation::code::kMissingParameter;
  switch (violation.category) {
    case Category::kPath:
      return missing ? "missing_required_param" : "invalid_path_param";
    case Category::kQuery:
    case Category::kQuerystring:
      return missing ? "missing_required_param" : "invalid_query_param";
    case Category::kHeader:
      return missing ? "missing_required_header" : "invalid_header";
    case Category::kCookie:
      return missing ? "missing_required_param" : "invalid_cookie_param";
    case Category::kContentType:
      return "invalid_content_type";
    case Category::kBody:
      break;
  }
  return violation.code;
}

/// Names and pointers come from the client and may be as long as its body.
constexpr std::size_t kShown = 256;

std::string_view cut(std::string_view text) { return base::utf8_prefix(text, kShown); }

/// A reason without the value it is about, which may be a secret and has no place in a log.
std::string_view without_value(std::string_view reason) {
  return cut(reason.substr(0, reason.find(", but is ")));
}

/// As the error document and the log show it; the texts stay the violation's.
gateway::Violation shown(const RequestContext& request, const validation::Violation& violation) {
  return {.field = cut(violation.field),
          .location = validation::location_of(violation.category),
          .reason = cut(violation.reason),
          .code = violation.code,
          .expected = cut(violation.expected),
          .keyword = violation.keyword,
          .pointer = cut(violation.pointer),
          .schema = copy_to(request.arena, request.snapshot->place_of(violation.schema))};
}

/// Whether anybody will read more than the first reason.
bool wants_details(const RequestContext& request) {
  return request.settings().development() || request.operation->detailed_validation_logs ||
         request.operation->validation == Mode::kReport;
}

using Violations = std::vector<const validation::Violation*>;

/// As declared (contract, 6.1). Those of parameters come so. Of a body's schemas the artifact has
/// sorted the members, and the order of its text is the client's: what is left is the order of the
/// lines it breaks.
Violations in_order(const RequestContext& request,
                    std::span<const validation::Violation> violations) {
  const bool by_line =
      violations.front().category == Category::kBody && request.settings().development();
  using Line = std::tuple<std::string, std::uint32_t, std::uint32_t>;
  std::multimap<Line, const validation::Violation*> sorted;
  for (const validation::Violation& violation : violations) {
    const auto source = by_line ? request.snapshot->source_of(violation.schema) : std::nullopt;
    sorted.insert({source ? Line(source->file, source->line, source->column) : Line(), &violation});
  }
  Violations out;
  for (const auto& [line, violation] : sorted) out.push_back(violation);
  return out;
}

/// `violations` are not none.
void log_failures(const RequestContext& request, const Violations& violations) {
  telemetry::Log& log = request.worker.log;
  if (!log.enabled(telemetry::Level::kWarn)) return;
  constexpr std::string_view kTarget = "barbacane::validation";
  const bool reported = request.operation->validation == Mode::kReport;
  const std::string_view event = reported ? "validation_reported" : "validation_failure";
  if (!wants_details(request)) {
    log.event(telemetry::Level::kWarn, kTarget, event,
              {{"method", request.head.method},
               {"path", path_to_show(request)},
               {"reason", reason_of(*violations.front())}},
              log_context(request));
    return;
  }
  for (const validation::Violation* violation : violations) {
    const gateway::Violation line = shown(request, *violation);
    log.event(telemetry::Level::kWarn, kTarget, event,
              {{"method", request.head.method},
               {"path", path_to_show(request)},
               {"reason", reason_of(*violation)},
               {"field", line.field},
               {"location", line.location},
               {"detail", without_value(line.reason)},
               {"schema", line.schema}},
              log_context(request));
  }
}

Step validate_body(RequestContext& request) {
  const validation::RequestValidator& validator = *request.operation->validator;
  if (request.body.empty()) return validate_missing_body(request);
  const validation::RequestValidator::BodyPlan& plan = *request.body_plan;
  using Kind = validation::RequestValidator::BodyPlan::Kind;
  if (plan.kind == Kind::kUnsupported) {
    const validation::Violation unsupported = validator.unsupported_content_type(plan);
    return refuse_invalid(request, {&unsupported, 1});
  }
  if (plan.kind != Kind::kBuffered) return Step::kGoOn;
  validation::Workspace& workspace = request.worker.validation;
  const bool valid = validator.check_body(plan, request.body, workspace);
  Step step = Step::kGoOn;
  if (!valid) {
    // One more than is shown, to know that there are more.
    const std::size_t most = wants_details(request) ? validation::kMostShown + 1 : 1;
    step = refuse_invalid(request, validator.explain_body(plan, request.body, workspace, most));
  }
  if (request.body.size() > kLargeBody) workspace.shrink();
  return step;
}

}  // namespace

void plan_body(RequestContext& request) {
  if (request.operation->validation == Mode::kOff || !has_body_to_collect(request)) return;
  // Lines that were sent twice are joined, and then name nothing.
  request.body_plan = request.operation->validator->plan_body(
      received_field(request, "content-type").value_or(""),
      received_field(request, "content-encoding").value_or(""));
}

Step validate_parameters(RequestContext& request) {
  if (request.operation->validation == Mode::kOff) return Step::kGoOn;
  const RequestFields fields(request);
  const validation::RequestParts parts{request.raw_path_values, request.head.query, &fields};
  validation::Workspace& workspace = request.worker.validation;
  const validation::RequestValidator& validator = *request.operation->validator;
  const auto failing = validator.check_parameters(parts, workspace);
  if (!failing) return Step::kGoOn;
  return refuse_invalid(request, validator.explain_parameters(*failing, parts, workspace));
}

Step validate_missing_body(RequestContext& request) {
  if (request.operation->validation == Mode::kOff) return Step::kGoOn;
  if (!request.operation->validator->requires_body()) return Step::kGoOn;
  const validation::Violation missing = request.operation->validator->missing_body();
  return refuse_invalid(request, {&missing, 1});
}

Step validate(RequestContext& request) {
  if (request.operation->validation == Mode::kOff) return Step::kGoOn;
  const Step step = validate_parameters(request);
  return step == Step::kGoOn ? validate_body(request) : step;
}

Step refuse_invalid(RequestContext& request, std::span<const validation::Violation> violations) {
  Violations ordered = in_order(request, violations);
  const bool all = ordered.size() <= validation::kMostShown;
  if (!all) ordered.resize(validation::kMostShown);
  log_failures(request, ordered);
  if (request.operation->validation == Mode::kReport) return Step::kGoOn;
  std::vector<gateway::Violation> errors;
  if (request.settings().development()) {
    for (const validation::Violation* violation : ordered) {
      errors.push_back(shown(request, *violation));
    }
    if (!all) {
      errors.back().reason =
          copy_to(request.arena, std::string(errors.back().reason) + " (there are more errors)");
    }
  }
  return answer_problem(
      request, Problem::kValidationFailed,
      {.detail = {}, .spec = {}, .operation = {}, .dispatcher = {}, .errors = errors});
}

}  // namespace barbacane::gateway::stages
