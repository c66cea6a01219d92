#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "gateway/gateway.h"

namespace barbacane::net {
class TlsServerContext;
class TlsServerMaterial;
class TlsTicketKeys;
}  // namespace barbacane::net

/// TLS of the traffic port: the certificates that the flags name, read again when asked.
///
/// A reference among the flags stands for the PEM text itself; no error quotes what it holds.
/// Ticket keys stay the same over reloads, so clients resume their sessions. Reading is blocking:
/// off the workers, one thread at a time.
namespace barbacane::gateway {

class ServerTls {
 public:
  /// The error is one sentence that names the file or the reference, or all references that
  /// cannot be resolved.
  static std::expected<std::unique_ptr<ServerTls>, StartError> load(
      TlsFlags flags, const std::optional<std::string>& secrets_dir);
  ~ServerTls();

  enum class Outcome : std::uint8_t { kSame, kNew };
  /// Leaves everything as it was when it fails.
  base::Result<Outcome> reload();

  /// One of its own for each worker.
  base::Result<std::shared_ptr<const net::TlsServerContext>> make_context() const;

  /// Every file that was read, those of `file://` references among them.
  const std::vector<std::string>& files() const { return files_; }
  /// See TlsServerMaterial.
  std::vector<std::string> warnings() const;

 private:
  ServerTls(TlsFlags flags, const std::optional<std::string>& secrets_dir);

  std::expected<void, StartError> read();

  const TlsFlags flags_;
  const std::string secrets_dir_;
  std::shared_ptr<net::TlsTicketKeys> ticket_keys_;
  std::shared_ptr<const net::TlsServerMaterial> material_;
  std::vector<std::string> files_;
};

}  // namespace barbacane::gateway
