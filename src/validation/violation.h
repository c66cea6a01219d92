#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "schema/json.h"
#include "schema/program.h"

/// What in a request breaks the spec, in the words of the data-plane contract, 7.4.
namespace barbacane::validation {

/// In the order they are checked; the first one that fails ends validation (6.1).
enum class Category : std::uint8_t {
  kPath,
  kQuery,
  kQuerystring,
  kHeader,
  kCookie,
  kContentType,
  kBody,
};

/// `path`, `query`, … as the member `location` of an error names it; a content type is `header`.
std::string_view location_of(Category category);

struct Violation {
  Category category = Category::kBody;
  std::string field;         ///< parameter name; JSON Pointer, or `body` for the root of a body
  std::string_view code;     ///< `invalid_parameter`, …
  std::string reason;        ///< a sentence: `must be at least 1, but is 0`
  std::string expected;      ///< may be empty
  std::string_view keyword;  ///< of the schema; empty when no schema was involved
  std::string pointer;       ///< JSON Pointer into the value of the parameter or the body
  /// Where the keyword stands, `URI#/pointer` as the program was built from.
  std::string schema;
};

/// Of one request; whoever looks for one more knows whether there are more.
inline constexpr std::size_t kMostShown = 100;

namespace code {
inline constexpr std::string_view kMissingParameter = "missing_required_parameter";
inline constexpr std::string_view kInvalidParameter = "invalid_parameter";
inline constexpr std::string_view kUnknownParameter = "unknown_parameter";
inline constexpr std::string_view kMissingBody = "missing_required_body";
inline constexpr std::string_view kUnsupportedContentType = "unsupported_content_type";
inline constexpr std::string_view kInvalidBody = "invalid_body";
}  // namespace code

/// About a body: the whole of it when `field` is `body`, else what that JSON Pointer leads to.
Violation body_violation(std::string field, std::string reason);
/// What a schema finds wrong with a body.
Violation body_violation(schema::Failure failure);
/// Says of a value what a schema finds wrong with it.
void tell(Violation& violation, schema::Failure failure);

/// Of text that should be JSON: `must be JSON: expected ',' or '}' at byte 17`.
std::string not_json(const schema::JsonError& error);
inline constexpr std::string_view kNotUtf8 = "must be UTF-8";

}  // namespace barbacane::validation
