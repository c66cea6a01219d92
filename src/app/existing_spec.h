#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <vector>

/// An existing description on its way into a new project (`init --from`: cli.md, section 2).
namespace barbacane::app {

struct ExistingSpec {
  struct File {
    std::string path;  ///< below `specs/`
    std::string bytes;
  };
  /// The description first, then the files it refers to, at the same places relative to it.
  std::vector<File> files;
  std::size_t operations = 0;
  std::string example_target;         ///< of a GET that answers, such as `/users/1`; may be empty
  std::vector<std::string> warnings;  ///< about references that cannot be followed
};

/// Reads, changes nothing. The error says why the file is no OpenAPI 3.x description.
std::expected<ExistingSpec, std::string> read_existing_spec(const std::string& path);

}  // namespace barbacane::app
