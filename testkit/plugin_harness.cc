#include "testkit/plugin_harness.h"

#include <stdexcept>
#include <utility>

#include "base/file.h"
#include "wasm/outline.h"
#include "wasm/plugin_manifest.h"

namespace barbacane::testkit {
namespace {

artifact::Plugin plugin_of(std::string name, std::string wasm,
                           std::vector<std::string> capabilities) {
  artifact::Plugin plugin;
  plugin.name = std::move(name);
  plugin.version = "0.1.0";
  plugin.plugin_type = "plugin";
  plugin.body_access = std::erase(capabilities, "body_access") > 0;
  plugin.host_functions = std::move(capabilities);
  plugin.wasm = std::move(wasm);
  return plugin;
}

artifact::Plugin described_plugin(const std::string& path) {
  auto wasm = base::read_file(path);
  if (!wasm) throw std::runtime_error(path + ": " + wasm.error().message);
  const auto outline = wasm::outline_of(*wasm);
  const auto manifest = wasm::parse_plugin_manifest(outline.custom("barbacane_manifest"));
  if (!manifest) throw std::runtime_error(path + ": no manifest: " + manifest.error().message);
  std::vector<std::string> capabilities = manifest->capabilities;
  if (manifest->body_access) capabilities.emplace_back("body_access");
  return plugin_of(manifest->name, *std::move(wasm), std::move(capabilities));
}

}  // namespace

std::string module_path(std::string_view plugin, PluginAbi abi) {
  const std::string_view build = abi == PluginAbi::kDirect ? "/direct/" : "/json/";
  return std::string(BARBACANE_PLUGIN_MODULES).append(build).append(plugin) + ".wasm";
}

PluginHarness::PluginHarness(const std::string& wasm_path, const std::string& config_json)
    : PluginTrial(described_plugin(wasm_path), config_json) {}

PluginHarness::PluginHarness(std::string name, std::string wasm, const std::string& config_json,
                             std::vector<std::string> capabilities)
    : PluginTrial(plugin_of(std::move(name), std::move(wasm), std::move(capabilities)),
                  config_json) {}

}  // namespace barbacane::testkit
