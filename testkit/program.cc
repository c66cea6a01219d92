#include "testkit/program.h"

#include <cstdlib>

#include "testkit/error.h"

namespace barbacane::testkit {

std::string program_path() {
  const char* named = std::getenv("BARBACANE_PROGRAM");
  return named != nullptr && *named != '\0' ? named : BARBACANE_PROGRAM;
}

RunResult run(const std::vector<std::string>& arguments, const RunOptions& options) {
  Child child(program_path(), arguments, options);
  const auto exit_code = child.wait(options.timeout);
  if (!exit_code) throw TestkitError("the program did not end in time");
  return {*exit_code, child.standard_output(), child.standard_error()};
}

}  // namespace barbacane::testkit
