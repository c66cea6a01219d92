// Status and header fields of the direct ABI (plugin ABI, 12.3).

#include <algorithm>
#include <cstring>
#include <utility>

#include "gateway/arena_text.h"
#include "gateway/field_list.h"
#include "gateway/host_functions/bindings.h"
#include "gateway/host_functions/direct_call.h"

namespace barbacane::gateway {
namespace {

using Fields = std::pmr::vector<http::Field>;

constexpr std::int32_t kHighestStatus = 999;
constexpr std::int32_t kLowestStatus = 100;
/// Of a dispatcher whose answer has left already (plugin ABI, 4.2).
constexpr std::int32_t kStreamed = 0;

/// The fields of a message that may be read now, else why not.
std::expected<const Fields*, std::int32_t> readable(const PluginInstance& plugin,
                                                    std::uint32_t message) {
  const PluginCall* call = plugin.call();
  if (call == nullptr || call->request == nullptr) return std::unexpected(kNotAllowed);
  if (message == kRequest) return &call->request->chain->request.fields;
  if (message == kResponse) return &call->response->fields;
  return std::unexpected(kBadArgument);
}

/// A message that may be changed now.
class Change {
 public:
  static std::expected<Change, std::int32_t> begin(PluginInstance& plugin, std::uint32_t message) {
    auto allowed = may_change(plugin, message);
    if (!allowed) return std::unexpected(allowed.error());
    PluginCall& call = *plugin.call();
    if (message == kRequest) return Change(call, call.request->chain->request.fields);
    call.save_response();
    return Change(call, call.response->fields);
  }

  FieldList& fields() { return fields_; }
  /// Whether a plugin may add so many bytes to its request.
  bool admits(std::size_t bytes) { return add_bytes(*call_, bytes); }

 private:
  Change(PluginCall& call, Fields& fields) : call_(&call), fields_(fields, call.request->arena) {}

  PluginCall* call_;
  FieldList fields_;
};

std::int32_t status_get(PluginInstance& plugin) {
  const PluginCall* call = plugin.call();
  if (call == nullptr || call->response == nullptr) return kNotAllowed;
  return call->response->status;
}

std::int32_t status_set(PluginInstance& plugin, std::int32_t status) {
  const auto allowed = may_change(plugin, kResponse);
  if (!allowed) return allowed.error();
  const bool says_streamed = status == kStreamed && plugin.call()->phase == Phase::kDispatch;
  if ((status < kLowestStatus && !says_streamed) || status > kHighestStatus) return kBadArgument;
  plugin.call()->save_response();
  plugin.call()->response->status = status;
  return 0;
}

std::int32_t header_get(PluginInstance& plugin, std::uint32_t message, std::uint32_t name,
                        std::uint32_t name_length, std::uint32_t index, std::uint32_t buffer,
                        std::uint32_t capacity) {
  const auto fields = readable(plugin, message);
  if (!fields) return fields.error();
  const auto text = plugin.memory().read(name, name_length);
  if (!text) return kBadArgument;
  const http::Field* field = FieldList::find(**fields, *text, index);
  if (field != nullptr) return hand_out(plugin, field->value, buffer, capacity);
  return plugin.memory().room(buffer, capacity) ? kAbsent : kBadArgument;
}

enum class How : std::uint8_t { kSet, kAdd };

std::int32_t write_header(PluginInstance& plugin, How how, std::uint32_t message,
                          std::uint32_t name, std::uint32_t name_length, std::uint32_t value,
                          std::uint32_t value_length) {
  auto change = Change::begin(plugin, message);
  if (!change) return change.error();
  const wasm::GuestMemory memory = plugin.memory();
  const auto key = memory.read(name, name_length);
  const auto text = memory.read(value, value_length);
  if (!key || !text || !FieldList::is_legal(*key, *text)) return kBadArgument;
  if (!change->admits(key->size() + text->size())) return kBadArgument;
  if (change->fields().size() >= FieldList::kMost) return kBadArgument;
  if (how == How::kSet) {
    change->fields().set(*key, *text);
  } else {
    change->fields().add(*key, *text);
  }
  return 0;
}

std::int32_t header_set(PluginInstance& plugin, std::uint32_t message, std::uint32_t name,
                        std::uint32_t name_length, std::uint32_t value,
                        std::uint32_t value_length) {
  return write_header(plugin, How::kSet, message, name, name_length, value, value_length);
}

std::int32_t header_add(PluginInstance& plugin, std::uint32_t message, std::uint32_t name,
                        std::uint32_t name_length, std::uint32_t value,
                        std::uint32_t value_length) {
  return write_header(plugin, How::kAdd, message, name, name_length, value, value_length);
}

std::int32_t header_remove(PluginInstance& plugin, std::uint32_t message, std::uint32_t name,
                           std::uint32_t name_length) {
  auto change = Change::begin(plugin, message);
  if (!change) return change.error();
  const auto key = plugin.memory().read(name, name_length);
  if (!key) return kBadArgument;
  return static_cast<std::int32_t>(change->fields().remove(*key));
}

/// Writes the beginning of something into a room that may be too small for all of it.
class Prefix {
 public:
  explicit Prefix(std::span<char> room) : room_(room) {}

