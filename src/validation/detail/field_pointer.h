#pragma once

#include <string>
#include <string_view>

#include "base/json_pointer.h"

namespace barbacane::validation::detail {

/// The JSON Pointer to a member of the whole: `/name`, escaped (RFC 6901, 3).
inline std::string pointer_to(std::string_view member) {
  std::string pointer;
  base::append_pointer_token(pointer, member);
  return pointer;
}

}  // namespace barbacane::validation::detail
