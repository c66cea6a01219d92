#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "gateway/detail/test_gateway_state.h"
#include "gateway/plugins/loading.h"
#include "wasm/text_format.h"

/// Input: a module, in the binary format or as text, that an artifact has as a plugin. It is
/// checked, compiled, instantiated and initialised as a data plane does before it serves. Checked
/// besides not crashing: it is either a plugin or refused with exit code 12 or 14 and a reason.
namespace {

using namespace barbacane;
using namespace barbacane::gateway;

void require(bool holds) {
  if (!holds) std::abort();
}

TestWorker& worker() {
  static TestWorker instance{artifact::Contents{}};
  return instance;
}

artifact::Contents contents_of(std::string wasm, bool dispatcher) {
  artifact::Plugin plugin;
  plugin.name = "hostile";
  plugin.version = "0.1.0";
  plugin.plugin_type = "plugin";
  plugin.body_access = true;
  // Nothing that reaches out: what a guest makes of an answer is another target's.
  plugin.host_functions = {"cache",         "clock_now",  "context_get", "context_set",
                           "generate_uuid", "get_secret", "log",         "telemetry"};
  plugin.wasm = std::move(wasm);
  artifact::Contents contents;
  artifact::Operation only = operation("GET", "/", "mock", "{}");
  if (dispatcher) {
    only.dispatch = {"hostile", {"{}"}};
  } else {
    only.middlewares.push_back({"hostile", {"{}"}});
  }
  contents.routes.operations.push_back(std::move(only));
  contents.plugins.push_back(std::move(plugin));
  return contents;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string module(reinterpret_cast<const char*>(data), size);
  if (module.starts_with('(') || module.starts_with(';')) {
    auto bytes = wasm::assemble(module);
    if (!bytes) return 0;
    module = std::move(*bytes);
  }
  ProcessState& process = worker().process;
  for (const bool dispatcher : {false, true}) {
    const artifact::Contents contents = contents_of(module, dispatcher);
    const auto modules = PluginModules::compile(contents, worker().settings.options, process);
    if (!modules) {
      require(modules.error().exit_code == 12 && !modules.error().message.empty());
      return 0;
    }
    const auto plugins =
        LoadedPlugins::load(contents, *modules, {}, worker().settings.options, process);
    if (plugins) continue;
    require(plugins.error().exit_code == 12 || plugins.error().exit_code == 14);
    require(!plugins.error().message.empty());
  }
  return 0;
}