  void number(std::size_t value) {
    const auto word = static_cast<std::uint32_t>(value);
    char bytes[sizeof word];
    std::memcpy(bytes, &word, sizeof word);
    text({bytes, sizeof word});
  }
  void text(std::string_view bytes) {
    const std::size_t fits = std::min(bytes.size(), room_.size() - used());
    if (fits > 0) std::memcpy(room_.data() + used(), bytes.data(), fits);
    size_ += bytes.size();
  }
  void lower(std::string_view bytes) {
    const std::size_t begin = used();
    text(bytes);
    for (char& c : room_.subspan(begin, used() - begin)) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
    }
  }
  /// Of everything.
  std::int32_t size() const { return static_cast<std::int32_t>(size_); }

 private:
  std::size_t used() const { return std::min(size_, room_.size()); }

  std::span<char> room_;
  std::size_t size_ = 0;
};

std::int32_t headers_read(PluginInstance& plugin, std::uint32_t message, std::uint32_t buffer,
                          std::uint32_t capacity) {
  const auto fields = readable(plugin, message);
  if (!fields) return fields.error();
  const auto room = plugin.memory().room(buffer, capacity);
  if (!room) return kBadArgument;
  Prefix out(*room);
  out.number((*fields)->size());
  for (const http::Field& field : **fields) {
    out.number(field.name.size());
    out.number(field.value.size());
  }
  for (const http::Field& field : **fields) {
    out.lower(field.name);
    out.text(field.value);
  }
  return out.size();
}

}  // namespace

std::expected<void, std::int32_t> may_change(const PluginInstance& plugin, std::uint32_t message) {
  PluginCall* call = plugin.call();
  if (call == nullptr || call->request == nullptr) return std::unexpected(kNotAllowed);
  if (message == kResponse) return {};
  if (message != kRequest) return std::unexpected(kBadArgument);
  if (call->phase != Phase::kOnRequest) return std::unexpected(kNotAllowed);
  call->request->chain->request_json = {};
  call->request_changed = true;
  return {};
}

bool add_bytes(const PluginCall& call, std::size_t bytes) {
  ChainState& chain = *call.request->chain;
  if (bytes > ChainState::kMostWritten - chain.written) return false;
  chain.written += bytes;
  return true;
}

void add_direct_message_functions(wasm::HostBindings& bindings) {
  using enum wasm::HostModule;
  bindings[wasm::host_index(kDirect, "status_get")].at_once = host_body<&status_get>;
  bindings[wasm::host_index(kDirect, "status_set")].at_once = host_body<&status_set>;
  bindings[wasm::host_index(kDirect, "header_get")].at_once = host_body<&header_get>;
  bindings[wasm::host_index(kDirect, "header_set")].at_once = host_body<&header_set>;
  bindings[wasm::host_index(kDirect, "header_add")].at_once = host_body<&header_add>;
  bindings[wasm::host_index(kDirect, "header_remove")].at_once = host_body<&header_remove>;
  bindings[wasm::host_index(kDirect, "headers_read")].at_once = host_body<&headers_read>;
}

}  // namespace barbacane::gateway
