#include "net/detail/address_cache.h"

#include <algorithm>
#include <utility>

namespace barbacane::net::detail {

AddressCache::Entry* AddressCache::look_up(std::string_view name) {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return &entries_.front();
}

AddressCache::Entry& AddressCache::look_up_or_add(std::string_view name) {
  if (Entry* entry = look_up(name)) return *entry;
  if (entries_.size() >= std::max<std::size_t>(limits_.names, 1)) {
    by_name_.erase(entries_.back().name);
    entries_.pop_back();
  }
  entries_.emplace_front().name = name;
  by_name_.emplace(entries_.front().name, entries_.begin());
  return entries_.front();
}

std::optional<Resolution> AddressCache::find(std::string_view name, Time now) {
  const Entry* entry = look_up(name);
  if (entry == nullptr || now >= entry->usable_until) return std::nullopt;
  if (entry->addresses.empty()) return std::unexpected(entry->error);
  return entry->addresses;
}

void AddressCache::keep(std::string_view name, Addresses addresses, std::chrono::seconds ttl,
                        Time now) {
  const std::chrono::milliseconds kept =
      std::clamp<std::chrono::milliseconds>(ttl, limits_.ttl_floor, limits_.ttl_ceiling);
  Entry& entry = look_up_or_add(name);
  entry.addresses = std::move(addresses);
  entry.usable_until = now + kept;
  entry.stale_until = entry.usable_until + limits_.stale;
}

Resolution AddressCache::fail(std::string_view name, const ResolveError& error, Time now,
                              bool& used_stale) {
  used_stale = false;
  Entry& entry = look_up_or_add(name);
  const bool has_addresses = !entry.addresses.empty();
  if (has_addresses && now < entry.usable_until) return entry.addresses;
  const bool gone = error.failure == ResolveFailure::kNoSuchName;
  if (has_addresses && !gone && now < entry.stale_until) {
    entry.usable_until = now + limits_.stale_recheck;
    used_stale = true;
    return entry.addresses;
  }
  entry.addresses.clear();
  entry.error = error;
  entry.usable_until = now + (gone ? limits_.no_such_name : limits_.failure);
  return std::unexpected(error);
}

std::optional<Addresses> AddressCache::use_stale(std::string_view name, Time now) {
  Entry* entry = look_up(name);
  if (entry == nullptr || entry->addresses.empty() || now >= entry->stale_until) {
    return std::nullopt;
  }
  if (now >= entry->usable_until) entry->usable_until = now + limits_.stale_recheck;
  return entry->addresses;
}

void AddressCache::demote(std::string_view name, const IpAddress& address) {
  Entry* entry = look_up(name);
  if (entry == nullptr) return;
  const auto found = std::ranges::find(entry->addresses, address);
  if (found != entry->addresses.end()) std::rotate(found, found + 1, entry->addresses.end());
}

}  // namespace barbacane::net::detail
