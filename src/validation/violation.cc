#include "validation/violation.h"

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

}  // namespace barbacane::validation
