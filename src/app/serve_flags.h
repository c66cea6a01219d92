#pragma once

#include <optional>
#include <string>

#include "app/commands.h"
#include "gateway/gateway.h"
#include "telemetry/log.h"

/// What the command line and the environment say to `serve` (cli.md, 6.1 and 11).
namespace barbacane::app {

struct ServeFlags {
  gateway::Options options;
  telemetry::Level log_level = telemetry::Level::kInfo;
  telemetry::LogFormat log_format = telemetry::LogFormat::kJson;
  std::string trusted_public_key;  ///< BARBACANE_TRUSTED_PUBKEY, trimmed; empty = no check
};

/// Nothing when the gateway is to start; otherwise the exit code.
std::optional<int> parse_serve_flags(Arguments arguments, ServeFlags& flags);

}  // namespace barbacane::app
