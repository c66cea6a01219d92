#include "app/plugin_facts.h"

#include <algorithm>
#include <filesystem>

#include "app/bundled_plugins.h"
#include "compiler/plugin_source.h"

namespace barbacane::app {

namespace {

PluginFacts facts_of(const compiler::NativePlugin& plugin) {
  return {.name = std::string(plugin.name),
          .version = std::string(plugin.version),
          .type = "dispatcher",
          .description = std::string(plugin.description),
          .capabilities = {},
          .config_schema = std::string(plugin.config_schema),
          .native = true};
}

PluginFacts facts_of(compiler::ResolvedPlugin plugin) {
  return {.name = std::move(plugin.plugin.name),
          .version = std::move(plugin.plugin.version),
          .type = std::move(plugin.plugin.plugin_type),
          .description = std::move(plugin.description),
          .capabilities = std::move(plugin.plugin.host_functions),
          .body_access = plugin.plugin.body_access,
          .config_schema = std::move(plugin.config_schema)};
}

}  // namespace

std::vector<PluginFacts> official_plugins() {
  std::vector<PluginFacts> all;
  for (const auto& native : compiler::native_plugins()) all.push_back(facts_of(native));
  for (const auto& module : bundled_plugins()) {
    // What is native under that name is what runs.
    if (compiler::find_native(module.name)) continue;
    if (auto plugin = compiler::resolve_plugin(module)) all.push_back(facts_of(std::move(*plugin)));
  }
  std::ranges::sort(all, {}, &PluginFacts::name);
  return all;
}

std::optional<PluginFacts> official_plugin(std::string_view name) {
  if (const auto* native = compiler::find_native(name)) return facts_of(*native);
  const auto* module = compiler::find_plugin(bundled_plugins(), name);
  if (!module) return std::nullopt;
  auto plugin = compiler::resolve_plugin(*module);
  return plugin ? std::optional(facts_of(std::move(*plugin))) : std::nullopt;
}

std::expected<PluginFacts, std::string> plugin_of_file(const std::string& file) {
  auto plugin = compiler::resolve_file(file);
  if (!plugin) return std::unexpected(plugin.error());
  PluginFacts facts = facts_of(std::move(*plugin));
  if (facts.name.empty()) facts.name = std::filesystem::path(file).stem();
  return facts;
}

}  // namespace barbacane::app
