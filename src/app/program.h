#pragma once

#include "app/commands.h"

/// The top level of the command line: picks the command, and answers `--help`, `--version`, `help`
/// and whatever is none of these.
namespace barbacane::app {

/// Returns the exit code. No exception leaves it.
int run_program(Arguments arguments);

}  // namespace barbacane::app
