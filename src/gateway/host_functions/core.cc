// Output and bodies of the JSON ABI (plugin ABI, 5.1).

#include "gateway/host_functions/bindings.h"
#include "gateway/host_functions/host_body.h"

namespace barbacane::gateway {
namespace {

void set_output(PluginInstance& plugin, std::uint32_t pointer, std::uint32_t length) {
  if (const auto bytes = plugin.memory().read(pointer, length)) {
    plugin.slots().output.assign(*bytes);
  }
}

std::int64_t body_len(PluginInstance& plugin) {
  const PluginCall* call = plugin.call();
  if (call == nullptr || !call->body) return kAbsent;
  return static_cast<std::int64_t>(call->body->size());
}

std::int32_t body_read(PluginInstance& plugin, std::uint32_t buffer, std::uint32_t length) {
  PluginCall* call = plugin.call();
  if (call == nullptr || !call->body) return 0;
  const auto body = std::exchange(call->body, std::nullopt);
  return static_cast<std::int32_t>(plugin.memory().write(buffer, length, *body).value_or(0));
}

void body_set(PluginInstance& plugin, std::uint32_t pointer, std::uint32_t length) {
  // An empty body may come with a pointer to nowhere.
  const auto bytes =
      length == 0 ? std::optional<std::string_view>("") : plugin.memory().read(pointer, length);
  if (!bytes) return;
  plugin.slots().body = PluginSlots::Body::kSet;
  plugin.slots().body_bytes.assign(*bytes);
}

void body_clear(PluginInstance& plugin) {
  plugin.slots().body = PluginSlots::Body::kCleared;
  plugin.slots().body_bytes.clear();
}

}  // namespace

void add_core_functions(wasm::HostBindings& bindings) {
  using enum wasm::HostModule;
  bindings[wasm::host_index(kBarbacane, "host_set_output")].at_once = host_body<&set_output>;
  bindings[wasm::host_index(kBarbacane, "host_body_len")].at_once = host_body<&body_len>;
  bindings[wasm::host_index(kBarbacane, "host_body_read")].at_once = host_body<&body_read>;
  bindings[wasm::host_index(kBarbacane, "host_body_set")].at_once = host_body<&body_set>;
  bindings[wasm::host_index(kBarbacane, "host_body_clear")].at_once = host_body<&body_clear>;
}

}  // namespace barbacane::gateway
