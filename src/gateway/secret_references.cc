#include "gateway/detail/secret_references.h"

#include <algorithm>
#include <array>

#include <simdjson.h>

namespace barbacane::gateway {
namespace {

constexpr std::array<std::string_view, 5> kSchemes = {"env://", "file://", "vault://", "aws-sm://",
                                                      "k8s://"};

/// As deep as the parser lets a document be.
void collect(simdjson::dom::element value, std::vector<std::string>& found) {
  switch (value.type()) {
    case simdjson::dom::element_type::STRING: {
      const std::string_view text = value.get_string().value_unsafe();
      if (is_secret_reference(text)) found.emplace_back(text);
      return;
    }
    case simdjson::dom::element_type::ARRAY: {
      // Named first: the range of a loop would not keep the temporary it comes from alive.
      const simdjson::dom::array items = value.get_array().value_unsafe();
      for (const auto item : items) collect(item, found);
      return;
    }
    case simdjson::dom::element_type::OBJECT: {
      const simdjson::dom::object members = value.get_object().value_unsafe();
      for (const auto member : members) collect(member.value, found);
      return;
    }
    default:
      return;
  }
}

}  // namespace

bool is_secret_reference(std::string_view text) {
  return std::any_of(kSchemes.begin(), kSchemes.end(),
                     [&](std::string_view scheme) { return text.starts_with(scheme); });
}

base::Result<std::vector<std::string>> secret_references(std::string_view json) {
  std::vector<std::string> found;
  if (json.empty()) return found;
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (const auto error = parser.parse(json.data(), json.size()).get(root)) {
    return base::fail(simdjson::error_message(error));
  }
  collect(root, found);
  return found;
}

}  // namespace barbacane::gateway
