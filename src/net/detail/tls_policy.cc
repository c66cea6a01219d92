#include "net/detail/tls_policy.h"

#include "net/detail/tls_errors.h"

namespace barbacane::net::detail {

namespace {

constexpr const char* kCiphers13 =
    "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* kCiphers12 =
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* kGroups = "X25519:P-256:P-384";
constexpr int kSecurityLevel = 2;  ///< 112 bits: RSA from 2048, no SHA-1

int protocol(TlsVersion version) {
  return version == TlsVersion::k13 ? TLS1_3_VERSION : TLS1_2_VERSION;
}

}  // namespace

base::Result<SslContextHandle> new_context(TlsSide side, TlsVersion min_version) {
  const ErrorScope errors;
  SslContextHandle context(
      SSL_CTX_new(side == TlsSide::kServer ? TLS_server_method() : TLS_client_method()));
  if (!context) return base::fail("TLS cannot be set up: " + last_reason());
  SSL_CTX* raw = context.get();
  SSL_CTX_set_security_level(raw, kSecurityLevel);
  // The system's openssl.cnf may have set anything before; each of these replaces it.
  if (SSL_CTX_set_min_proto_version(raw, protocol(min_version)) != 1 ||
      SSL_CTX_set_max_proto_version(raw, TLS1_3_VERSION) != 1 ||
      SSL_CTX_set_ciphersuites(raw, kCiphers13) != 1 ||
      SSL_CTX_set_cipher_list(raw, kCiphers12) != 1 ||
      SSL_CTX_set1_groups_list(raw, kGroups) != 1) {
    return base::fail("TLS cannot be set up: " + last_reason());
  }
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  if (side == TlsSide::kServer) {
    // A client that prefers ChaCha20 has no instructions for AES.
    SSL_CTX_set_options(raw, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  }
  // A chain is sent as it was given, not searched for in every handshake.
  SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                            SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY |
                            SSL_MODE_NO_AUTO_CHAIN);
  // One receive for a record instead of one for its header and one for the rest.
  SSL_CTX_set_read_ahead(raw, 1);
  return context;
}

}  // namespace barbacane::net::detail
