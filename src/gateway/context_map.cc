#include "gateway/context_map.h"

#include <algorithm>

#include "gateway/arena_text.h"

namespace barbacane::gateway {

std::optional<std::string_view> ContextMap::get(std::string_view key) const {
  const auto found =
      std::ranges::find_if(entries_, [&](const auto& entry) { return entry.first == key; });
  if (found == entries_.end()) return std::nullopt;
  return found->second;
}

bool ContextMap::set(std::string_view key, std::string_view value) {
  if (key.size() > kLongestKey || value.size() > kLongestValue) return false;
  const auto found =
      std::ranges::find_if(entries_, [&](const auto& entry) { return entry.first == key; });
  const bool known = found != entries_.end();
  // What was overwritten stays in the arena, so it counts as well.
  const std::size_t more = value.size() + (known ? 0 : key.size());
  if (bytes_ + more > kMostBytes) return false;
  bytes_ += more;
  const std::string_view kept = copy_to(arena_, value);
  if (known) {
    found->second = kept;
  } else {
    entries_.emplace_back(copy_to(arena_, key), kept);
  }
  return true;
}

void ContextMap::restore(Saved saved) { entries_ = std::move(saved); }

}  // namespace barbacane::gateway
