#pragma once

#include <string_view>

namespace barbacane::base {

/// Whether a string value of a config is a secret reference (CLI contract, 7): it starts with the
/// scheme of a secret store. References inside longer texts are none.
constexpr bool is_secret_reference(std::string_view text) {
  for (const std::string_view scheme : {"env://", "file://", "vault://", "aws-sm://", "k8s://"}) {
    if (text.starts_with(scheme)) return true;
  }
  return false;
}

}  // namespace barbacane::base
