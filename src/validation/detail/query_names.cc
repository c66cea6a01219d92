#include "validation/detail/query_names.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace barbacane::validation::detail {

bool NameTable::Entry::has(Claim::Kind kind, std::size_t rule) const {
  return std::ranges::any_of(
      claims, [&](const Claim& claim) { return claim.kind == kind && claim.rule == rule; });
}

void NameTable::add(std::string_view name, Claim claim) {
  auto entry = std::ranges::find(entries_, name, &Entry::name);
  if (entry == entries_.end()) {
    entries_.push_back({std::string(name), name.find_first_of("%+") == name.npos, {}});
    entry = entries_.end() - 1;
  }
  entry->claims.push_back(claim);
}

void NameTable::finish() {
  buckets_.assign(std::bit_ceil(entries_.size() * 2 + 1), kEmpty);
  mask_ = buckets_.size() - 1;
  for (std::uint32_t i = 0; i < entries_.size(); ++i) {
    std::size_t at = hash(entries_[i].name);
    while (buckets_[at & mask_] != kEmpty) ++at;
    buckets_[at & mask_] = i;
  }
}

std::size_t NameTable::hash(std::string_view name) {
  const std::size_t size = name.size();
  std::uint64_t head = 0;
  std::uint64_t tail = 0;
  if (size >= 8) {
    std::memcpy(&head, name.data(), 8);
    std::memcpy(&tail, name.data() + size - 8, 8);
  } else if (size >= 4) {
    std::memcpy(&head, name.data(), 4);
    std::memcpy(&tail, name.data() + size - 4, 4);
  } else {
    for (const char c : name) head = head << 8 | static_cast<unsigned char>(c);
  }
  std::uint64_t mixed = (head + size) * 0x9E3779B97F4A7C15U;
  mixed = (mixed ^ (mixed >> 32) ^ tail) * 0xC2B2AE3D27D4EB4FU;
  return static_cast<std::size_t>(mixed >> 40);
}

}  // namespace barbacane::validation::detail
