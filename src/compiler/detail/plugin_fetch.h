#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compiler/compiler.h"
#include "compiler/plugin_source.h"

/// The bytes of a plugin, before anybody asks what they mean.
namespace barbacane::compiler {

/// What `resolve_plugin` takes from its surroundings.
struct PluginEnvironment {
  DownloadCache cache = DownloadCache::kUse;
  std::optional<std::filesystem::path> home;  ///< holds the download cache
  std::string ca_file;                        ///< for tests; empty for the system's roots

  static PluginEnvironment of_process(DownloadCache cache);
};

struct FetchedPlugin {
  std::string wasm;
  std::vector<std::string> sidecars;            ///< candidates for `plugin.toml`, best first
  std::optional<std::filesystem::path> folder;  ///< of a local module
  std::vector<std::string> warnings;
};

/// Checks the digest and the magic number. Sidecars of a download are only asked for when the
/// module does not describe itself.
std::expected<FetchedPlugin, std::string> fetch_plugin(const PluginSource& source,
                                                       const ProjectManifest& manifest,
                                                       const PluginEnvironment& environment);

/// A module that no manifest declares.
std::expected<FetchedPlugin, std::string> fetch_file(const std::filesystem::path& module);

std::expected<ResolvedPlugin, std::string> resolve_plugin(const PluginSource& source,
                                                          const ProjectManifest& manifest,
                                                          const PluginEnvironment& environment);

}  // namespace barbacane::compiler
