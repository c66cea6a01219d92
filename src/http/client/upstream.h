#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "http/message.h"
#include "net/egress.h"
#include "net/tls_client.h"

/// A service behind the gateway, as connections see it.
namespace barbacane::http::client {

/// Immutable and shared by all workers. Two with the same `id` may use each other's connections.
struct Upstream {
  Scheme scheme = Scheme::kHttps;
  std::string host;  ///< a name or an address without brackets
  std::uint16_t port = 0;
  net::Egress egress = net::Egress::kGuarded;
  /// Of https; each worker duplicates it.
  std::shared_ptr<const net::TlsClientContext> tls;
  enum class Http2 : std::uint8_t {
    kNever,
    kIfAgreed,  ///< by ALPN, which `tls` offers
    kAlways,    ///< with prior knowledge (RFC 9113, 3.3)
  } http2 = Http2::kNever;
  std::size_t id = 0;

  /// `https://orders.internal:8443`, for logs.
  std::string text() const;
};

/// Makes equal upstreams one, with a number of its own, so that workers find their connections
/// without comparing names, and a reload finds those of before.
///
/// An upstream that nobody holds any more is forgotten, and its number never used again: there may
/// be any number of them in time, as plugins compute hosts from requests. One a process; any
/// thread, not on the request path.
class Upstreams {
 public:
  /// Equal in scheme, host, port, egress, HTTP/2 and TLS identity.
  std::shared_ptr<const Upstream> add(Upstream upstream);

  /// How many are remembered, those included that nobody holds and nobody has missed yet.
  std::size_t size() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::weak_ptr<const Upstream>> known_;
  std::size_t next_id_ = 0;
  std::size_t look_again_at_ = 64;  ///< so many are known that some may be gone
};

}  // namespace barbacane::http::client
