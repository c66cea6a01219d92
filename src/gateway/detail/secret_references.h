#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

/// Secret references in configs (CLI contract, 7): string values, at any depth, that start with the
/// scheme of a secret store. Keys and references inside longer texts are none.
namespace barbacane::gateway {

bool is_secret_reference(std::string_view text);

/// Every reference in a JSON value, in document order. Fails when the value cannot be read: what
/// cannot be searched must not pass for clean.
base::Result<std::vector<std::string>> secret_references(std::string_view json);

}  // namespace barbacane::gateway
