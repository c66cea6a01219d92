#include "wasm/capability.h"

#include <algorithm>

namespace barbacane::wasm {

std::optional<Capability> find_capability(std::string_view name) {
  if (name == "http_stream") return Capability::kHttpCall;
  const auto* found = std::ranges::find(kCapabilityNames, name);
  if (found == std::end(kCapabilityNames)) return std::nullopt;
  return static_cast<Capability>(found - std::begin(kCapabilityNames));
}

CapabilitySet capability_set(std::span<const std::string> names) {
  CapabilitySet set;
  for (const std::string& name : names) {
    if (const auto capability = find_capability(name)) set.insert(*capability);
  }
  return set;
}

}  // namespace barbacane::wasm
