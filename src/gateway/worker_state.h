#pragma once

#include "gateway/plugins/plugin_services.h"
#include "gateway/process_state.h"
#include "gateway/random.h"
#include "gateway/settings.h"
#include "gateway/snapshot_ref.h"
#include "http/client/pool.h"
#include "router/router.h"
#include "telemetry/log.h"
#include "validation/workspace.h"

namespace barbacane::gateway {

/// What the requests of one worker share. Its thread only, except before that thread runs.
struct WorkerState {
  WorkerState(const Settings& settings_, telemetry::Log& log_) : settings(settings_), log(log_) {}

  /// Before the first snapshot; both outlive it.
  void open(net::EventLoop& loop, ProcessState& process);
  /// What requests are answered from now on.
  void use(std::shared_ptr<const Snapshot> next);

  const Settings& settings;
  telemetry::Log& log;
  SnapshotRef snapshot;
  Random random;
  router::Lookup lookup;  ///< used between two waits only, as is the next
  validation::Workspace validation;
  std::unique_ptr<http::client::Pool> upstreams;
  std::unique_ptr<services::OutboundHttp> outbound;
  std::unique_ptr<PluginServices> plugin_services;
  enum class Phase : std::uint8_t { kServing, kDraining } phase = Phase::kServing;
};

}  // namespace barbacane::gateway
