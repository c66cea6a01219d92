#pragma once

#include "net/detail/tls_handles.h"

/// The authorities that certificates of upstreams may come from.
namespace barbacane::net::detail {

/// A reference to the store of the system's authorities, or a new store of them and `extra`. The
/// system's are read by the first call of the process. Any thread; blocking. Where a system has
/// none, no certificate is trusted. Null when OpenSSL has no room.
StoreHandle roots_with(const Certificates& extra);

}  // namespace barbacane::net::detail
