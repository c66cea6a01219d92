#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

/// Native code of modules on disk, so that a start compiles nothing that was compiled before.
///
/// Code from here is run, so only what this user's data plane wrote itself is believed: the folder
/// and the files belong to this user and nobody else may write them, and every file carries the key
/// it was stored under and the digest of its content. Anything else is as good as absent. Writers
/// rename whole files into place; several processes may share a folder. Blocking; any thread.
namespace barbacane::wasm {

class ModuleCache {
 public:
  /// Makes the folder when there is none. The error says why it cannot be used.
  static base::Result<ModuleCache> open(const std::filesystem::path& folder);

  /// What was stored under the key, a name of letters, digits and dashes.
  std::optional<std::string> find(std::string_view key) const;
  /// Best effort: a full disk costs the next start its time, nothing else.
  void store(std::string_view key, std::string_view code) const;

 private:
  explicit ModuleCache(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path path_of(std::string_view key) const;

  std::filesystem::path folder_;
};

}  // namespace barbacane::wasm
