#include "net/tls_server.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include <openssl/core_names.h>
#include <openssl/rand.h>

#include "net/detail/tls_errors.h"
#include "net/detail/tls_policy.h"
#include "net/detail/tls_server_parts.h"
#include "net/detail/tls_session_state.h"

namespace barbacane::net {

namespace {

using detail::TlsConnection;
using CipherHandle = std::unique_ptr<EVP_CIPHER, detail::Free<EVP_CIPHER_free>>;

constexpr long kTicketSeconds = 2 * 3600;
constexpr std::size_t kIvSize = 16;

}  // namespace

/// The callbacks are members, for they see what OpenSSL may not.
struct TlsServerContext::State {
  std::shared_ptr<const TlsServerMaterial> material;
  std::shared_ptr<TlsTicketKeys> ticket_keys;
  std::shared_ptr<const TlsTicketKeys::Pair> ticket_pair;  ///< as last seen
  CipherHandle ticket_cipher{EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr)};
  std::vector<detail::SslContextHandle> groups;

  static State& of(const SSL* ssl) {
    return *static_cast<State*>(TlsConnection::of(ssl).context.get());
  }

  base::Result<> add_group(const TlsServerMaterial::Parts& parts,
                           const TlsServerMaterial::Parts::Group& group);
  base::Result<> ask_for_certificates(SSL_CTX* context, const TlsServerMaterial::Parts& parts);

  static int choose_group(SSL* ssl, int* alert, void*);
  static int choose_protocol(SSL* ssl, const unsigned char** chosen, unsigned char* chosen_size,
                             const unsigned char* offered, unsigned offered_size, void*);
  static int seal_or_open_ticket(SSL* ssl, unsigned char* name, unsigned char* iv,
                                 EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, int seal);
};

base::Result<> TlsServerContext::State::ask_for_certificates(
    SSL_CTX* context, const TlsServerMaterial::Parts& parts) {
  if (parts.client_auth == TlsClientAuth::kNone) return {};
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  // What the operator lists is trusted as it stands, also when it is no root.
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  for (const detail::CertificateHandle& authority : parts.client_authorities) {
    const detail::CertificateHandle copy(X509_dup(authority.get()));
    if (!copy || X509_STORE_add_cert(store, copy.get()) != 1 ||
        SSL_CTX_add_client_CA(context, copy.get()) != 1) {
      return base::fail("the TLS client CA cannot be used: " + detail::last_reason());
    }
  }
  const bool required = parts.client_auth == TlsClientAuth::kRequired;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                     detail::note_verification);
  return {};
}

base::Result<> TlsServerContext::State::add_group(const TlsServerMaterial::Parts& parts,
                                                  const TlsServerMaterial::Parts::Group& group) {
  const detail::ErrorScope errors;
  base::Result<detail::SslContextHandle> made =
      detail::new_context(detail::TlsSide::kServer, parts.min_version);
  if (!made) return std::unexpected(made.error());
  SSL_CTX* context = made->get();
  for (const detail::Identity& identity : group.identities) {
    const base::Result<> used = detail::use_copy(context, identity);
    if (!used) return base::fail("TLS certificate cannot be used: " + used.error().message);
  }
  const base::Result<> asked = ask_for_certificates(context, parts);
  if (!asked) return asked;
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_timeout(context, kTicketSeconds);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_session_id_context(
      context, reinterpret_cast<const unsigned char*>(parts.session_context.data()),
      static_cast<unsigned>(parts.session_context.size()));
  SSL_CTX_set_tlsext_ticket_key_evp_cb(context, seal_or_open_ticket);
  if (!parts.alpn.empty()) SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  if (parts.groups.size() > 1) SSL_CTX_set_tlsext_servername_callback(context, choose_group);
  groups.push_back(std::move(*made));
  return {};
}

int TlsServerContext::State::choose_group(SSL* ssl, int*, void*) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
  const State& state = of(ssl);
  const std::size_t group = state.material->parts_->names.find(name);
  if (group != 0) SSL_set_SSL_CTX(ssl, state.groups[group].get());
  return SSL_TLSEXT_ERR_OK;
}

