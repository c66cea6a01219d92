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
  std::vector<std::string> warnings;  ///< about references nothing depends on
};

/// Why a file cannot become a project.
struct RefusedSpec {
  std::string message;
  std::string excerpts;  ///< of the places that are to blame, to be printed before; may be empty
};

/// Reads, changes nothing. Refuses what is no OpenAPI 3.x description, and one whose operations
/// refer to what cannot be taken along: the project would not compile.
std::expected<ExistingSpec, RefusedSpec> read_existing_spec(const std::string& path);

}  // namespace barbacane::app
