#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The files of a new plugin, without the SDK: a middleware or a dispatcher that does a little of
/// everything, and cases that it passes. It builds and passes as it is made.
namespace barbacane::app {

enum class PluginType { kMiddleware, kDispatcher };

/// `^[a-z][a-z0-9-]*$`, at most 64 bytes (plugin ABI, 1.1).
bool is_plugin_name(std::string_view name);

/// Paths below the project's folder with their texts.
std::vector<std::pair<std::string, std::string>> plugin_template(std::string_view name,
                                                                 PluginType type);

}  // namespace barbacane::app
