#include "testkit/tls.h"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>

#include "testkit/error.h"

namespace barbacane::testkit {

namespace {

using std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& what) {
  std::string reasons;
  while (const unsigned long code = ::ERR_get_error()) {
    char text[256];
    ::ERR_error_string_n(code, text, sizeof text);
    reasons += std::string(": ") + text;
  }
  throw TestkitError(what + reasons);
}

void expect(bool done, const std::string& what) {
  if (!done) fail(what);
}

int number_of(TlsVersion version) {
  switch (version) {
    case TlsVersion::kTls10:
      return TLS1_VERSION;
    case TlsVersion::kTls11:
      return TLS1_1_VERSION;
    case TlsVersion::kTls12:
      return TLS1_2_VERSION;
    case TlsVersion::kTls13:
      return TLS1_3_VERSION;
    case TlsVersion::kAny:
      break;
  }
  return 0;
}

std::string alpn_wire(const std::vector<std::string>& names) {
  std::string wire;
  for (const std::string& name : names) wire += static_cast<char>(name.size()) + name;
  return wire;
}

std::shared_ptr<SSL_CTX> make_context(const SSL_METHOD* method, TlsVersion least, TlsVersion most) {
  // OpenSSL writes to sockets without MSG_NOSIGNAL.
  std::signal(SIGPIPE, SIG_IGN);
  std::shared_ptr<SSL_CTX> context(::SSL_CTX_new(method), ::SSL_CTX_free);
  expect(context != nullptr, "no TLS context");
  ::SSL_CTX_set_min_proto_version(context.get(), number_of(least));
  ::SSL_CTX_set_max_proto_version(context.get(), number_of(most));
  ::SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY);
  return context;
}

void use(SSL_CTX* context, const std::string& certificate, const std::string& key) {
  expect(::SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) == 1,
         "certificate " + certificate);
  expect(::SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) == 1, "key " + key);
}

int choose_alpn(SSL*, const unsigned char** chosen, unsigned char* length,
                const unsigned char* offered, unsigned int offered_length, void* wire_text) {
  const std::string& wire = *static_cast<const std::string*>(wire_text);
  unsigned char* found = nullptr;
  const int result =
      ::SSL_select_next_proto(&found, length, reinterpret_cast<const unsigned char*>(wire.data()),
                              static_cast<unsigned int>(wire.size()), offered, offered_length);
  *chosen = found;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

std::shared_ptr<X509> peer_certificate(SSL* ssl) {
  return {::SSL_get1_peer_certificate(ssl), [](X509* it) { ::X509_free(it); }};
}

}  // namespace

TlsServerContext::TlsServerContext(const TlsServerOptions& options)
    : alpn_(std::make_shared<std::string>(alpn_wire(options.alpn))),
      context_(make_context(::TLS_server_method(), options.least, options.most)) {
  SSL_CTX* context = context_.get();
  ::SSL_CTX_set_security_level(context, 0);
  use(context, options.certificate, options.key);
  if (!alpn_->empty()) {
    ::SSL_CTX_set_alpn_select_cb(context, choose_alpn, const_cast<std::string*>(alpn_.get()));
  }
  if (options.client_certificate != ClientCertificate::kNotAsked) {
    expect(::SSL_CTX_load_verify_locations(context, options.client_trust.c_str(), nullptr) == 1,
           "CA file " + options.client_trust);
    ::SSL_CTX_set_client_CA_list(context, ::SSL_load_client_CA_file(options.client_trust.c_str()));
    const bool required = options.client_certificate == ClientCertificate::kRequired;
    ::SSL_CTX_set_verify(
        context, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
    ::SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>("testkit"), 7);
  }
}

TlsSession::TlsSession(std::shared_ptr<SSL_CTX> context, int socket)
    : context_(std::move(context)), ssl_(::SSL_new(context_.get()), ::SSL_free), socket_(socket) {
  ::SSL_set_fd(ssl_.get(), socket_);
}

std::unique_ptr<TlsSession> TlsSession::connect(int socket, const TlsClientOptions& options,
                                                std::chrono::milliseconds timeout) {
  auto context = make_context(::TLS_client_method(), options.least, options.most);
  ::SSL_CTX_set_security_level(context.get(), 0);
  if (!options.certificate.empty()) use(context.get(), options.certificate, options.key);
  if (!options.ciphers.empty()) ::SSL_CTX_set_cipher_list(context.get(), options.ciphers.c_str());
  if (!options.trust.empty()) {
    expect(::SSL_CTX_load_verify_locations(context.get(), options.trust.c_str(), nullptr) == 1,
           "CA file " + options.trust);
    ::SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  }
  std::unique_ptr<TlsSession> session(new TlsSession(std::move(context), socket));
  SSL* ssl = session->ssl_.get();
  if (!options.server_name.empty()) {
    ::SSL_set_tlsext_host_name(ssl, options.server_name.c_str());
    if (!options.trust.empty()) ::SSL_set1_host(ssl, options.server_name.c_str());
  }
  const std::string alpn = alpn_wire(options.alpn);
  if (!alpn.empty())
    ::SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(alpn.data()),
                          static_cast<unsigned int>(alpn.size()));
  if (options.session) ::SSL_set_session(ssl, static_cast<SSL_SESSION*>(options.session.get()));
  ::SSL_set_connect_state(ssl);
  session->shake_hands(timeout);
  return session;
}

