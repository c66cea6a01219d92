#pragma once

#include "net/detail/tls_handles.h"

/// The authorities that certificates of upstreams may come from.
namespace barbacane::net::detail {

/// The system's, read by the first call of the process and shared by all. Any thread; blocking.
/// Empty when the system has none: then no certificate is trusted.
X509_STORE* system_roots();

/// A new reference to the system's, or a store of them and `extra`.
StoreHandle roots_with(const Certificates& extra);

}  // namespace barbacane::net::detail
