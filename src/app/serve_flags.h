#pragma once

#include <cstdint>
#include <optional>

#include "app/commands.h"
#include "app/run_flags.h"

/// What the command line and the environment say to `serve` (cli.md, 6.1 and 11).
namespace barbacane::app {

struct ServeFlags : RunFlags {
  /// Whether files are loaded again when they change, or on SIGHUP only.
  enum class Reload : std::uint8_t { kOnSignal, kOnSignalAndChange } reload = Reload::kOnSignal;
};

/// Nothing when the gateway is to start; otherwise the exit code, everything having been said.
std::optional<int> parse_serve_flags(Arguments arguments, ServeFlags& flags);

}  // namespace barbacane::app
