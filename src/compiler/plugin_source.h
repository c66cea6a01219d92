#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "artifact/model.h"
#include "compiler/catalog.h"
#include "compiler/compiler.h"
#include "compiler/manifest.h"
#include "wasm/module_check.h"

/// From an entry of the manifest to the plugin that goes into the artifact.
///
/// Fetches the module (file, download cache or network), checks that it is one, and finds what it
/// says about itself. Blocking. CLI contract, section 9; plugin ABI, section 1.
namespace barbacane::compiler {

struct ResolvedPlugin {
  artifact::Plugin plugin;                   ///< under the name of the manifest
  std::optional<std::string> config_schema;  ///< JSON text; absent when there is none that parses
  std::vector<std::string> warnings;
  bool described = false;     ///< it has a manifest; without, type and version are guessed
  std::string description;    ///< one line of its manifest; may be empty
  wasm::ModuleFaults faults;  ///< why no data plane would run the module (E1024)
};

/// The error is the text after `plugin resolution error: `.
std::expected<ResolvedPlugin, std::string> resolve_plugin(const PluginSource& source,
                                                          const ProjectManifest& manifest,
                                                          DownloadCache cache);

/// The same for a plugin that comes with the gateway, under its own name.
std::expected<ResolvedPlugin, std::string> resolve_plugin(const CatalogPlugin& plugin);

/// The same for a module that nobody declared: what it says about itself, and the files beside it.
std::expected<ResolvedPlugin, std::string> resolve_file(const std::filesystem::path& module);

}  // namespace barbacane::compiler
