#pragma once

#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "net/resolver.h"

/// What the resolver remembers: answers and failures by name, for a while.
///
/// Names are in lower case. Bounded: the name unused for longest makes room. Not for several
/// threads at once; the time is always given, never looked up.
namespace barbacane::net::detail {

class AddressCache {
 public:
  using Time = Resolver::Clock::time_point;

  explicit AddressCache(const ResolverLimits& limits) : limits_(limits) {}

  /// What may be used now without asking.
  std::optional<Resolution> find(std::string_view name, Time now);

  /// A good answer; its TTL is brought between floor and ceiling.
  void keep(std::string_view name, Addresses addresses, std::chrono::seconds ttl, Time now);

  /// A failure: what to answer now. Addresses that are still fresh stay; expired ones are used on
  /// for a while unless the name is gone; `used_stale` tells.
  Resolution fail(std::string_view name, const ResolveError& error, Time now, bool& used_stale);

  /// The expired addresses, if there are any to help out: usable until the next recheck.
  std::optional<Addresses> use_stale(std::string_view name, Time now);

  void demote(std::string_view name, const IpAddress& address);

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string name;
    Addresses addresses;  ///< empty: `error` is the answer
    ResolveError error{};
    Time usable_until;
    Time stale_until;  ///< of addresses
  };
  using Entries = std::list<Entry>;

  Entry* look_up(std::string_view name);
  Entry& look_up_or_add(std::string_view name);

  ResolverLimits limits_;
  Entries entries_;                                                  ///< used last, first
  std::unordered_map<std::string_view, Entries::iterator> by_name_;  ///< keys lie in the entries
};

}  // namespace barbacane::net::detail
