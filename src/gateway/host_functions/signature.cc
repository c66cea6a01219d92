// Capability `verify_signature` (plugin ABI, 5.11).

#include "services/signature.h"

#include "gateway/host_functions/bindings.h"
#include "gateway/host_functions/host_body.h"

namespace barbacane::gateway {
namespace {

std::int32_t verify(PluginInstance& plugin, std::uint32_t pointer, std::uint32_t length) {
  const auto json = guest_text(plugin, pointer, length);
  return json ? static_cast<std::int32_t>(services::verify_signature_json(*json)) : kFailed;
}

}  // namespace

void add_signature_functions(wasm::HostBindings& bindings) {
  bindings[wasm::host_index(wasm::HostModule::kBarbacane, "host_verify_signature")].at_once =
      host_body<&verify>;
}

}  // namespace barbacane::gateway
