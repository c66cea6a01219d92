#pragma once

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "artifact/model.h"
#include "gateway/gateway.h"
#include "gateway/plugins/plugin.h"
#include "services/outbound_http.h"
#include "wasm/module_check.h"

/// From the modules in an artifact to plugins that can be called (plugin ABI, 7.1; CLI contract,
/// 6.4).
///
/// Blocking, and runs guests: off the workers. Several modules and several plugins at once.
namespace barbacane::gateway {

struct ProcessState;

/// The modules of an artifact, compiled.
class PluginModules {
 public:
  /// Exit 12 when one of them is no plugin, or wants what it was not granted.
  static std::expected<PluginModules, StartError> compile(const artifact::Contents& contents,
                                                          const Options& options,
                                                          ProcessState& process);
  struct Module {
    const artifact::Plugin* source;
    wasm::ModuleFacts facts;
    wasm::CapabilitySet capabilities;
    bool body_access = false;
    bool stateless = false;
    std::shared_ptr<const wasm::Module> code;
  };
  /// Null when the artifact has none of that name.
  const Module* find(std::string_view name) const;

 private:
  std::map<std::string, Module, std::less<>> modules_;
};

/// A plugin for each pair of module and config that an artifact uses.
class LoadedPlugins {
 public:
  using Resolved = std::map<std::string, std::string, std::less<>>;

  LoadedPlugins() = default;
  /// Makes an instance of each, to see that `init` takes its config: exit 14 when it does not, or
  /// 12 when the module is no plugin of the kind it is used as. `resolved` has the configs with
  /// secrets in place.
  static std::expected<LoadedPlugins, StartError> load(const artifact::Contents& contents,
                                                       const PluginModules& modules,
                                                       const Resolved& resolved,
                                                       const Options& options,
                                                       ProcessState& process);
  /// Null when the name is not a module's.
  const Plugin* find(std::string_view name, std::string_view config) const;

 private:
  std::map<std::pair<std::string, std::string>, std::unique_ptr<Plugin>> plugins_;
};

services::OutboundHttpOptions outbound_options(const Options& options);

}  // namespace barbacane::gateway
