// Capabilities `context_get` and `context_set`, in both ABIs (plugin ABI, 5.3 and 12.3).

#include "gateway/host_functions/bindings.h"
#include "gateway/host_functions/host_body.h"
#include "gateway/request_context.h"

namespace barbacane::gateway {
namespace {

std::optional<std::string_view> find(const PluginInstance& plugin, std::string_view key) {
  const RequestContext* request = request_of(plugin);
  return request != nullptr ? request->chain->context.get(key) : std::nullopt;
}

/// False when it is beyond a limit, which the log then tells.
bool put(const PluginInstance& plugin, std::string_view key, std::string_view value) {
  RequestContext* request = request_of(plugin);
  plugin.call()->save_context();
  if (request->chain->context.set(key, value)) return true;
  if (telemetry::Log* log = plugin.services().log) {
    log->event(telemetry::Level::kWarn, "barbacane::plugin", "plugin_context_full",
               {{"plugin", plugin.plugin().name},
                {"key", key.substr(0, ContextMap::kLongestKey)},
                {"size", std::uint64_t{value.size()}}},
               log_context(*request));
  }
  return false;
}

std::int32_t get(PluginInstance& plugin, std::uint32_t key, std::uint32_t length) {
  plugin.slots().context.clear();
  const auto name = guest_text(plugin, key, length);
  const auto value = name ? find(plugin, *name) : std::nullopt;
  return value ? plugin.slots().context.put(std::string(*value)) : kAbsent;
}

std::int32_t read_result(PluginInstance& plugin, std::uint32_t buffer, std::uint32_t length) {
  return plugin.slots().context.take(plugin.memory(), buffer, length);
}

void set(PluginInstance& plugin, std::uint32_t key, std::uint32_t key_length, std::uint32_t value,
         std::uint32_t value_length) {
  const auto name = guest_text(plugin, key, key_length);
  const auto text = guest_text(plugin, value, value_length);
  if (name && text && request_of(plugin) != nullptr) put(plugin, *name, *text);
}

std::int32_t direct_get(PluginInstance& plugin, std::uint32_t key, std::uint32_t key_length,
                        std::uint32_t buffer, std::uint32_t capacity) {
  if (request_of(plugin) == nullptr) return kNotAllowed;
  const auto name = guest_text(plugin, key, key_length);
  if (!name) return kBadArgument;
  const auto value = find(plugin, *name);
  return value ? hand_out(plugin, *value, buffer, capacity) : kAbsent;
}

std::int32_t direct_set(PluginInstance& plugin, std::uint32_t key, std::uint32_t key_length,
                        std::uint32_t value, std::uint32_t value_length) {
  if (request_of(plugin) == nullptr) return kNotAllowed;
  const auto name = guest_text(plugin, key, key_length);
  const auto text = guest_text(plugin, value, value_length);
  if (!name || !text) return kBadArgument;
  return put(plugin, *name, *text) ? 0 : kBadArgument;
}

}  // namespace

void add_context_functions(wasm::HostBindings& bindings) {
  using enum wasm::HostModule;
  bindings[wasm::host_index(kBarbacane, "host_context_get")].at_once = host_body<&get>;
  bindings[wasm::host_index(kBarbacane, "host_context_read_result")].at_once =
      host_body<&read_result>;
  bindings[wasm::host_index(kBarbacane, "host_context_set")].at_once = host_body<&set>;
  bindings[wasm::host_index(kDirect, "context_get")].at_once = host_body<&direct_get>;
  bindings[wasm::host_index(kDirect, "context_set")].at_once = host_body<&direct_set>;
}

}  // namespace barbacane::gateway
