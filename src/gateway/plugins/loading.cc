#include "gateway/plugins/loading.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

#include "base/cores.h"
#include "gateway/plugins/plugin_instance.h"
#include "gateway/process_state.h"
#include "net/event_loop.h"
#include "wasm/outline.h"
#include "wasm/plugin_manifest.h"

namespace barbacane::gateway {
namespace {

constexpr int kBadModule = 12;
constexpr int kBadConfig = 14;
constexpr unsigned kMostThreads = 8;

/// Does `work` for every index, several at once.
void for_each_at_once(std::size_t count, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  const std::size_t cores = std::min(base::usable_cores(), kMostThreads);
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < std::min(count, cores); ++i) others.emplace_back(run);
  run();
}

wasm::CapabilitySet capabilities_named(std::span<const std::string> names) {
  wasm::CapabilitySet set;
  for (const std::string& name : names) {
    if (const auto capability = wasm::find_capability(name)) set.insert(*capability);
  }
  return set;
}

/// What the plugin may do is what the artifact says. Artifacts of earlier compilers may say nothing
/// about it; then the module speaks for itself (plugin ABI, 6), as it always does about what it
/// keeps between calls.
void take_declarations(PluginModules::Module& module, const wasm::Outline& outline,
                       bool artifact_says_all) {
  const artifact::Plugin& plugin = *module.source;
  module.capabilities = capabilities_named(plugin.host_functions);
  module.body_access = plugin.body_access;
  const auto embedded = wasm::parse_plugin_manifest(outline.custom(wasm::kManifestSection));
  if (!embedded) return;
  module.stateless = embedded->stateless;
  if (artifact_says_all || !plugin.host_functions.empty()) return;
  module.capabilities = capabilities_named(embedded->capabilities);
  module.body_access |= embedded->body_access;
}

std::optional<wasm::Kind> declared_kind(const artifact::Plugin& plugin) {
  if (plugin.plugin_type == "middleware") return wasm::Kind::kMiddleware;
  if (plugin.plugin_type == "dispatcher") return wasm::Kind::kDispatcher;
  return std::nullopt;
}

StartError bad_module(const artifact::Plugin& plugin, const std::string& reason) {
  return {kBadModule, "failed to load plugin '" + plugin.name + "': " + reason};
}

using Module = PluginModules::Module;

std::expected<Module, StartError> compile_one(const artifact::Plugin& plugin,
                                              bool artifact_says_all, PluginHost& host) {
  const wasm::Outline outline = wasm::outline_of(plugin.wasm);
  Module made{.source = &plugin, .facts = {}, .capabilities = {}, .code = {}};
  take_declarations(made, outline, artifact_says_all);
  const auto facts = wasm::check_module(
      outline, {.capabilities = made.capabilities, .kind = declared_kind(plugin), .limits = {}});
  if (!facts) {
    std::string all;
    for (const std::string& fault : facts.error()) all += (all.empty() ? "" : "; ") + fault;
    return std::unexpected(bad_module(plugin, all));
  }
  made.facts = *facts;
  auto code = host.module(plugin.wasm, facts->abi);
  if (!code) return std::unexpected(bad_module(plugin, code.error().message));
  made.code = *std::move(code);
  return made;
}

/// What a loader's thread runs `init` with.
struct Bench {
  Bench(const Options& options, ProcessState& process)
      : pool(loop, process.resolver),
        outbound(pool, process.upstreams, process.breakers, outbound_options(options)),
        services{.loop = loop,
                 .outbound = outbound,
                 .random = random,
                 .process = process,
                 .options = options,
                 .log = process.log} {}
  ~Bench() { loop.abandon(); }

  PluginInstance::Outcome initialize(PluginInstance& instance) {
    if (!instance.plugin().may_wait) return instance.initialize_now();
    PluginInstance::Outcome outcome;
    loop.spawn(wait(instance, outcome));
    loop.run();
    return outcome;
  }

  net::Task<> wait(PluginInstance& instance, PluginInstance::Outcome& outcome) {
    outcome = co_await instance.initialize_later();
    loop.stop();
  }

  net::EventLoop loop;
  http::client::Pool pool;
  services::OutboundHttp outbound;
  Random random;
  PluginServices services;
};

/// Empty when the plugin takes its config.
std::string try_out(const Plugin& plugin, const Options& options, ProcessState& process) {
  Bench bench(options, process);
  auto instance = PluginInstance::make(plugin, bench.services);
  if (!instance) return instance.error().text;
  const auto outcome = bench.initialize(**instance);
  return (*instance)->refusal(outcome);
}

struct Use {
  const artifact::PluginUse* use;
  wasm::Kind kind;
  std::string place;  ///< for people
};

std::vector<Use> uses_of(const artifact::Contents& contents) {
  std::vector<Use> uses;
  for (const artifact::Operation& operation : contents.routes.operations) {
    const std::string place = operation.method + ' ' + operation.path;
    uses.push_back({&operation.dispatch, wasm::Kind::kDispatcher, place});
    for (const artifact::PluginUse& use : operation.middlewares) {
      uses.push_back({&use, wasm::Kind::kMiddleware, place});
    }
  }
  return uses;
}

std::string config_for(std::string_view written, const LoadedPlugins::Resolved& resolved) {
  // Plugins of the earlier implementation fail on anything but an object.
  if (written.empty() || written == "null") return "{}";
  const auto found = resolved.find(written);
  return found == resolved.end() ? std::string(written) : found->second;
}

}  // namespace

