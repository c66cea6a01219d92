#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "artifact/artifact.h"
#include "telemetry/log.h"

/// The data plane: an artifact being served.
///
/// `load` turns an artifact into an immutable snapshot; a `Gateway` runs workers that answer from
/// the current one. README.md of this folder tells the life of a request. Contract:
/// data-plane.md; start-up order and exit codes: cli.md 6.
namespace barbacane::gateway {

class Snapshot;

/// A start-up step that failed, with the exit code of its class (CLI contract, 6.4) and the text
/// after `error: `.
struct StartError {
  int exit_code = 1;
  std::string message;
};

/// What the flags of `serve` say.
struct Options {
  std::string listen = "0.0.0.0:8080";        ///< ip:port
  std::string admin_bind = "127.0.0.1:8081";  ///< ip:port or `off`
  enum class ErrorDetail { kProduction, kDevelopment } errors = ErrorDetail::kProduction;
  enum class PlaintextUpstreams { kRefuse, kAllow } plaintext = PlaintextUpstreams::kRefuse;
  std::size_t max_body_size = 1'048'576;
  std::size_t max_headers = 100;
  std::size_t max_header_size = 8192;
  std::size_t max_uri_length = 8192;
  std::chrono::seconds keepalive_timeout{60};
  std::chrono::seconds shutdown_timeout{30};
  std::vector<std::string> trusted_proxies;  ///< addresses and CIDR blocks
  unsigned workers = 0;                      ///< 0 = usable cores
  std::size_t max_connections = 10'000;
  std::string artifact_path;  ///< for logs
};

/// Start-up steps 4 to 8 on the bytes of an artifact; `trusted_public_key` as of
/// BARBACANE_TRUSTED_PUBKEY. Blocking; call off the workers.
std::expected<std::shared_ptr<const Snapshot>, StartError> load(
    std::string_view archive, const std::string& trusted_public_key, const Options& options);
std::size_t route_count(const Snapshot& snapshot);

class Gateway {
 public:
  /// Checks the flag values that can only be wrong by content (addresses, CIDR blocks): exit 1.
  static std::expected<std::unique_ptr<Gateway>, StartError> create(Options options,
                                                                    telemetry::Log& log);
  ~Gateway();

  /// Binds and starts the workers: exit 15 when the traffic address cannot be bound. A busy admin
  /// address is logged and left.
  std::expected<void, StartError> start(std::shared_ptr<const Snapshot> snapshot);

  /// Bound addresses, for the lines on standard error. The admin one is empty when off or busy.
  std::string traffic_address() const;
  std::string admin_address() const;

  /// Connections on the traffic port right now. Any thread.
  std::size_t open_connections() const;

  /// Every request that begins from now on is answered from this snapshot. Any thread.
  void swap(std::shared_ptr<const Snapshot> snapshot);

  /// Stops accepting, lets requests finish for `shutdown_timeout`, cuts the rest, joins the
  /// workers. `progress` is called every 500 ms with the number of open connections while waiting.
  /// Returns the connections that were cut.
  std::size_t shutdown(const std::function<void(std::size_t open)>& progress);

 private:
  struct Impl;
  explicit Gateway(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace barbacane::gateway