int TlsServerContext::State::choose_protocol(SSL* ssl, const unsigned char** chosen,
                                             unsigned char* chosen_size,
                                             const unsigned char* offered, unsigned offered_size,
                                             void*) {
  const std::string& ours = of(ssl).material->parts_->alpn;
  const std::string_view theirs(reinterpret_cast<const char*>(offered), offered_size);
  const auto size_at = [](std::string_view list, std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(list[at])) + 1;
  };
  // OpenSSL has checked that their list is well formed.
  for (std::size_t i = 0; i < ours.size(); i += size_at(ours, i)) {
    const std::string_view entry = std::string_view(ours).substr(i, size_at(ours, i));
    for (std::size_t j = 0; j < theirs.size(); j += size_at(theirs, j)) {
      if (theirs.substr(j, size_at(theirs, j)) != entry) continue;
      *chosen = offered + j + 1;
      *chosen_size = offered[j];
      return SSL_TLSEXT_ERR_OK;
    }
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

int TlsServerContext::State::seal_or_open_ticket(SSL* ssl, unsigned char* name, unsigned char* iv,
                                                 EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
                                                 int seal) {
  constexpr int kError = -1;
  constexpr int kUnknownKey = 0;
  constexpr int kGood = 1;
  constexpr int kGoodButIssueAnother = 2;

  State& state = of(ssl);
  state.ticket_keys->refresh(state.ticket_pair, TlsTicketKeys::Clock::now());
  const TlsTicketKeys::Pair& pair = *state.ticket_pair;
  const TlsTicketKey* key = &pair.current;
  if (seal == 1) {
    if (RAND_bytes(iv, kIvSize) != 1) return kError;
    std::memcpy(name, key->name.data(), key->name.size());
  } else if (std::memcmp(name, key->name.data(), key->name.size()) != 0) {
    key = &pair.previous;
    if (std::memcmp(name, key->name.data(), key->name.size()) != 0) return kUnknownKey;
  }
  OSSL_PARAM params[] = {
      OSSL_PARAM_construct_octet_string(
          OSSL_MAC_PARAM_KEY, const_cast<std::uint8_t*>(key->hmac.data()), key->hmac.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>("SHA256"), 0),
      OSSL_PARAM_construct_end()};
  if (EVP_MAC_CTX_set_params(mac, params) != 1 ||
      EVP_CipherInit_ex(cipher, state.ticket_cipher.get(), nullptr, key->aes.data(), iv, seal) !=
          1) {
    return kError;
  }
  if (seal == 1) return kGood;
  // A TLS 1.3 client uses each ticket once (RFC 8446, C.4), so it gets the next one.
  const bool renew = key == &pair.previous || SSL_version(ssl) == TLS1_3_VERSION;
  return renew ? kGoodButIssueAnother : kGood;
}

TlsServerContext::TlsServerContext(std::shared_ptr<State> state) : state_(std::move(state)) {}
TlsServerContext::TlsServerContext(TlsServerContext&&) noexcept = default;
TlsServerContext& TlsServerContext::operator=(TlsServerContext&&) noexcept = default;
TlsServerContext::~TlsServerContext() = default;

base::Result<TlsServerContext> TlsServerContext::make(
    std::shared_ptr<const TlsServerMaterial> material, std::shared_ptr<TlsTicketKeys> ticket_keys) {
  auto state = std::make_shared<State>();
  state->material = std::move(material);
  state->ticket_keys = std::move(ticket_keys);
  const TlsServerMaterial::Parts& parts = *state->material->parts_;
  for (const TlsServerMaterial::Parts::Group& group : parts.groups) {
    const base::Result<> added = state->add_group(parts, group);
    if (!added) return std::unexpected(added.error());
  }
  return TlsServerContext(std::move(state));
}

TlsSession TlsServerContext::accept(int fd) const {
  const detail::ErrorScope errors;
  auto session = std::make_unique<TlsSession::State>();
  session->context = state_;
  if (detail::attach(*session, state_->groups.front().get(), fd)) {
    SSL_set_accept_state(session->ssl.get());
  }
  return TlsSession(std::move(session));
}

const TlsServerMaterial& TlsServerContext::material() const { return *state_->material; }

}  // namespace barbacane::net
