#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/run_flags.h"

/// What the command line and the environment say to `dev` (cli.md, 3 and 11).
namespace barbacane::app {

struct DevFlags : RunFlags {
  std::string manifest = "barbacane.yaml";
  std::vector<std::string> specs;  ///< as typed; empty takes the manifest's folder
  bool no_bundled_plugins = false;
  std::chrono::milliseconds debounce{300};
};

/// Nothing when the command is to run; otherwise the exit code, everything having been said.
std::optional<int> parse_dev_flags(Arguments arguments, DevFlags& flags);

}  // namespace barbacane::app
