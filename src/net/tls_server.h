#pragma once

#include <memory>

#include "base/result.h"
#include "net/tls_server_material.h"
#include "net/tls_session.h"
#include "net/tls_ticket_keys.h"

/// The server side of TLS on one worker.
///
/// Holds copies of its own of all that OpenSSL counts references of or locks, so that handshakes on
/// different workers share nothing but the ticket keys. Belongs to one thread; sessions made by it
/// may outlive it. Ciphers and groups: data-plane.md 11, in detail/tls_policy.cc. No renegotiation,
/// compression, early data or session cache: clients resume by ticket.
namespace barbacane::net {

class TlsServerContext {
 public:
  /// Fails only where OpenSSL does. Any thread, several at once.
  static base::Result<TlsServerContext> make(std::shared_ptr<const TlsServerMaterial> material,
                                             std::shared_ptr<TlsTicketKeys> ticket_keys);
  TlsServerContext(TlsServerContext&&) noexcept;
  TlsServerContext& operator=(TlsServerContext&&) noexcept;
  ~TlsServerContext();

  /// A session for an accepted socket; its handshake comes next.
  TlsSession accept(int fd) const;

  const TlsServerMaterial& material() const;

 private:
  struct State;
  explicit TlsServerContext(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;
};

}  // namespace barbacane::net
