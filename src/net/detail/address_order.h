#pragma once

#include <vector>

#include "net/ip_address.h"

namespace barbacane::net::detail {

/// The addresses once each, families in turn beginning with that of the first, in each family in
/// the order they came (RFC 8305, 4).
std::vector<IpAddress> in_turns(const std::vector<IpAddress>& addresses);

}  // namespace barbacane::net::detail
