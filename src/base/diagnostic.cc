#include "base/diagnostic.h"

#include <algorithm>

namespace barbacane::base {

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
  return std::ranges::any_of(diagnostics,
                             [](const Diagnostic& d) { return d.severity == Severity::kError; });
}

}  // namespace barbacane::base
