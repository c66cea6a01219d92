#include "net/detail/address_order.h"

#include <algorithm>

namespace barbacane::net::detail {

std::vector<IpAddress> in_turns(const std::vector<IpAddress>& addresses) {
  std::vector<IpAddress> first;
  std::vector<IpAddress> second;
  for (const IpAddress& address : addresses) {
    auto& family = is_ipv4(address) == is_ipv4(addresses.front()) ? first : second;
    if (std::ranges::find(family, address) == family.end()) family.push_back(address);
  }
  std::vector<IpAddress> ordered;
  ordered.reserve(first.size() + second.size());
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) ordered.push_back(first[i]);
    if (i < second.size()) ordered.push_back(second[i]);
  }
  return ordered;
}

}  // namespace barbacane::net::detail
