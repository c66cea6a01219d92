#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

/// Whole files in and out. Blocking: never call these on a worker.
namespace barbacane::base {

/// The file's bytes. Fails with the system's reason; a file above `limit` bytes is not read.
Result<std::string> read_file(const std::filesystem::path& path,
                              std::size_t limit = std::size_t{4} << 30);

/// Writes beside the target and renames, so that readers see the old file or the new one, never
/// half of it. On failure nothing is left behind.
Result<> write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

}  // namespace barbacane::base
