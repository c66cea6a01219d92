#include "validation/violation.h"

#include <utility>

namespace barbacane::validation {

std::string_view location_of(Category category) {
  switch (category) {
    case Category::kPath:
      return "path";
    case Category::kQuery:
      return "query";
    case Category::kQuerystring:
      return "querystring";
    case Category::kHeader:
    case Category::kContentType:
      return "header";
    case Category::kCookie:
      return "cookie";
    case Category::kBody:
      return "body";
  }
  return "body";
}

Violation body_violation(std::string field, std::string reason) {
  Violation out;
  out.category = Category::kBody;
  out.code = code::kInvalidBody;
  if (field != "body") out.pointer = field;
  out.field = std::move(field);
  out.reason = std::move(reason);
  return out;
}

Violation body_violation(schema::Failure failure) {
  Violation out = body_violation(failure.instance.empty() ? "body" : failure.instance, {});
  tell(out, std::move(failure));
  return out;
}

void tell(Violation& violation, schema::Failure failure) {
  violation.reason = std::move(failure.sentence);
  violation.expected = std::move(failure.expected);
  violation.keyword = failure.keyword;
  violation.pointer = std::move(failure.instance);
  violation.schema = std::move(failure.schema);
}

std::string not_json(const schema::JsonError& error) {
  if (error.kind == schema::JsonError::Kind::kTooDeep) {
    const std::size_t most = schema::JsonOptions{}.max_depth;
    return "must not be nested deeper than " + std::to_string(most) + " levels";
  }
  return "must be JSON: " + schema::describe(error);
}

}  // namespace barbacane::validation
