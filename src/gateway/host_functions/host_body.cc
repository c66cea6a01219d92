#include "gateway/host_functions/host_body.h"

#include "base/text.h"

namespace barbacane::gateway {

std::optional<std::string_view> guest_text(const PluginInstance& plugin, std::uint32_t pointer,
                                           std::uint32_t length) {
  const auto bytes = plugin.memory().read(pointer, length);
  if (!bytes || (!base::is_ascii(*bytes) && !base::is_utf8(*bytes))) return std::nullopt;
  return bytes;
}

std::int32_t hand_out(const PluginInstance& plugin, std::string_view bytes, std::uint32_t buffer,
                      std::uint32_t capacity) {
  if (!plugin.memory().write(buffer, capacity, bytes)) return kBadArgument;
  return static_cast<std::int32_t>(bytes.size());
}

}  // namespace barbacane::gateway
