#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What people may know of a plugin, wherever it comes from.
namespace barbacane::app {

struct PluginFacts {
  std::string name;
  std::string version;
  std::string type;  ///< middleware, dispatcher, plugin
  std::string description;
  std::vector<std::string> capabilities;
  bool body_access = false;
  std::optional<std::string> config_schema;  ///< JSON
  bool native = false;                       ///< a part of the gateway, without a module
};

/// Everything that can be used without a declaration, sorted by name.
std::vector<PluginFacts> official_plugins();

/// By either of its names.
std::optional<PluginFacts> official_plugin(std::string_view name);

/// A module that nobody declared. The error is one line.
std::expected<PluginFacts, std::string> plugin_of_file(const std::string& file);

}  // namespace barbacane::app
