#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/tls_session.h"

/// The client side of TLS towards upstreams (plugin-abi.md 9.3).
///
/// The server's certificate is verified for its host, always, against the system's authorities and
/// those of `ca`; its names are those of subjectAltName alone (RFC 9525). TLS 1.2 at least. Tickets
/// are kept and used for the next connection to the same host and port. A context belongs to one
/// worker; contexts made with the same options are interchangeable, which `identity` tells.
/// Wherever PEM is expected it may be the text itself or the path of a file.
///
/// The system's authorities come from SSL_CERT_FILE and SSL_CERT_DIR, or else from where the
/// distributions keep them; they are read once a process, by the first `make`.
namespace barbacane::net {

struct TlsClientOptions {
  std::string ca{};           ///< trusted besides the system's
  std::string certificate{};  ///< our own, leaf first; with `key` or neither
  std::string key{};
  std::vector<std::string> alpn = {"http/1.1"};  ///< offered, in order of preference
};

class TlsClientContext {
 public:
  /// Reads files: blocking, off the workers. The error is one sentence that names the file.
  static base::Result<TlsClientContext> make(const TlsClientOptions& options);
  TlsClientContext(TlsClientContext&&) noexcept;
  TlsClientContext& operator=(TlsClientContext&&) noexcept;
  ~TlsClientContext();

  /// Another with the same options for another worker; shares what was read. Does not block. Any
  /// thread.
  base::Result<TlsClientContext> duplicate() const;

  enum class Alpn : std::uint8_t { kAll, kHttp1 };
  /// A session on a connected socket; its handshake comes next. `host` is a DNS name, or an IP
  /// address (IPv6 without brackets), which the certificate must then list. Offers what the options
  /// say, or no more than HTTP/1.1.
  TlsSession connect(int fd, std::string_view host, std::uint16_t port,
                     Alpn alpn = Alpn::kAll) const;

  /// A digest of what the options and their files say: connections of equal identity may be
  /// pooled together. Reveals nothing of the key.
  const std::string& identity() const;

 private:
  struct Material;
  struct State;
  explicit TlsClientContext(std::shared_ptr<State> state);
  static base::Result<TlsClientContext> build(std::shared_ptr<const Material> material);

  std::shared_ptr<State> state_;
};

}  // namespace barbacane::net
