#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "testkit/temp_directory.h"

namespace barbacane::testkit {

struct RunOptions {
  std::map<std::string, std::string> environment = {};  ///< on top of the caller's
  std::filesystem::path directory = {};                 ///< empty: the caller's
  std::chrono::milliseconds timeout{60'000};
};

/// A child with its output kept in files, so that no pipe ever fills. Killed with the object, and
/// by the kernel if the test dies first. Nothing of the caller's own BARBACANE_*, RUST_LOG or
/// NO_COLOR reaches it unless given.
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

/// The path of a program of the system; TestkitError that says what to install when there is none.
std::string find_program(const std::string& name);

}  // namespace barbacane::testkit
