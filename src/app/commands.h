#pragma once

#include <span>
#include <string>
#include <string_view>

/// The commands of `barbacane`, one file each.
///
/// A command takes the words after its name, talks to the person on standard error, and returns the
/// exit code. Standard output carries only help, `--format json`, the log of `serve` and what
/// `plugin` is asked for. Contract: cli.md, sections 1 to 6.
namespace barbacane::app {

using Arguments = std::span<const std::string>;

int run_init(Arguments arguments);
int run_dev(Arguments arguments);
int run_compile(Arguments arguments);
int run_validate(Arguments arguments);
int run_serve(Arguments arguments);
int run_plugin(Arguments arguments);

struct Command {
  std::string_view name;
  std::string_view summary;
  int (*run)(Arguments);
};

/// In the order of `--help`.
inline constexpr Command kCommands[] = {
    {"init", "Create a project: a manifest and a first spec", run_init},
    {"dev", "Serve a project while you work on it", run_dev},
    {"compile", "Check specs and seal them into an artifact", run_compile},
    {"validate", "Check specs without a project", run_validate},
    {"serve", "Run the gateway on an artifact", run_serve},
    {"plugin", "Find, make and check plugins", run_plugin},
};

/// Exit codes every command shares.
inline constexpr int kSuccess = 0;
inline constexpr int kFailure = 1;
inline constexpr int kUsage = 2;
inline constexpr int kArtifactUnreadable = 10;

}  // namespace barbacane::app
