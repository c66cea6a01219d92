#pragma once

#include <optional>
#include <string_view>

#include "net/ip_address.h"

/// What a host may be, before anybody is asked about it.
namespace barbacane::net::detail {

/// Letters, digits, `-` and `_` in labels of at most 63, 253 in all, perhaps a dot at the end; the
/// last label is not a number, for then somebody means an address that we do not read (RFC 1123,
/// 2.1). International names come in their ASCII form.
bool is_host_name(std::string_view host);

/// An address, perhaps in the brackets that URLs put around IPv6.
std::optional<IpAddress> as_address(std::string_view host);

/// `localhost` and everything below it; in lower case.
bool is_localhost(std::string_view name);
/// The same of `invalid`, where there are no hosts (RFC 6761, 6.4).
bool is_invalid(std::string_view name);

}  // namespace barbacane::net::detail
