#pragma once

#include "base/result.h"
#include "net/detail/tls_handles.h"
#include "net/tls_session.h"

/// What both sides of TLS agree to (data-plane.md 11): versions, ciphers, groups, and how OpenSSL
/// is to behave on a non-blocking socket.
namespace barbacane::net::detail {

enum class TlsSide : std::uint8_t { kServer, kClient };

base::Result<SslContextHandle> new_context(TlsSide side, TlsVersion min_version);

}  // namespace barbacane::net::detail
