#include "validation/request_validator.h"

#include <utility>

#include "base/text.h"
#include "validation/detail/request_validator_impl.h"

namespace barbacane::validation {
namespace {

using Plan = RequestValidator::BodyPlan;

constexpr std::string_view kDefaultContentType = "application/octet-stream";

/// JSON is UTF-8 (RFC 8259, 8.1); a label that says otherwise is a lie or another encoding.
bool is_utf8_label(const MediaType& type) {
  for (const auto& [name, value] : type.parameters) {
    if (name == "charset" && value != "utf-8" && value != "us-ascii") return false;
  }
  return true;
}

bool is_type(const MediaType& type, std::string_view name, std::string_view subtype) {
  return type.type == name && type.subtype == subtype;
}

bool is_identity(std::string_view content_encoding) {
  return content_encoding.empty() || base::equals_ignoring_case(content_encoding, "identity");
}

/// Content types by which nearly every body comes, told without taking them apart.
bool is_plain_json(std::string_view content_type) { return content_type == "application/json"; }

Violation body_violation(std::string reason) {
  Violation violation;
  violation.category = Category::kBody;
  violation.field = "body";
  violation.code = code::kInvalidBody;
  violation.reason = std::move(reason);
  return violation;
}

/// What a reader made of the body; nothing when it could not.
std::optional<schema::Value> read(const RequestValidator::Impl& validator, const Plan& plan,
                                  std::string_view body, Workspace& workspace, Violation* refusal) {
  const MediaRules& media = validator.body->media[plan.media];
  if (plan.reading == Plan::Reading::kForm) {
    auto form = media.form->read(body, workspace);
    if (form) return *form;
    if (refusal != nullptr) {
      *refusal = body_violation(std::move(form.error().reason));
      refusal->pointer = form.error().field == "body" ? "" : form.error().field;
      refusal->field = std::move(form.error().field);
    }
    return std::nullopt;
  }
  if (plan.reading == Plan::Reading::kText) {
    if (base::is_utf8(body)) {
      workspace.tape.begin();
      workspace.tape.string(body);
      return workspace.tape.built();
    }
    if (refusal != nullptr) *refusal = body_violation("is not UTF-8");
    return std::nullopt;
  }
  auto json = workspace.tape.read(body);
  if (json) return *json;
  if (refusal != nullptr) {
    *refusal = body_violation("is not valid JSON: " + schema::describe(json.error()));
  }
  return std::nullopt;
}

}  // namespace

RequestValidator::RequestValidator(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
RequestValidator::RequestValidator(RequestValidator&&) noexcept = default;
RequestValidator& RequestValidator::operator=(RequestValidator&&) noexcept = default;
RequestValidator::~RequestValidator() = default;

std::optional<Category> RequestValidator::check_parameters(const RequestParts& request,
                                                           Workspace& workspace) const {
  return impl_->parameters.first_failing(request, workspace);
}

std::vector<Violation> RequestValidator::explain_parameters(Category category,
                                                            const RequestParts& request,
                                                            Workspace& workspace) const {
  return impl_->parameters.explain(category, request, workspace);
}

bool RequestValidator::requires_body() const { return impl_->body && impl_->body->required; }

RequestValidator::BodyPlan RequestValidator::plan_body(std::string_view content_type,
                                                       std::string_view content_encoding) const {
  BodyPlan plan;
  if (!impl_->body || impl_->body->media.empty()) return plan;
  const BodyRules& rules = *impl_->body;
  if (content_type.empty()) content_type = kDefaultContentType;
  const auto media = rules.table.find(content_type);
  if (!media) {
    plan.kind = BodyPlan::Kind::kUnsupported;
    return plan;
  }
  plan.media = *media;
  const MediaRules& declared = rules.media[*media];
  if (declared.json && is_plain_json(content_type)) {
    plan.kind = BodyPlan::Kind::kBuffered;
  } else if (const auto type = parse_media_type(content_type); !type) {
    plan.kind = BodyPlan::Kind::kUnsupported;
  } else {
    if (declared.json && type->is_json()) {
      plan.kind = is_utf8_label(*type) ? BodyPlan::Kind::kBuffered : BodyPlan::Kind::kUnsupported;
    } else if (declared.form && is_type(*type, "application", "x-www-form-urlencoded")) {
      plan.kind = BodyPlan::Kind::kBuffered;
      plan.reading = BodyPlan::Reading::kForm;
    } else if (declared.multipart && is_type(*type, "multipart", "form-data")) {
      plan.kind = BodyPlan::Kind::kStreamed;
      plan.multipart = &*declared.multipart;
    } else if (declared.text && type->type == "text") {
      plan.kind = BodyPlan::Kind::kBuffered;
      plan.reading = BodyPlan::Reading::kText;
    }
  }
  const bool looked_into =
      plan.kind == BodyPlan::Kind::kBuffered || plan.kind == BodyPlan::Kind::kStreamed;
  if (looked_into && !is_identity(content_encoding)) plan.kind = BodyPlan::Kind::kUnsupported;
  return plan;
}

bool RequestValidator::check_body(const BodyPlan& plan, std::string_view body,
                                  Workspace& workspace) const {
  const auto value = read(*impl_, plan, body, workspace, nullptr);
  if (!value) return false;
  const auto& schema = impl_->body->media[plan.media].schema;
  return !schema ||
         impl_->program.run(*schema, *value, workspace.scratch) == schema::Verdict::kValid;
}

std::vector<Violation> RequestValidator::explain_body(const BodyPlan& plan, std::string_view body,
                                                      Workspace& workspace,
                                                      std::size_t limit) const {
  std::vector<Violation> violations;
  Violation refusal;
  const auto value = read(*impl_, plan, body, workspace, &refusal);
  if (!value) {
    violations.push_back(std::move(refusal));
    return violations;
  }
  const auto& schema = impl_->body->media[plan.media].schema;
  if (!schema) return violations;
  for (schema::Failure& failure :
       impl_->program.explain(*schema, *value, workspace.scratch, limit)) {
    Violation& violation = violations.emplace_back(body_violation(std::move(failure.sentence)));
    if (!failure.instance.empty()) violation.field = failure.instance;
    violation.pointer = std::move(failure.instance);
    violation.keyword = failure.keyword;
    violation.expected = std::move(failure.expected);
    violation.schema = std::move(failure.schema);
  }
  if (violations.empty()) violations.push_back(body_violation("is not a value of its schema"));
  return violations;
}

Violation RequestValidator::unsupported_content_type(std::string_view content_type,
                                                     std::string_view content_encoding) const {
  Violation violation;
  violation.category = Category::kContentType;
  violation.code = code::kUnsupportedContentType;
  violation.field = "content-type";
  violation.expected = impl_->body->declared;
  if (content_type.empty()) {
    violation.reason = "is missing, and " + std::string(kDefaultContentType) + " is not accepted";
  } else if (!parse_media_type(content_type)) {
    violation.reason = "'" + std::string(content_type.substr(0, 100)) + "' is not a media type";
  } else if (!impl_->body->table.find(content_type)) {
    violation.reason = "'" + std::string(content_type.substr(0, 100)) + "' is not accepted here";
  } else if (!is_identity(content_encoding)) {
    violation.field = "content-encoding";
    violation.expected = "identity";
    violation.reason =
        "'" + std::string(content_encoding.substr(0, 100)) + "' hides a body that must be checked";
  } else {
    violation.expected = "utf-8";
    violation.reason = "JSON is UTF-8; another charset is not accepted";
  }
  return violation;
}

Violation RequestValidator::missing_body() const {
  Violation violation = body_violation("is required but missing");
  violation.code = code::kMissingBody;
  violation.expected = impl_->body->declared;
  return violation;
}

}  // namespace barbacane::validation
