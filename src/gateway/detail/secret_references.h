#pragma once

#include <string_view>

namespace barbacane::gateway {

/// Whether a string value of a config is a secret reference (CLI contract, 7): it starts with the
/// scheme of a secret store. References inside longer texts are none.
bool is_secret_reference(std::string_view text);

}  // namespace barbacane::gateway
