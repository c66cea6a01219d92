#pragma once

#include <string>
#include <vector>

#include "testkit/child.h"

/// The real program, run as a user runs it.
///
/// `program_path` is the one that was built with these tests; the environment variable
/// BARBACANE_PROGRAM names another.
namespace barbacane::testkit {

std::string program_path();

struct RunResult {
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// Runs `barbacane` with these arguments to its end.
RunResult run(const std::vector<std::string>& arguments, const RunOptions& options = {});

}  // namespace barbacane::testkit
