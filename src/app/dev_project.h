#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/dev_flags.h"
#include "app/file_watch.h"
#include "gateway/gateway.h"

/// The project `dev` works on: read, compiled and loaded in memory, as often as it changes.
///
/// Nothing is written anywhere. It knows which files it is made of, so that they can be watched,
/// and keeps the last set while the manifest cannot be read. Blocking; one thread at a time.
namespace barbacane::app {

/// Why there is no new version.
struct DevError {
  enum class Stage : std::uint8_t { kManifest, kNoSpecs, kCompile, kLoad } stage;
  std::string message;
};

/// What the manifest says and the folder holds, before anything is compiled.
struct DevListing {
  std::vector<std::string> specs;  ///< files
  std::size_t plugins = 0;         ///< declared
};

class DevProject {
 public:
  /// `flags` outlive this.
  explicit DevProject(const DevFlags& flags) : flags_(flags) {}

  /// Reads the manifest and lists the specs.
  std::expected<DevListing, DevError> list();

  struct Version {
    std::shared_ptr<const gateway::Snapshot> snapshot;
    std::size_t routes = 0;
  };
  /// Compiles and loads what is there now.
  std::expected<Version, DevError> build(gateway::ProcessState& process);
  /// What the compiler had to say about the last `build`, for a terminal; mostly empty.
  const std::string& diagnostics() const { return diagnostics_; }

  /// What the project was made of at the last `list` and `build`; absolute paths.
  std::vector<FileWatch::Target> targets() const;
  /// The same for people, without the files that specs refer to.
  std::vector<std::string> watched_paths() const;

  /// Whether a change below the specs folder can matter: editors leave other files there.
  bool concerns(const FileWatch::Change& change) const;
  /// A path as people know it: from the manifest's folder, if it lies there.
  std::string shown(const std::filesystem::path& path) const;

 private:
  std::filesystem::path folder() const;

  const DevFlags& flags_;
  std::filesystem::path specs_folder_;          ///< empty when specs were named
  std::vector<std::filesystem::path> plugins_;  ///< modules in files, there or not
  std::set<std::filesystem::path> specs_;       ///< as named, read or referred to
  std::string diagnostics_;
};

}  // namespace barbacane::app
