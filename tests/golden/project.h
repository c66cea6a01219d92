#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "testkit/program.h"
#include "testkit/temp_directory.h"

/// The directory a case runs in: a copy, so that nothing is left beside the files it is compared
/// with. Starts as `tests/golden/project`; what is written later replaces files of the same name.
namespace barbacane::golden {

std::filesystem::path source_directory();

/// The expected files are to be written, not compared: BARBACANE_UPDATE_GOLDEN=1.
bool updating();

class Project {
 public:
  Project();

  void write(const std::string& name, std::string_view text);
  /// Every file of the folder but `command` and `expected.*`.
  void add_case(const std::filesystem::path& folder);

  /// The arguments of `barbacane`, separated by blanks. Before it runs, every `NAME.module` and
  /// every `NAME.plugin.toml` has its module `NAME.wasm` beside it (module_text.h).
  testkit::RunResult run(const std::string& arguments) const;
  std::string file(std::string_view name) const { return directory_ / name; }

 private:
  void make_modules() const;

  testkit::TempDirectory directory_;
};

/// The arguments that compile every description at the top of the folder, or those of `command`.
std::string arguments_of_case(const std::filesystem::path& folder);

/// Compares, or writes the file when updating.
void expect_file(const std::filesystem::path& expected, const std::string& actual);

}  // namespace barbacane::golden
