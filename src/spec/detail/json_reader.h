#pragma once

#include <expected>

#include "spec/detail/syntax_error.h"
#include "spec/detail/tree_builder.h"

namespace barbacane::spec {

/// Reads RFC 8259 JSON, strictly, in one pass. `text` is valid UTF-8 without NUL, the document's
/// own (strings without escapes stay views into it) and followed by a NUL.
std::expected<const Node*, SyntaxError> read_json(TreeBuilder& builder, std::string_view text,
                                                  const ParseLimits& limits);

}  // namespace barbacane::spec
