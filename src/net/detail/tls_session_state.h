#pragma once

#include <memory>
#include <string>

#include "net/detail/tls_client_tickets.h"
#include "net/detail/tls_handles.h"
#include "net/detail/tls_transport.h"
#include "net/tls_session.h"

/// What a session is made of. The contexts fill it in; OpenSSL's callbacks find it again by the
/// handle's application data.
namespace barbacane::net::detail {

struct TlsConnection {
  Transport transport;
  std::shared_ptr<void> context;              ///< what the callbacks of its SSL_CTX refer to
  std::string host;                           ///< client side: whom the certificate must be for
  std::string verification;                   ///< why the peer's certificate was refused
  std::shared_ptr<TlsClientTickets> tickets;  ///< client side
  std::string ticket_key;                     ///< where its tickets are kept
  SslHandle ssl;                              ///< freed before all that it refers to

  static TlsConnection& of(const SSL* ssl) {
    return *static_cast<TlsConnection*>(SSL_get_app_data(ssl));
  }
};

/// Joins handle, transport and socket; false only when memory is out.
bool attach(TlsConnection& connection, SSL_CTX* context, int fd);

/// For SSL_CTX_set_verify: writes down why a certificate is refused, and changes nothing.
int note_verification(int accepted, X509_STORE_CTX* verification);

}  // namespace barbacane::net::detail

namespace barbacane::net {

struct TlsSession::State : detail::TlsConnection {
  TlsStep ended = TlsStep::kDone;  ///< `kEnd` or `kFailed` once it is over
  bool more = false;               ///< the next `read` is worth trying whatever the socket says
  bool takes_no_more = false;      ///< the peer is gone, but not without words that can be read
  TlsFailure failure = TlsFailure::kNone;
  std::string failure_text;

  ~State();

  /// The step that OpenSSL's result means; remembers how the session ended.
  TlsStep conclude(int result);
  TlsStep fail(TlsFailure why, std::string text);
  /// A peer that refuses us says why and closes; writing then fails before its alert was read. So
  /// does writing to one that has answered before it heard everything.
  void look_for_alert();
};

}  // namespace barbacane::net
