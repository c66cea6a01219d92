#pragma once

#include <string>
#include <unordered_map>

#include "net/detail/tls_handles.h"

/// Sessions of a client to be resumed: for each server the latest ticket.
///
/// Bounded: when full, some other server's is forgotten. Belongs to one worker.
namespace barbacane::net::detail {

class TlsClientTickets {
 public:
  void keep(const std::string& server, SslSessionHandle session);
  void forget(const std::string& server) { sessions_.erase(server); }
  /// Null when there is none that is worth trying. Holds until the next call.
  SSL_SESSION* find(const std::string& server);

 private:
  std::unordered_map<std::string, SslSessionHandle> sessions_;
};

}  // namespace barbacane::net::detail
