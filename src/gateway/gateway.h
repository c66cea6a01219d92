#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "artifact/artifact.h"
#include "base/cores.h"
#include "net/egress.h"
#include "telemetry/log.h"

/// The data plane: an artifact being served.
///
/// `load` turns an artifact into an immutable snapshot; a `Gateway` runs workers that answer from
/// the current one. README.md of this folder tells the life of a request. Contract:
/// data-plane.md; start-up order and exit codes: cli.md 6.
namespace barbacane::gateway {

struct ProcessState;  // process_state.h
class Snapshot;

/// A start-up step that failed, with the exit code of its class (CLI contract, 6.4) and the text
/// after `error: `.
struct StartError {
  int exit_code = 1;
  std::string message;
};

/// TLS on the traffic port, as the flags say it; the texts are paths or secret references.
struct TlsFlags {
  struct Pair {
    std::string certificate, key;
  };
  std::vector<Pair> pairs;  ///< in the order of the flags; none = cleartext
  enum class MinVersion : std::uint8_t { kTls12, kTls13 } min_version = MinVersion::kTls12;
  std::optional<std::string> client_ca;
  enum class ClientAuth : std::uint8_t { kOff, kOptional, kRequired };
  ClientAuth client_auth = ClientAuth::kOff;

  bool enabled() const { return !pairs.empty(); }
};

/// What the flags of `serve` and the environment say (CLI contract, 6.1 and 11).
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
  TlsFlags tls;
  std::uint32_t http2_max_streams = 128;
  std::uint32_t http2_window = 65'535;
  net::EgressGuard egress = net::EgressGuard::kOn;
  std::size_t max_upstream_response_bytes = 16'777'216;  ///< of an answer that is buffered
  std::optional<std::string> secrets_dir;                ///< where `file://` references live
  /// The folder for what may be made again, such as compiled plugins; empty: none is kept.
  std::string cache_dir;
  std::string artifact_path;  ///< for logs

  unsigned worker_count() const { return workers == 0 ? base::usable_cores() : workers; }
};

/// Start-up steps 4 to 8 on the bytes of an artifact; `trusted_public_key` as of
/// BARBACANE_TRUSTED_PUBKEY. The snapshot keeps nothing of `options` and finds what outlives
/// snapshots in `process`. Blocking; call off the workers.
std::expected<std::shared_ptr<const Snapshot>, StartError> load(
    std::string_view archive, const std::string& trusted_public_key, const Options& options,
    ProcessState& process);
std::size_t route_count(const Snapshot& snapshot);
const std::string& artifact_hash(const Snapshot& snapshot);
/// Whether loading the same artifact again may give something else, because secrets went into it.
bool holds_secrets(const Snapshot& snapshot);

class Gateway {
 public:
  /// Checks the flag values that can only be wrong by content (addresses, CIDR blocks, files of
  /// certificates): exit 1, or 13 for a secret that TLS needs.
  static std::expected<std::unique_ptr<Gateway>, StartError> create(Options options,
                                                                    telemetry::Log& log);
  ~Gateway();

  /// What `load` wants to know: it lives as long as the gateway and all it ever served.
  ProcessState& process();

  /// Binds and starts the workers: exit 15 when the traffic address cannot be bound. A busy admin
  /// address is logged and left.
  std::expected<void, StartError> start(std::shared_ptr<const Snapshot> snapshot);

  /// Bound addresses, for the lines on standard error. The admin one is empty when off or busy.
  std::string traffic_address() const;
  std::string admin_address() const;

  /// Connections on the traffic port right now. Any thread.
  std::size_t open_connections() const;

  /// Every request that begins after this returns is answered from this snapshot; requests that are
  /// open finish on the one they began with. Waits for the workers, so never call it on one. Any
  /// other thread; without effect once a shutdown is through. Logs the swap.
  void swap(std::shared_ptr<const Snapshot> snapshot);
  /// What requests are answered from now. Null before `start`. Any thread.
  std::shared_ptr<const Snapshot> current() const;

  /// The files that `reload_tls` reads; none on a port without TLS.
  std::vector<std::string> tls_files() const;
  /// Reads certificates and keys again; connections that come from then on see them. What cannot be
  /// read or used leaves everything as it was. Logs how it went. Blocking, one thread at a time,
  /// not a worker's.
  void reload_tls();

  /// Frees the snapshots no request looks at any more, which takes a while when they are big: the
  /// thread that reloads calls it now and then, so that no worker has to. Returns how many are
  /// still in use.
  std::size_t free_retired();

  /// Stops accepting, lets requests, and calls of plugins that nobody waits for, finish for
  /// `shutdown_timeout`, cuts the rest, joins the workers. `progress` is called every 500 ms with
  /// the number of open connections while waiting. Returns the connections that were cut.
  std::size_t shutdown(const std::function<void(std::size_t open)>& progress);

 private:
  struct Impl;
  explicit Gateway(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace barbacane::gateway
