#include "artifact/shared_schemas.h"

#include "base/text.h"

namespace barbacane::artifact {

std::string shared_schemas_member(const Routes& routes) {
  std::string text = "\"schemas\":{";
  for (const auto& [name, schema] : routes.schemas) {
    if (text.back() != '{') text += ',';
    text += base::json_string(name) + ':';
    text += schema.is_null() ? "null" : schema.text;
  }
  return text + '}';
}

}  // namespace barbacane::artifact
