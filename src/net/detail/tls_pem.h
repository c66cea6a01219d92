#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "net/detail/tls_handles.h"

/// Certificates and keys out of PEM (RFC 7468), given as text or as the path of a file.
///
/// Errors name the thing, as `what`, and the file; never a byte of what is in it.
namespace barbacane::net::detail {

/// The text of `given`, and what to call it in errors: `TLS key 'server.key'`.
struct PemText {
  std::string text;
  std::string label;
  std::string path;  ///< empty when the text itself was given

  PemText() = default;
  PemText(const PemText&) = delete;
  PemText(PemText&&) = default;
  PemText& operator=(PemText&&) = default;
  ~PemText();  ///< wipes the text: it may be a key
};

base::Result<PemText> read_pem(std::string_view given, std::string_view what);

/// All of them in their order, at least one.
base::Result<Certificates> parse_certificates(const PemText& pem);
base::Result<KeyHandle> parse_key(const PemText& pem);

/// A certificate with its chain and its key, which fit together.
struct Identity {
  Certificates chain;  ///< leaf first
  KeyHandle key;
};
base::Result<Identity> parse_identity(const PemText& certificate, const PemText& key);

/// Copies that share no counter or lock with the original, for another thread. The error is the
/// reason alone.
base::Result<> use_copy(SSL_CTX* context, const Identity& identity);

}  // namespace barbacane::net::detail
