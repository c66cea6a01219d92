#include "net/detail/tls_client_tickets.h"

#include <ctime>

namespace barbacane::net::detail {

namespace {

constexpr std::size_t kMaxServers = 256;
/// The certificate is not looked at again while sessions are resumed.
constexpr long kMaxAgeSeconds = 3600;

}  // namespace

void TlsClientTickets::keep(const std::string& server, SslSessionHandle session) {
  if (sessions_.size() >= kMaxServers && !sessions_.contains(server)) {
    sessions_.erase(sessions_.begin());
  }
  sessions_[server] = std::move(session);
}

SSL_SESSION* TlsClientTickets::find(const std::string& server) {
  const auto found = sessions_.find(server);
  if (found == sessions_.end()) return nullptr;
  SSL_SESSION* session = found->second.get();
  const long age = static_cast<long>(std::time(nullptr)) - SSL_SESSION_get_time(session);
  if (SSL_SESSION_is_resumable(session) == 1 && age >= 0 && age < kMaxAgeSeconds &&
      age < SSL_SESSION_get_timeout(session)) {
    return session;
  }
  sessions_.erase(found);
  return nullptr;
}

}  // namespace barbacane::net::detail
