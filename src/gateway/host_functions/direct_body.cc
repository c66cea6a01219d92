// Bodies in the direct ABI (plugin ABI, 8.2 and 12.3).
//
// What a plugin sets lies in a slot of its instance until the call is over; so it may be set again
// and again and costs the request one copy.

#include <algorithm>

#include "gateway/host_functions/bindings.h"
#include "gateway/host_functions/direct_call.h"

namespace barbacane::gateway {
namespace {

/// The answer this plugin builds itself, as opposed to one that came from elsewhere.
bool builds_response(const PluginCall& call) { return call.phase != Phase::kOnResponse; }

DirectBody& slot_of(PluginInstance& plugin, std::uint32_t message) {
  return plugin.slots().direct_bodies[message];
}

/// The body as it is now, with what the plugin did to it.
std::string_view body_of(PluginInstance& plugin, std::uint32_t message) {
  const PluginCall& call = *plugin.call();
  const DirectBody& slot = slot_of(plugin, message);
  if (slot.changed) return slot.bytes;
  return message == kRequest ? call.request->body : call.response->body;
}

/// Of bodies nobody has collected: what is said of their length.
std::int64_t announced_length(const PluginCall& call, std::uint32_t message) {
  const RequestContext& request = *call.request;
  if (message == kRequest && (request.body_streams || request.spool)) {
    if (request.spool) return static_cast<std::int64_t>(request.spool->size());
    const auto length = request.head.content_length;
    return length ? static_cast<std::int64_t>(*length) : kAbsent;
  }
  if (message == kResponse && !builds_response(call) && request.answer_body) {
    const auto length = request.answer_body->length();
    return length ? static_cast<std::int64_t>(*length) : kAbsent;
  }
  return kAbsent;
}

std::int64_t body_length(PluginInstance& plugin, std::uint32_t message) {
  const PluginCall* call = plugin.call();
  if (call == nullptr || call->request == nullptr) return kNotAllowed;
  if (message > kResponse) return kBadArgument;
  const RequestContext& request = *call->request;
  const bool collected = message == kRequest ? !request.body_streams && !request.spool
                                             : builds_response(*call) || !request.answer_body;
  if (!collected && !slot_of(plugin, message).changed) return announced_length(*call, message);
  const std::string_view body = body_of(plugin, message);
  return body.empty() ? kAbsent : static_cast<std::int64_t>(body.size());
}

/// The result that says why not; nothing when it may.
std::int32_t refusal(const PluginCall* call, std::uint32_t message) {
  if (call == nullptr || call->request == nullptr) return kNotAllowed;
  if (message > kResponse) return kBadArgument;
  if (message == kResponse && builds_response(*call)) return 0;
  return call->sees_bodies ? 0 : kNotAllowed;
}

std::int32_t body_read(PluginInstance& plugin, std::uint32_t message, std::int64_t offset,
                       std::uint32_t buffer, std::uint32_t capacity) {
  if (const std::int32_t refused = refusal(plugin.call(), message); refused != 0) return refused;
  const std::string_view body = body_of(plugin, message);
  if (offset < 0) return kBadArgument;
  if (body.empty()) return kAbsent;
  const auto begin = std::min(static_cast<std::uint64_t>(offset), std::uint64_t{body.size()});
  return hand_out(plugin, body.substr(begin), buffer, capacity);
}

std::int32_t may_replace(const PluginInstance& plugin, std::uint32_t message) {
  if (const std::int32_t refused = refusal(plugin.call(), message); refused != 0) return refused;
  const auto allowed = may_change(plugin, message);
  return allowed ? 0 : allowed.error();
}

std::int32_t body_set(PluginInstance& plugin, std::uint32_t message, std::uint32_t pointer,
                      std::uint32_t length) {
  if (const std::int32_t refused = may_replace(plugin, message); refused != 0) return refused;
  const auto bytes = plugin.memory().read(pointer, length);
  if (!bytes) return kBadArgument;
  slot_of(plugin, message).changed = true;
  slot_of(plugin, message).bytes.assign(*bytes);
  return 0;
}

std::int32_t body_clear(PluginInstance& plugin, std::uint32_t message) {
  if (const std::int32_t refused = may_replace(plugin, message); refused != 0) return refused;
  slot_of(plugin, message).changed = true;
  slot_of(plugin, message).bytes.clear();
  return 0;
}

}  // namespace

void add_direct_body_functions(wasm::HostBindings& bindings) {
  using enum wasm::HostModule;
  bindings[wasm::host_index(kDirect, "body_length")].at_once = host_body<&body_length>;
  bindings[wasm::host_index(kDirect, "body_read")].at_once = host_body<&body_read>;
  bindings[wasm::host_index(kDirect, "body_set")].at_once = host_body<&body_set>;
  bindings[wasm::host_index(kDirect, "body_clear")].at_once = host_body<&body_clear>;
}

}  // namespace barbacane::gateway
