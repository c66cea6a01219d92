#include "validation/request_validator.h"

#include <utility>

#include "base/text.h"
#include "validation/detail/places.h"
#include "validation/detail/request_validator_impl.h"

namespace barbacane::validation {
namespace {

using Plan = RequestValidator::BodyPlan;

constexpr std::string_view kDefaultContentType = "application/octet-stream";

bool is_type(const MediaType& type, std::string_view name, std::string_view subtype) {
  return type.type == name && type.subtype == subtype;
}

bool is_identity(std::string_view content_encoding) {
  return content_encoding.empty() || base::equals_ignoring_case(content_encoding, "identity");
}

/// Content types by which nearly every body comes, told without taking them apart.
bool is_plain_json(std::string_view content_type) { return content_type == "application/json"; }

/// A text from a request, fit for a sentence.
std::string quoted(std::string_view text) {
  return "'" + std::string(base::utf8_prefix(text, 100)) + "'";
}

/// What a reader made of the body; nothing when it could not.
std::optional<schema::Value> read(const RequestValidator::Impl& validator, const Plan& plan,
                                  std::string_view body, Workspace& workspace, Violation* refusal) {
  const MediaRules& media = validator.body->media[plan.media];
  if (plan.reading == Plan::Reading::kForm) {
    auto form = media.form->read(body, workspace);
    if (form) return *form;
    if (refusal != nullptr) {
      *refusal = body_violation(std::move(form.error().field), std::move(form.error().reason));
    }
    return std::nullopt;
  }
  if (plan.reading == Plan::Reading::kText) {
    if (base::is_utf8(body)) {
      workspace.tape.begin();
      workspace.tape.string(body);
      return workspace.tape.built();
    }
    if (refusal != nullptr) *refusal = body_violation("body", std::string(kNotUtf8));
    return std::nullopt;
  }
  auto json = workspace.tape.read(body);
  if (json) return *json;
  if (refusal != nullptr) {
    *refusal = body_violation("body", not_json(json.error()));
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
  plan.content_type = content_type;
  plan.content_encoding = content_encoding;
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
    // Of JSON and text, where a label that says otherwise is a lie or another encoding; forms are
    // written in US-ASCII, and clients give them labels that mean nothing.
    const bool utf8 = type->charset() == MediaType::Charset::kUtf8;
    const BodyPlan::Kind readable = utf8 ? BodyPlan::Kind::kBuffered : BodyPlan::Kind::kUnsupported;
    if (declared.json && type->is_json()) {
      plan.kind = readable;
    } else if (declared.form && is_type(*type, "application", "x-www-form-urlencoded")) {
      plan.kind = BodyPlan::Kind::kBuffered;
      plan.reading = BodyPlan::Reading::kForm;
    } else if (declared.multipart && is_type(*type, "multipart", "form-data")) {
      plan.kind = BodyPlan::Kind::kStreamed;
      plan.multipart = &*declared.multipart;
    } else if (declared.text && type->type == "text") {
      plan.kind = readable;
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
  const MediaRules& media = impl_->body->media[plan.media];
  Violation refusal;
  const auto value = read(*impl_, plan, body, workspace, &refusal);
  if (!value) {
    refusal.schema = media.place;
    violations.push_back(std::move(refusal));
    return violations;
  }
  if (!media.schema) return violations;
  const bool json = plan.reading == Plan::Reading::kJson;
  const schema::Origin origin = json ? schema::Origin::kJson : schema::Origin::kText;
  for (schema::Failure& failure :
       impl_->program.explain(*media.schema, *value, workspace.scratch, limit, origin)) {
    violations.push_back(body_violation(std::move(failure)));
  }
  return violations;
}

Violation RequestValidator::unusable_content_type(const BodyPlan& plan, std::string reason) const {
  Violation violation;
  violation.category = Category::kContentType;
  violation.code = code::kUnsupportedContentType;
  violation.field = "content-type";
  violation.reason = std::move(reason);
  violation.schema = impl_->body->media[plan.media].place;
  return violation;
}

Violation RequestValidator::unsupported_content_type(const BodyPlan& plan) const {
  const std::string_view type = plan.content_type;
  std::string none;  // of the declared types is meant
  if (type.empty()) {
    none = "is missing, and " + std::string(kDefaultContentType) + " is not accepted";
  } else if (!parse_media_type(type)) {
    none = quoted(type) + " is not a media type";
  } else if (!impl_->body->table.find(type)) {
    none = quoted(type) + " is not accepted here";
  }
  if (!none.empty()) {
    Violation violation = unusable_content_type(plan, std::move(none));
    violation.expected = impl_->body->declared;
    violation.schema = detail::content_place(impl_->body->place);
    return violation;
  }
  if (is_identity(plan.content_encoding)) {
    Violation violation = unusable_content_type(
        plan, quoted(type) + " names another charset than UTF-8, which is not accepted here");
    violation.expected = "utf-8";
    return violation;
  }
  Violation violation = unusable_content_type(
      plan, quoted(plan.content_encoding) + " hides a body that must be checked");
  violation.field = "content-encoding";
  violation.expected = "identity";
  return violation;
}

Violation RequestValidator::missing_body() const {
  Violation violation = body_violation("body", "is required, but missing");
  violation.code = code::kMissingBody;
  violation.expected = impl_->body->declared;
  violation.schema = impl_->body->place;
  return violation;
}

}  // namespace barbacane::validation
