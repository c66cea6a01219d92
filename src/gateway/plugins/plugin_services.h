#pragma once

#include "gateway/random.h"
#include "net/event_loop.h"
#include "services/outbound_http.h"
#include "services/uuid.h"
#include "telemetry/log.h"

namespace barbacane::gateway {

struct Options;
struct ProcessState;

/// What host functions have at hand besides the request they are called for. One a worker, its
/// thread only; and one of a loader, for `init`.
struct PluginServices {
  net::EventLoop& loop;
  services::OutboundHttp& outbound;
  Random& random;
  ProcessState& process;
  const Options& options;
  telemetry::Log* log;  ///< null: nobody listens
  services::UuidV7 uuid = {};
};

}  // namespace barbacane::gateway
