#pragma once

#include <atomic>
#include <cstddef>

#include "gateway/once_each.h"
#include "gateway/plugins/plugin_host.h"
#include "http/client/upstream.h"
#include "net/resolver.h"
#include "services/breakers.h"
#include "services/detached_calls.h"
#include "telemetry/log.h"

/// What outlives snapshots: a reload loses none of it.
///
/// One object a process, made before the first artifact is loaded and handed to every `load`. It
/// outlives whatever was loaded with it. Any thread.
namespace barbacane::gateway {

/// A resolver that tells `log`, which outlives it, when DNS fails or is slow.
net::ResolverOptions resolver_options(telemetry::Log& log);

struct ProcessState {
  ProcessState() = default;
  explicit ProcessState(telemetry::Log& log_) : resolver(resolver_options(log_)), log(&log_) {}

  services::Breakers breakers;
  http::client::Upstreams upstreams;
  net::Resolver resolver;
  PluginHost plugins;
  services::DetachedCalls detached_calls;
  telemetry::Log* log = nullptr;
  std::atomic<std::size_t> websockets{0};  ///< joined right now
  OnceEach plaintext_websockets;           ///< upstreams that were warned of
};

}  // namespace barbacane::gateway
