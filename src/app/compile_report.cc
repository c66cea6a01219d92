#include "app/compile_report.h"

#include <algorithm>

#include <unistd.h>

#include "base/diagnostic_text.h"

namespace barbacane::app {

namespace {

using base::Diagnostic;
using base::Severity;
using compiler::CompileOutcome;

/// `E1010: routing conflict: …`, or the text alone for classes without a code.
std::string with_code(const Diagnostic& diagnostic) {
  if (diagnostic.code.empty()) return diagnostic.message;
  return diagnostic.code + ": " + diagnostic.message;
}

/// The block of a warning opens with the line of the contract, which names the location too.
Diagnostic as_printed(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::kWarning && !diagnostic.location.empty()) {
    diagnostic.message += " (" + diagnostic.location + ")";
  }
  return diagnostic;
}

}  // namespace

std::string diagnostics_text(const CompileOutcome& outcome) {
  const auto lookup = [&](std::string_view file) { return outcome.sources->text(file); };
  base::DiagnosticText blocks(lookup, base::colours_for(STDERR_FILENO));
  std::string text;
  for (const Diagnostic& diagnostic : outcome.diagnostics) {
    text += blocks.render(as_printed(diagnostic));
  }
  return text;
}

std::string first_error(const CompileOutcome& outcome) {
  if (outcome.setup_error) return outcome.setup_error->message;
  const auto first =
      std::ranges::find(outcome.diagnostics, Severity::kError, &Diagnostic::severity);
  return first == outcome.diagnostics.end() ? "no artifact was made" : with_code(*first);
}

}  // namespace barbacane::app
