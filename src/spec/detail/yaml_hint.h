#pragma once

#include <string>
#include <string_view>

#include "spec/detail/syntax_error.h"

namespace barbacane::spec {

/// How to cure what libyaml complains about, for the mistakes people make; empty for others.
std::string yaml_hint(std::string_view text, const SyntaxError& error);

}  // namespace barbacane::spec
