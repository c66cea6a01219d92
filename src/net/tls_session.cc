#include "net/tls_session.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "net/detail/tls_errors.h"
#include "net/detail/tls_session_state.h"

namespace barbacane::net {

namespace detail {

bool attach(TlsConnection& connection, SSL_CTX* context, int fd) {
  connection.transport.fd = fd;
  connection.ssl.reset(SSL_new(context));
  BIO* bio = new_transport_bio(connection.transport);
  if (!connection.ssl || bio == nullptr) {
    BIO_free(bio);
    connection.ssl.reset();
    return false;
  }
  SSL_set_bio(connection.ssl.get(), bio, bio);
  SSL_set_app_data(connection.ssl.get(), &connection);
  return true;
}

int note_verification(int accepted, X509_STORE_CTX* verification) {
  if (accepted == 1) return accepted;
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx()));
  TlsConnection& connection = TlsConnection::of(ssl);
  if (connection.verification.empty()) {
    connection.verification = describe_verification(verification, connection.host);
  }
  return accepted;
}

}  // namespace detail

using detail::ErrorScope;

TlsSession::State::~State() {
  // A session that both sides leave without farewell would not be resumable otherwise. Most HTTP
  // peers do that.
  if (ssl && ended != TlsStep::kFailed) {
    SSL_set_shutdown(ssl.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  }
}

TlsStep TlsSession::State::fail(TlsFailure why, std::string text) {
  failure = why;
  failure_text = std::move(text);
  return ended = TlsStep::kFailed;
}

TlsStep TlsSession::State::conclude(int result) {
  switch (SSL_get_error(ssl.get(), result)) {
    case SSL_ERROR_NONE:
      return TlsStep::kDone;
    case SSL_ERROR_WANT_READ:
      return TlsStep::kWantRead;
    case SSL_ERROR_WANT_WRITE:
      return TlsStep::kWantWrite;
    case SSL_ERROR_ZERO_RETURN:
      return ended = TlsStep::kEnd;
    case SSL_ERROR_SYSCALL:
      if (transport.error != 0) {
        return fail(TlsFailure::kConnection, std::strerror(transport.error));
      }
      if (SSL_is_init_finished(ssl.get()) == 0) {
        return fail(TlsFailure::kTruncated, "the peer closed the connection during the handshake");
      }
      return fail(TlsFailure::kTruncated, "the peer closed the connection without close_notify");
    default:
      break;
  }
  if (!verification.empty()) return fail(TlsFailure::kCertificate, verification);
  detail::TlsTrouble trouble = detail::last_trouble();
  return fail(trouble.failure, std::move(trouble.text));
}

void TlsSession::State::look_for_alert() {
  if (failure != TlsFailure::kConnection) return;
  std::string first = std::exchange(failure_text, {});
  transport.error = 0;
  transport.drained = false;
  char byte;
  std::size_t got = 0;
  const TlsStep step = conclude(SSL_peek_ex(ssl.get(), &byte, 1, &got));
  if (step == TlsStep::kDone) {
    takes_no_more = more = true;
    ended = TlsStep::kDone;
    failure = TlsFailure::kNone;
    return;
  }
  if (step != TlsStep::kFailed || failure != TlsFailure::kRefused) {
    fail(TlsFailure::kConnection, std::move(first));
  }
}

TlsSession::TlsSession(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsSession::TlsSession(TlsSession&&) noexcept = default;
TlsSession& TlsSession::operator=(TlsSession&&) noexcept = default;
TlsSession::~TlsSession() = default;

TlsStep TlsSession::handshake() {
  if (state_->ended != TlsStep::kDone) return state_->ended;
  if (!state_->ssl) return state_->fail(TlsFailure::kProtocol, "out of memory");
  const ErrorScope errors;
  state_->transport.receives = 0;
  const TlsStep step = state_->conclude(SSL_do_handshake(state_->ssl.get()));
  state_->more = step == TlsStep::kDone && SSL_has_pending(state_->ssl.get()) != 0;
  // Whatever went wrong, the next attempt goes without the ticket.
  if (step == TlsStep::kFailed && state_->tickets) state_->tickets->forget(state_->ticket_key);
  return step;
}

TlsTransfer TlsSession::read(char* into, std::size_t size) {
  if (state_->ended != TlsStep::kDone) {
    state_->more = false;
    return {state_->ended, 0};
  }
  const ErrorScope errors;
  state_->transport.receives = 0;
  SSL* ssl = state_->ssl.get();
  std::size_t total = 0;
  while (total < size) {
    std::size_t got = 0;
    const TlsStep step = state_->conclude(SSL_read_ex(ssl, into + total, size - total, &got));
    if (step != TlsStep::kDone) {
      // An end found behind bytes is told by the next call.
      state_->more = total > 0 && state_->ended != TlsStep::kDone;
      return {total > 0 ? TlsStep::kDone : step, total};
    }
    total += got;
    state_->more = SSL_has_pending(ssl) != 0;
    if (!state_->more) break;
  }
  return {TlsStep::kDone, total};
}

TlsTransfer TlsSession::write(const char* bytes, std::size_t size) {
  if (state_->ended == TlsStep::kFailed || state_->takes_no_more) return {TlsStep::kFailed, 0};
  const ErrorScope errors;
  state_->transport.receives = 0;
  SSL* ssl = state_->ssl.get();
  std::size_t total = 0;
  while (total < size) {
    std::size_t put = 0;
    const TlsStep step = state_->conclude(SSL_write_ex(ssl, bytes + total, size - total, &put));
    if (step == TlsStep::kFailed) state_->look_for_alert();
    if (step != TlsStep::kDone) return {step, total};
    total += put;
  }
  return {TlsStep::kDone, total};
}

TlsStep TlsSession::close() {
  if (state_->ended == TlsStep::kFailed) return TlsStep::kFailed;
  SSL* ssl = state_->ssl.get();
  if (ssl == nullptr || SSL_is_init_finished(ssl) == 0) return TlsStep::kDone;
  const ErrorScope errors;
  state_->transport.receives = 0;
  const int result = SSL_shutdown(ssl);
  if (result >= 0) return TlsStep::kDone;
  return state_->conclude(result);
}

bool TlsSession::has_buffered() const { return state_->more; }

bool TlsSession::is_idle_and_open() {
  if (state_->ended != TlsStep::kDone || !state_->ssl) return false;
  const ErrorScope errors;
  state_->transport.receives = 0;
  state_->transport.insist = true;
  char byte;
  std::size_t got = 0;
  const TlsStep step = state_->conclude(SSL_peek_ex(state_->ssl.get(), &byte, 1, &got));
  state_->transport.insist = false;
  return step == TlsStep::kWantRead && state_->transport.receives < detail::kMaxReceives;
}

std::string_view TlsSession::alpn() const {
  const unsigned char* name = nullptr;
  unsigned length = 0;
  if (state_->ssl) SSL_get0_alpn_selected(state_->ssl.get(), &name, &length);
  return {reinterpret_cast<const char*>(name), length};
}

std::string_view TlsSession::server_name() const {
  if (!state_->ssl) return {};
  const char* name = SSL_get_servername(state_->ssl.get(), TLSEXT_NAMETYPE_host_name);
  return name != nullptr ? std::string_view(name) : std::string_view();
}

TlsVersion TlsSession::version() const {
  return SSL_version(state_->ssl.get()) == TLS1_3_VERSION ? TlsVersion::k13 : TlsVersion::k12;
}

std::string_view TlsSession::cipher() const {
  const SSL_CIPHER* cipher = SSL_get_current_cipher(state_->ssl.get());
  return cipher != nullptr ? SSL_CIPHER_standard_name(cipher) : std::string_view();
}

bool TlsSession::resumed() const {
  return state_->ssl && SSL_session_reused(state_->ssl.get()) == 1;
}

bool TlsSession::peer_verified() const {
  return state_->ssl && SSL_get0_peer_certificate(state_->ssl.get()) != nullptr &&
         SSL_get_verify_result(state_->ssl.get()) == X509_V_OK;
}

std::string TlsSession::peer_subject() const {
  const X509* peer = state_->ssl ? SSL_get0_peer_certificate(state_->ssl.get()) : nullptr;
  return peer != nullptr ? detail::name_text(X509_get_subject_name(peer)) : std::string();
}

TlsFailure TlsSession::failure() const { return state_->failure; }
const std::string& TlsSession::failure_text() const { return state_->failure_text; }

}  // namespace barbacane::net
