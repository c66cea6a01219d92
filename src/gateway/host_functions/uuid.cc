// Capability `generate_uuid` (plugin ABI, 5.4).

#include <chrono>

#include "gateway/host_functions/bindings.h"
#include "gateway/host_functions/host_body.h"

namespace barbacane::gateway {
namespace {

std::int32_t generate(PluginInstance& plugin) {
  using std::chrono::milliseconds;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto unix_ms = std::chrono::duration_cast<milliseconds>(now).count();
  PluginServices& services = plugin.services();
  return plugin.slots().uuid.put(
      std::string(services.uuid.next(static_cast<std::uint64_t>(unix_ms), services.random)));
}

std::int32_t read_result(PluginInstance& plugin, std::uint32_t buffer, std::uint32_t length) {
  return plugin.slots().uuid.take(plugin.memory(), buffer, length);
}

}  // namespace

void add_uuid_functions(wasm::HostBindings& bindings) {
  using enum wasm::HostModule;
  bindings[wasm::host_index(kBarbacane, "host_uuid_generate")].at_once = host_body<&generate>;
  bindings[wasm::host_index(kBarbacane, "host_uuid_read_result")].at_once = host_body<&read_result>;
}

}  // namespace barbacane::gateway
