#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "artifact/model.h"
#include "compiler/compiler.h"
#include "compiler/manifest.h"

/// From an entry of the manifest to the plugin that goes into the artifact.
///
/// Fetches the module (file, download cache or network), checks that it is one, and finds what it
/// says about itself. Blocking. CLI contract, section 9; plugin ABI, section 1.
namespace barbacane::compiler {

struct ResolvedPlugin {
  artifact::Plugin plugin;                   ///< under the name of the manifest
  std::optional<std::string> config_schema;  ///< JSON text; absent when there is none that parses
  std::vector<std::string> warnings;
};

/// The error is the text after `plugin resolution error: `.
std::expected<ResolvedPlugin, std::string> resolve_plugin(const PluginSource& source,
                                                          const ProjectManifest& manifest,
                                                          DownloadCache cache);

}  // namespace barbacane::compiler
