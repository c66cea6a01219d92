#pragma once

#include <string_view>

namespace barbacane::schema::detail {

bool is_json_pointer(std::string_view text);  ///< RFC 6901, 3
/// `draft-bhutton-relative-json-pointer-00`, 3.
bool is_relative_json_pointer(std::string_view text);
bool is_uuid(std::string_view text);  ///< RFC 4122, 3, of any version

}  // namespace barbacane::schema::detail
