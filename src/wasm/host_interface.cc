#include "wasm/host_interface.h"

namespace barbacane::wasm {

std::optional<HostModule> find_host_module(std::string_view name) {
  for (const HostModule module : {HostModule::kBarbacane, HostModule::kDirect, HostModule::kWasi}) {
    if (to_string(module) == name) return module;
  }
  return std::nullopt;
}

std::optional<std::size_t> find_host_function(HostModule module, std::string_view name) {
  for (std::size_t i = 0; i < kHostFunctionCount; ++i) {
    if (kHostFunctions[i].module == module && kHostFunctions[i].name == name) return i;
  }
  return std::nullopt;
}

}  // namespace barbacane::wasm