std::unique_ptr<TlsSession> TlsSession::accept(int socket, const TlsServerContext& context,
                                               std::chrono::milliseconds timeout) {
  std::unique_ptr<TlsSession> session(new TlsSession(context.context_, socket));
  ::SSL_set_accept_state(session->ssl_.get());
  session->shake_hands(timeout);
  return session;
}

/// After a call that did not get on: waits for what it wants. False when it is over, or too late.
bool TlsSession::wait(int result, steady_clock::time_point deadline) const {
  const int error = ::SSL_get_error(ssl_.get(), result);
  if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return false;
  pollfd entry{socket_, static_cast<short>(error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT), 0};
  int ready = 0;
  do {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
    ready = ::poll(&entry, 1, static_cast<int>(std::max<long>(0, left.count())));
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

void TlsSession::shake_hands(std::chrono::milliseconds timeout) {
  const auto deadline = steady_clock::now() + timeout;
  ::ERR_clear_error();
  int result = 0;
  while ((result = ::SSL_do_handshake(ssl_.get())) != 1) {
    if (wait(result, deadline)) continue;
    const long verdict = ::SSL_get_verify_result(ssl_.get());
    fail(verdict == X509_V_OK
             ? std::string("the TLS handshake fails")
             : std::string("the TLS handshake fails: ") + ::X509_verify_cert_error_string(verdict));
  }
}

std::optional<std::size_t> TlsSession::write(std::string_view bytes,
                                             std::chrono::milliseconds within) {
  const auto deadline = steady_clock::now() + within;
  ::ERR_clear_error();
  std::size_t written = 0;
  int result = 0;
  while ((result = ::SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written)) != 1) {
    if (wait(result, deadline)) continue;
    const int error = ::SSL_get_error(ssl_.get(), result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return 0;
    return std::nullopt;
  }
  return written;
}

std::optional<std::size_t> TlsSession::read(char* bytes, std::size_t most,
                                            std::chrono::milliseconds within) {
  const auto deadline = steady_clock::now() + within;
  ::ERR_clear_error();
  std::size_t got = 0;
  int result = 0;
  while ((result = ::SSL_read_ex(ssl_.get(), bytes, most, &got)) != 1) {
    if (wait(result, deadline)) continue;
    const int error = ::SSL_get_error(ssl_.get(), result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return std::nullopt;
    return 0;
  }
  return got;
}

bool TlsSession::pending() const { return ::SSL_has_pending(ssl_.get()) == 1; }

void TlsSession::say_goodbye() {
  ::ERR_clear_error();
  if ((::SSL_get_shutdown(ssl_.get()) & SSL_SENT_SHUTDOWN) == 0) ::SSL_shutdown(ssl_.get());
}

bool TlsSession::peer_said_goodbye() const {
  return (::SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
}

std::string TlsSession::alpn() const {
  const unsigned char* name = nullptr;
  unsigned int length = 0;
  ::SSL_get0_alpn_selected(ssl_.get(), &name, &length);
  return name == nullptr ? std::string() : std::string(name, name + length);
}

std::string TlsSession::version() const { return ::SSL_get_version(ssl_.get()); }

std::string TlsSession::cipher() const { return ::SSL_get_cipher_name(ssl_.get()); }

bool TlsSession::resumed() const { return ::SSL_session_reused(ssl_.get()) == 1; }

std::string TlsSession::server_name() const {
  const char* name = ::SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? "" : name;
}

std::string TlsSession::peer_name() const {
  const auto certificate = peer_certificate(ssl_.get());
  if (!certificate) return {};
  char name[256] = "";
  ::X509_NAME_get_text_by_NID(::X509_get_subject_name(certificate.get()), NID_commonName, name,
                              sizeof name);
  return name;
}

std::string TlsSession::peer_serial() const {
  const auto certificate = peer_certificate(ssl_.get());
  if (!certificate) return {};
  const std::unique_ptr<BIGNUM, decltype(&::BN_free)> number(
      ::ASN1_INTEGER_to_BN(::X509_get0_serialNumber(certificate.get()), nullptr), ::BN_free);
  char* text = ::BN_bn2hex(number.get());
  std::string serial = text;
  OPENSSL_free(text);
  return serial;
}

std::shared_ptr<void> TlsSession::session() const {
  return {::SSL_get1_session(ssl_.get()),
          [](void* it) { ::SSL_SESSION_free(static_cast<SSL_SESSION*>(it)); }};
}

}  // namespace barbacane::testkit
