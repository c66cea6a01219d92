#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

/// `plugin.toml`: what a plugin says about itself.
///
/// Both dialects of capabilities are read, at once if need be, and come out in the normal form of
/// the artifact. A pure function of the text; any text is safe. Plugin ABI, 1.1, 1.2 and 6.
namespace barbacane::wasm {

/// The custom sections of a module that carry this text and the schema of its config (plugin ABI,
/// 1.3).
inline constexpr std::string_view kManifestSection = "barbacane_manifest";
inline constexpr std::string_view kSchemaSection = "barbacane_config_schema";

struct PluginManifest {
  std::string name;
  std::string version;           ///< semantic version 2
  std::string type;              ///< `middleware` or `dispatcher`
  std::string description = {};  ///< at most 256 bytes
  bool body_access = false;
  bool stateless = false;                          ///< keeps nothing between calls beyond `init`
  std::vector<std::string> capabilities;           ///< sorted, each once
  std::string schema_file = "config-schema.json";  ///< a plain file name beside `plugin.toml`
};

struct PluginManifestError {
  enum class Kind {
    kUnreadable,  ///< no TOML, or a required key is missing: as if there were no manifest
    kInvalid,     ///< readable but wrong: refuses the plugin
  };
  Kind kind;
  std::string message;
};

std::expected<PluginManifest, PluginManifestError> parse_plugin_manifest(std::string_view toml);

}  // namespace barbacane::wasm
