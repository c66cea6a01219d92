#pragma once

#include <expected>

#include "spec/detail/syntax_error.h"
#include "spec/detail/tree_builder.h"

namespace barbacane::spec {

/// Reads one YAML document through libyaml's events. `text` is valid UTF-8 without NUL.
std::expected<const Node*, SyntaxError> read_yaml(TreeBuilder& builder, std::string_view text,
                                                  const ParseLimits& limits);

}  // namespace barbacane::spec
