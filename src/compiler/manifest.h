#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "compiler/compiler.h"
#include "spec/document.h"

/// `barbacane.yaml`: where a project keeps its specs and which plugins they may use.
///
/// Reading is a pure function of the text (`parse_manifest`); the file system is only touched by
/// `load_manifest` and `discover_specs`. Unknown keys are ignored at every level. CLI contract,
/// section 8; plugin catalogue, 1.1 for the names some plugins carry twice.
namespace barbacane::compiler {

/// An entry of `plugins`. At least one of `path` and `url` is set; `path` wins.
struct PluginSource {
  std::string name;
  std::optional<std::string> path, url, sha256;
  std::optional<bool> body_access = std::nullopt;  ///< instead of what the plugin says of itself
  base::SourcePlace place;
};

/// The dispatcher of every operation that names none. `config` is null when absent.
struct DefaultDispatch {
  std::string name;
  spec::NodeRef config;
  base::SourcePlace place;
};

struct ProjectManifest {
  std::string path;                 ///< as typed
  std::filesystem::path directory;  ///< what relative paths in the manifest start from
  std::optional<std::string> specs_folder;
  std::vector<PluginSource> plugins;  ///< sorted by name
  std::optional<DefaultDispatch> default_dispatch;
  std::unique_ptr<spec::Document> document;  ///< what the nodes and places above point into

  /// The plugin declared under this name, else under the other name of its alias pair, else null.
  const PluginSource* find(std::string_view name) const;
};

std::expected<ProjectManifest, SetupError> load_manifest(const std::string& path);

/// The same for a text that is not in a file.
std::expected<ProjectManifest, SetupError> parse_manifest(std::string path, std::string text,
                                                          std::filesystem::path directory);

/// Files of the manifest's specs folder, sorted; errors carry the whole text of CLI contract,
/// section 4, also for a manifest without a folder.
std::expected<std::vector<std::string>, SetupError> discover_specs(const ProjectManifest& manifest);

}  // namespace barbacane::compiler
