#pragma once

#include <chrono>

#include "gateway/client_ip.h"
#include "gateway/gateway.h"

namespace barbacane::gateway {

/// The flags as the workers use them. Immutable and shared by all of them; outlives them.
struct Settings {
  Options options;
  TrustedProxies trusted_proxies;
  std::chrono::steady_clock::time_point started;

  bool development() const { return options.errors == Options::ErrorDetail::kDevelopment; }
};

}  // namespace barbacane::gateway
