#pragma once

#include <chrono>
#include <string_view>

#include "base/result.h"
#include "gateway/dispatchers/http_upstream_config.h"

/// The config of `ws-upstream` (plugins contract, 3.2).
namespace barbacane::gateway {

struct WsUpstreamConfig {
  /// What it has in common with `http-upstream`: where to, by which path, in which time. The
  /// origin's scheme is `http` for `ws` and `https` for `wss`.
  HttpUpstreamConfig handshake;
  /// Without a frame either way; zero: for ever.
  std::chrono::milliseconds idle_timeout{300'000};
};

/// `json` is the config with its secrets in place. The error names the field and repeats no value.
base::Result<WsUpstreamConfig> parse_ws_upstream_config(std::string_view json);

}  // namespace barbacane::gateway
