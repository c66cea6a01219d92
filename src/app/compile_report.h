#pragma once

#include <string>

#include "compiler/compiler.h"

/// What a compilation has to say, as people read it on standard error (cli.md, section 4).
namespace barbacane::app {

/// Every problem with its excerpt and caret; in colour on a terminal. Empty without problems.
std::string diagnostics_text(const compiler::CompileOutcome& outcome);

/// The reason in one line, of an outcome that is not ok: `E1010: routing conflict: …`.
std::string first_error(const compiler::CompileOutcome& outcome);

}  // namespace barbacane::app
