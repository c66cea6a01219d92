#pragma once

#include <string_view>

#include "base/text.h"

/// The fields by which middlewares say who is asking (data-plane contract, 8.4).
namespace barbacane::gateway {

/// `x-auth-*`: what a client may not say about itself.
inline bool is_auth_field(std::string_view name) {
  constexpr std::string_view kPrefix = "x-auth-";
  return name.size() >= kPrefix.size() && (name.front() | 0x20) == 'x' &&
         base::equals_ignoring_case(name.substr(0, kPrefix.size()), kPrefix);
}

}  // namespace barbacane::gateway
