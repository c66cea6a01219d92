#pragma once

#include <span>
#include <string_view>

/// Files of the source tree that are part of the program (cmake/embed_files.cmake).
namespace barbacane::app {

struct EmbeddedFile {
  std::string_view path;  ///< below the embedded folder
  std::string_view text;
};

/// What `plugin new` puts into a project's `sdk/`: headers, sources and CMake functions of sdk/cpp.
std::span<const EmbeddedFile> sdk_files();

}  // namespace barbacane::app
