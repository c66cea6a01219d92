#include "spec/keyword.h"

#include <array>

namespace barbacane::spec {

Keyword keyword_kind(std::string_view keyword) {
  struct Entry {
    std::string_view name;
    Keyword kind;
  };
  static constexpr std::array<Entry, 22> kKeywords = {{
      {"properties", Keyword::kSchemaMap},
      {"items", Keyword::kSchema},
      {"allOf", Keyword::kSchemas},
      {"anyOf", Keyword::kSchemas},
      {"oneOf", Keyword::kSchemas},
      {"additionalProperties", Keyword::kSchema},
      {"not", Keyword::kSchema},
      {"if", Keyword::kSchema},
      {"then", Keyword::kSchema},
      {"else", Keyword::kSchema},
      {"contains", Keyword::kSchema},
      {"contentSchema", Keyword::kSchema},
      {"propertyNames", Keyword::kSchema},
      {"unevaluatedItems", Keyword::kSchema},
      {"unevaluatedProperties", Keyword::kSchema},
      {"additionalItems", Keyword::kSchema},
      {"prefixItems", Keyword::kSchemas},
      {"patternProperties", Keyword::kSchemaMap},
      {"dependentSchemas", Keyword::kSchemaMap},
      {"dependencies", Keyword::kSchemaMap},
      {"$defs", Keyword::kSchemaMap},
      {"definitions", Keyword::kSchemaMap},
  }};
  for (const Entry& entry : kKeywords) {
    if (entry.name == keyword) return entry.kind;
  }
  return Keyword::kOther;
}

bool is_meta_schema(std::string_view uri) {
  return uri.starts_with("https://json-schema.org/draft/") ||
         uri.starts_with("http://json-schema.org/draft-") ||
         uri.starts_with("https://json-schema.org/draft-");
}

}  // namespace barbacane::spec
