#pragma once

#include <expected>
#include <memory>

#include "app/reload_thread.h"
#include "app/run_flags.h"
#include "base/hash.h"
#include "gateway/gateway.h"
#include "telemetry/log.h"

/// The artifact file that `serve` was given, loaded once and again.
///
/// Every load takes the steps of a start (cli.md, 6.2, 4 to 8) with the flags of the start. A file
/// that fails one never replaces what is being served. Blocking; one thread at a time.
namespace barbacane::app {

class ServedArtifact {
 public:
  /// What is passed outlives this.
  ServedArtifact(const RunFlags& flags, telemetry::Log& log) : flags_(flags), log_(log) {}

  std::expected<std::shared_ptr<const gateway::Snapshot>, gateway::StartError> load(
      gateway::Gateway& gateway);

  /// Loads and swaps, or says why not: an event in the log and a line on standard error. The very
  /// file that is being served is not loaded again, unless it was asked for and secrets that may
  /// have changed went into it.
  void reload(gateway::Gateway& gateway, Reloadable::Cause cause);

 private:
  std::expected<std::string, gateway::StartError> read() const;
  void report_failure(const gateway::StartError& error);

  const RunFlags& flags_;
  telemetry::Log& log_;
  base::Sha256 served_{};  ///< of the file
};

}  // namespace barbacane::app
