#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/json_pointer.h"

/// Where in `routes.json` the parts of an operation are declared, given the place of what they are
/// part of: what a violation points at, and what the program is built from.
namespace barbacane::validation::detail {

inline std::string parameter_place(std::string_view operation, std::size_t index) {
  return std::string(operation) + "/parameters/" + std::to_string(index);
}

inline std::string body_place(std::string_view operation) {
  return std::string(operation) + "/request_body";
}

inline std::string content_place(std::string_view body) { return std::string(body) + "/content"; }

/// The name stands as it is, for it is a place in the document, not a reference: `%` is allowed in
/// media types, and the program's builder looks a pointer up as written before it takes it for
/// encoded.
inline std::string media_place(std::string_view body, std::string_view name) {
  std::string place = content_place(body);
  base::append_pointer_token(place, name);
  return place;
}

inline std::string schema_place(std::string_view declaration) {
  return std::string(declaration) + "/schema";
}

}  // namespace barbacane::validation::detail
