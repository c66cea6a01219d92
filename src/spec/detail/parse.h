#pragma once

#include <optional>

#include "base/diagnostic.h"
#include "spec/document.h"

namespace barbacane::spec {

/// Gives a document that has its text its tree, or says why it has none (E1002).
std::optional<base::Diagnostic> parse_text(Document& document, const ParseLimits& limits);

base::Diagnostic parse_error(std::string_view path, const std::string& what);

}  // namespace barbacane::spec