std::expected<PluginModules, StartError> PluginModules::compile(const artifact::Contents& contents,
                                                                const Options& options,
                                                                ProcessState& process) {
  PluginModules result;
  if (contents.plugins.empty()) return result;
  if (auto started = process.plugins.start(options); !started) {
    return std::unexpected(StartError{kBadModule, started.error().message});
  }
  std::vector<std::optional<std::expected<Module, StartError>>> made(contents.plugins.size());
  for_each_at_once(made.size(), [&](std::size_t i) {
    made[i] =
        compile_one(contents.plugins[i], contents.manifest.capabilities_enforced, process.plugins);
  });
  for (auto& module : made) {
    if (!*module) return std::unexpected(module->error());
    result.modules_.emplace((*module)->source->name, std::move(**module));
  }
  return result;
}

const PluginModules::Module* PluginModules::find(std::string_view name) const {
  const auto found = modules_.find(name);
  return found == modules_.end() ? nullptr : &found->second;
}

std::expected<LoadedPlugins, StartError> LoadedPlugins::load(const artifact::Contents& contents,
                                                             const PluginModules& modules,
                                                             const Resolved& resolved,
                                                             const Options& options,
                                                             ProcessState& process) {
  LoadedPlugins result;
  std::vector<std::pair<Plugin*, std::string>> todo;
  for (const Use& use : uses_of(contents)) {
    const PluginModules::Module* module = modules.find(use.use->name);
    if (module == nullptr) continue;
    if (module->facts.kind && *module->facts.kind != use.kind) {
      return std::unexpected(bad_module(
          *module->source, "it is a " + std::string(wasm::to_string(*module->facts.kind)) +
                               " and used as a " + std::string(wasm::to_string(use.kind)) + " by " +
                               use.place));
    }
    auto& plugin = result.plugins_[{use.use->name, use.use->config.text}];
    if (plugin) continue;
    plugin = std::make_unique<Plugin>();
    plugin->name = module->source->name;
    plugin->version = module->source->version;
    plugin->abi = module->facts.abi;
    plugin->kind = use.kind;
    plugin->module = module->code;
    plugin->written_config = use.use->config.text;
    plugin->config = config_for(use.use->config.text, resolved);
    plugin->capabilities = module->capabilities;
    plugin->body_access = module->body_access;
    plugin->stateless = module->stateless;
    plugin->has_alloc = module->facts.has_alloc;
    plugin->has_initialize = module->facts.has_initialize;
    plugin->skips_on_response = module->facts.skips_on_response;
    plugin->may_wait = module->facts.may_wait;
    if (plugin->capabilities.contains(wasm::Capability::kHttpCall) ||
        plugin->capabilities.contains(wasm::Capability::kWsUpgrade)) {
      auto tls = process.plugins.ordinary_tls();
      if (!tls) return std::unexpected(bad_module(*module->source, tls.error().message));
      plugin->grant = std::make_shared<const services::HttpGrant>(
          services::HttpGrant::Entry{.plugin = plugin->name,
                                     .written = plugin->written_config,
                                     .resolved = plugin->config},
          *std::move(tls));
    }
    todo.emplace_back(plugin.get(), use.place);
  }
  std::vector<std::string> failures(todo.size());
  for_each_at_once(todo.size(),
                   [&](std::size_t i) { failures[i] = try_out(*todo[i].first, options, process); });
  for (std::size_t i = 0; i < todo.size(); ++i) {
    if (failures[i].empty()) continue;
    return std::unexpected(StartError{kBadConfig, "plugin '" + todo[i].first->name + "' of " +
                                                      todo[i].second +
                                                      " does not start: " + failures[i]});
  }
  return result;
}

const Plugin* LoadedPlugins::find(std::string_view name, std::string_view config) const {
  const auto found = plugins_.find({std::string(name), std::string(config)});
  return found == plugins_.end() ? nullptr : found->second.get();
}

services::OutboundHttpOptions outbound_options(const Options& options) {
  using services::PlaintextUpstreams;
  return {.egress = options.egress,
          .plaintext = options.plaintext == Options::PlaintextUpstreams::kAllow
                           ? PlaintextUpstreams::kAllow
                           : PlaintextUpstreams::kRefuse,
          .max_response_bytes = options.max_upstream_response_bytes};
}

}  // namespace barbacane::gateway
