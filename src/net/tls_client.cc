#include "net/tls_client.h"

#include <optional>
#include <utility>

#include <openssl/x509v3.h>

#include "base/hash.h"
#include "net/detail/tls_alpn.h"
#include "net/detail/tls_errors.h"
#include "net/detail/tls_pem.h"
#include "net/detail/tls_policy.h"
#include "net/detail/tls_roots.h"
#include "net/detail/tls_session_state.h"

namespace barbacane::net {

namespace {

using detail::PemText;
using detail::TlsConnection;

/// Set by OpenSSL for each new ticket; takes the session over.
int keep_ticket(SSL* ssl, SSL_SESSION* session) {
  const TlsConnection& connection = TlsConnection::of(ssl);
  connection.tickets->keep(connection.ticket_key, detail::SslSessionHandle(session));
  return 1;
}

/// Who is to be verified: the name the certificate must list, and SNI for names only.
bool expect_host(SSL* ssl, const std::string& host) {
  if (host.empty()) return false;  // which OpenSSL takes for any
  X509_VERIFY_PARAM* expected = SSL_get0_param(ssl);
  if (X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) == 1) return true;
  // A common name is no host name (RFC 9525, 2).
  X509_VERIFY_PARAM_set_hostflags(
      expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  return X509_VERIFY_PARAM_set1_host(expected, host.data(), host.size()) == 1 &&
         SSL_set_tlsext_host_name(ssl, host.c_str()) == 1;
}

}  // namespace

/// Read once, shared by the contexts of all workers.
struct TlsClientContext::Material {
  detail::StoreHandle roots;
  std::optional<detail::Identity> identity;
  std::string alpn;
  std::string digest;
};

struct TlsClientContext::State {
  std::shared_ptr<const Material> material;
  detail::SslContextHandle context;
  std::shared_ptr<detail::TlsClientTickets> tickets = std::make_shared<detail::TlsClientTickets>();
};

TlsClientContext::TlsClientContext(std::shared_ptr<State> state) : state_(std::move(state)) {}
TlsClientContext::TlsClientContext(TlsClientContext&&) noexcept = default;
TlsClientContext& TlsClientContext::operator=(TlsClientContext&&) noexcept = default;
TlsClientContext::~TlsClientContext() = default;

base::Result<TlsClientContext> TlsClientContext::make(const TlsClientOptions& options) {
  if (options.certificate.empty() != options.key.empty()) {
    return base::fail("a client certificate needs its key, and a client key its certificate");
  }
  auto material = std::make_shared<Material>();
  std::string digested;
  detail::Certificates authorities;
  if (!options.ca.empty()) {
    const base::Result<PemText> ca = detail::read_pem(options.ca, "TLS CA");
    if (!ca) return std::unexpected(ca.error());
    base::Result<detail::Certificates> parsed = detail::parse_certificates(*ca);
    if (!parsed) return std::unexpected(parsed.error());
    authorities = std::move(*parsed);
    detail::append_field(digested, ca->text);
  } else {
    detail::append_field(digested, "");
  }
  material->roots = detail::roots_with(authorities);
  if (!material->roots) return base::fail("the TLS CA cannot be used");

  if (!options.certificate.empty()) {
    const base::Result<PemText> certificate =
        detail::read_pem(options.certificate, "TLS client certificate");
    if (!certificate) return std::unexpected(certificate.error());
    const base::Result<PemText> key = detail::read_pem(options.key, "TLS client key");
    if (!key) return std::unexpected(key.error());
    base::Result<detail::Identity> identity = detail::parse_identity(*certificate, *key);
    if (!identity) return std::unexpected(identity.error());
    material->identity = std::move(*identity);
    detail::append_field(digested, certificate->text);  // which tells the key as well
  }
  base::Result<std::string> alpn = detail::alpn_on_the_wire(options.alpn);
  if (!alpn) return std::unexpected(alpn.error());
  material->alpn = std::move(*alpn);
  detail::append_field(digested, material->alpn);
  material->digest = base::sha256_hex(digested);
  return build(std::move(material));
}

base::Result<TlsClientContext> TlsClientContext::duplicate() const {
  return build(state_->material);
}

base::Result<TlsClientContext> TlsClientContext::build(std::shared_ptr<const Material> material) {
  const detail::ErrorScope errors;
  base::Result<detail::SslContextHandle> made =
      detail::new_context(detail::TlsSide::kClient, TlsVersion::k12);
  if (!made) return std::unexpected(made.error());
  SSL_CTX* context = made->get();
  SSL_CTX_set1_cert_store(context, material->roots.get());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, detail::note_verification);
  if (material->identity) {
    const base::Result<> used = detail::use_copy(context, *material->identity);
    if (!used) return base::fail("TLS client certificate cannot be used: " + used.error().message);
  }
  if (!material->alpn.empty()) {
    SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(material->alpn.data()),
                            static_cast<unsigned>(material->alpn.size()));
  }
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, keep_ticket);
  auto state = std::make_shared<State>();
  state->material = std::move(material);
  state->context = std::move(*made);
  return TlsClientContext(std::move(state));
}

TlsSession TlsClientContext::connect(int fd, std::string_view host, std::uint16_t port,
                                     Alpn alpn) const {
  const detail::ErrorScope errors;
  auto session = std::make_unique<TlsSession::State>();
  session->context = state_;
  session->host = host;
  if (session->host.ends_with('.')) session->host.pop_back();
  session->tickets = state_->tickets;
  session->ticket_key = session->host + ':' + std::to_string(port);
  if (!detail::attach(*session, state_->context.get(), fd)) return TlsSession(std::move(session));
  SSL* ssl = session->ssl.get();
  if (alpn == Alpn::kHttp1) {
    constexpr unsigned char kHttp1[] = "\x08http/1.1";
    SSL_set_alpn_protos(ssl, kHttp1, sizeof kHttp1 - 1);
  }
  if (!expect_host(ssl, session->host)) {
    session->fail(TlsFailure::kProtocol, "no certificate can be for such a host name");
    return TlsSession(std::move(session));
  }
  if (SSL_SESSION* earlier = state_->tickets->find(session->ticket_key)) {
    SSL_set_session(ssl, earlier);
  }
  SSL_set_connect_state(ssl);
  return TlsSession(std::move(session));
}

const std::string& TlsClientContext::identity() const { return state_->material->digest; }

}  // namespace barbacane::net
