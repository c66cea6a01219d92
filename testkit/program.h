#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "testkit/temp_directory.h"

/// The real program, run as a user runs it.
///
/// `program_path` is the one that was built with these tests; the environment variable
/// BARBACANE_PROGRAM names another. Nothing of the caller's own BARBACANE_*, RUST_LOG or NO_COLOR
/// reaches the child unless given.
namespace barbacane::testkit {

std::string program_path();

struct RunOptions {
  std::map<std::string, std::string> environment = {};  ///< on top of the caller's
  std::filesystem::path directory = {};                 ///< empty: the caller's
  std::chrono::milliseconds timeout{60'000};
};

/// A child with its output kept in files, so that no pipe ever fills. Killed with the object, and
/// by the kernel if the test dies first.
class Child {
 public:
  Child(const std::string& program, const std::vector<std::string>& arguments,
        const RunOptions& options);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) const;
  bool running();
  /// The exit code, 128 plus the signal when it was killed by one; nothing when it still runs.
  std::optional<int> wait(std::chrono::milliseconds timeout);

  std::string standard_output() const { return read_text(output_ / "stdout"); }
  std::string standard_error() const { return read_text(output_ / "stderr"); }

 private:
  TempDirectory output_;
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
};

struct RunResult {
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// Runs `barbacane` with these arguments to its end.
RunResult run(const std::vector<std::string>& arguments, const RunOptions& options = {});

}  // namespace barbacane::testkit
