#pragma once

#include <string>

#include "gateway/gateway.h"
#include "telemetry/log.h"

/// What `serve` and `dev` run with alike, and the environment says to both (cli.md, 11).
namespace barbacane::app {

struct RunFlags {
  gateway::Options options;
  telemetry::Level log_level = telemetry::Level::kInfo;
  telemetry::LogFormat log_format = telemetry::LogFormat::kJson;
  std::string trusted_public_key;  ///< BARBACANE_TRUSTED_PUBKEY, trimmed; empty = no check
};

/// Fills in what variables say; a value that cannot be one leaves the default.
void read_environment(RunFlags& flags);

}  // namespace barbacane::app
