// What a direct plugin reads of its request besides fields and body, and its state (plugin ABI,
// 12.3).

#include <algorithm>
#include <string>

#include "base/text.h"
#include "gateway/arena_text.h"
#include "gateway/host_functions/bindings.h"
#include "gateway/host_functions/direct_call.h"
#include "gateway/request_line.h"

namespace barbacane::gateway {
namespace {

/// As plugins number them.
enum Field : std::uint32_t {
  kMethod,
  kPath,
  kQuery,
  kClientIp,
  kScheme,
  kAuthority,
  kVersion,
  kConfig,
  kOperationId,
  kPathTemplate,
  kRequestId,
  kTraceId,
  kSpanId,
  kPluginName,
  kFields,
};

constexpr std::size_t kLargestState = 64 * 1024;

std::string_view version_of(http::Version version) {
  constexpr std::string_view kNames[] = {"1.0", "1.1", "2"};
  return kNames[static_cast<std::size_t>(version)];
}

std::string_view of_request(const RequestContext& request, std::uint32_t field) {
  const ChainState& chain = *request.chain;
  switch (field) {
    case kMethod:
      return chain.request.method;
    case kPath:
      return chain.request.path;
    case kQuery:
      return chain.request.query;
    case kClientIp:
      return chain.client_ip;
    case kScheme:
      return request.exchange.scheme() == http::Scheme::kHttps ? "https" : "http";
    case kAuthority:
      return request.head.value(http::KnownField::kHost);
    case kVersion:
      return version_of(request.head.version);
    case kOperationId:
      return request.operation->operation_id;
    case kPathTemplate:
      return request.operation->path;
    case kRequestId:
      return request.identity.request_id;
    case kTraceId:
      return request.identity.trace_id;
    default:
      return {};
  }
}

std::int32_t field_get(PluginInstance& plugin, std::uint32_t field, std::uint32_t buffer,
                       std::uint32_t capacity) {
  if (field == kConfig) return hand_out(plugin, plugin.plugin().config, buffer, capacity);
  if (field == kPluginName) return hand_out(plugin, plugin.plugin().name, buffer, capacity);
  if (field >= kFields) return kBadArgument;
  const RequestContext* request = request_of(plugin);
  if (request == nullptr) return kNotAllowed;
  return hand_out(plugin, of_request(*request, field), buffer, capacity);
}

bool is_legal(std::uint32_t field, std::string_view text) {
  if (field == kMethod) return is_legal_method(text);
  return field == kPath ? is_legal_path(text) : is_legal_query(text);
}

std::int32_t field_set(PluginInstance& plugin, std::uint32_t field, std::uint32_t pointer,
                       std::uint32_t length) {
  if (field >= kFields) return kBadArgument;
  if (field > kQuery) return kNotAllowed;
  const auto allowed = may_change(plugin, kRequest);
  if (!allowed) return allowed.error();
  const auto text = plugin.memory().read(pointer, length);
  const PluginCall& call = *plugin.call();
  if (!text || !is_legal(field, *text) || !add_bytes(call, text->size())) return kBadArgument;
  http::RequestHead& head = call.request->chain->request;
  std::string_view& target =
      field == kMethod ? head.method : (field == kPath ? head.path : head.query);
  target = copy_to(call.request->arena, *text);
  return 0;
}

std::int32_t path_param_get(PluginInstance& plugin, std::uint32_t name, std::uint32_t name_length,
                            std::uint32_t buffer, std::uint32_t capacity) {
  const RequestContext* request = request_of(plugin);
  if (request == nullptr) return kNotAllowed;
  const auto key = plugin.memory().read(name, name_length);
  if (!key) return kBadArgument;
  const auto value = path_value(*request, *key);
  return value ? hand_out(plugin, *value, buffer, capacity) : kAbsent;
}

/// `text` without its escapes, `+` being a blank in queries (data-plane contract, 5); in `room`
/// when there are any.
std::string_view decoded(std::string_view text, std::string& room) {
  if (text.find_first_of("%+") == std::string_view::npos) return text;
  room = text;
  std::ranges::replace(room, '+', ' ');
  room = base::percent_decode(room);
  return room;
}

std::int32_t query_param_get(PluginInstance& plugin, std::uint32_t name, std::uint32_t name_length,
                             std::uint32_t index, std::uint32_t buffer, std::uint32_t capacity) {
  const RequestContext* request = request_of(plugin);
  if (request == nullptr) return kNotAllowed;
  const auto key = plugin.memory().read(name, name_length);
  if (!key) return kBadArgument;
  std::string room;
  std::string_view rest = request->chain->request.query;
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (decoded(pair.substr(0, equals), room) != *key || index-- > 0) continue;
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    return hand_out(plugin, decoded(value, room), buffer, capacity);
  }
  return kAbsent;
}

std::int32_t state_get(PluginInstance& plugin, std::uint32_t buffer, std::uint32_t capacity) {
  const PluginCall* call = plugin.call();
  if (call == nullptr || call->entry == nullptr) return kNotAllowed;
  if (!call->entry->has_state) return kAbsent;
  return hand_out(plugin, call->entry->state, buffer, capacity);
}

std::int32_t state_set(PluginInstance& plugin, std::uint32_t pointer, std::uint32_t length) {
  const PluginCall* call = plugin.call();
  if (call == nullptr || call->entry == nullptr) return kNotAllowed;
  const auto bytes = plugin.memory().read(pointer, length);
  if (!bytes || length > kLargestState || !add_bytes(*call, length)) return kBadArgument;
  call->entry->state = copy_to(call->request->arena, *bytes);
  call->entry->has_state = true;
  return 0;
}

}  // namespace

void add_direct_request_functions(wasm::HostBindings& bindings) {
  using enum wasm::HostModule;
  bindings[wasm::host_index(kDirect, "field_get")].at_once = host_body<&field_get>;
  bindings[wasm::host_index(kDirect, "field_set")].at_once = host_body<&field_set>;
  bindings[wasm::host_index(kDirect, "path_param_get")].at_once = host_body<&path_param_get>;
  bindings[wasm::host_index(kDirect, "query_param_get")].at_once = host_body<&query_param_get>;
  bindings[wasm::host_index(kDirect, "state_get")].at_once = host_body<&state_get>;
  bindings[wasm::host_index(kDirect, "state_set")].at_once = host_body<&state_set>;
}

}  // namespace barbacane::gateway
