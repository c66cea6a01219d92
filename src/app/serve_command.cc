#include <csignal>
#include <cstdint>
#include <cstdio>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include <fmt/core.h>
#include <sys/resource.h>

#include "app/commands.h"
#include "app/serve_flags.h"
#include "app/shutdown_signals.h"
#include "base/file.h"
#include "gateway/gateway.h"
#include "telemetry/log.h"

/// `barbacane serve`: cli.md, section 6. The start sequence of 6.2, the lines of 6.3, the exit
/// codes of 6.4.
namespace barbacane::app {

namespace {

using gateway::Gateway;
using gateway::Snapshot;
using gateway::StartError;

/// A line on standard error. That nobody reads it any more (`serve 2>&1 | tee log`, interrupted)
/// must not stop a gateway that serves or drains; `fmt::print` would throw.
template <class... Values>
void say(fmt::format_string<Values...> format, Values&&... values) {
  std::fputs(fmt::format(format, std::forward<Values>(values)...).c_str(), stderr);
}

int report(const StartError& error) {
  say("error: {}\n", error.message);
  return error.exit_code;
}

/// Every connection is a descriptor; the soft limit of most systems is a tenth of our default cap.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::expected<std::shared_ptr<const Snapshot>, StartError> load_artifact(const ServeFlags& flags) {
  const std::string& path = flags.options.artifact_path;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return std::unexpected(StartError{kArtifactUnreadable, "artifact not found: " + path});
  }
  const auto bytes = base::read_file(path);
  if (!bytes) {
    return std::unexpected(
        StartError{kArtifactUnreadable,
                   fmt::format("failed to read artifact {}: {}", path, bytes.error().message)});
  }
  return gateway::load(*bytes, flags.trusted_public_key, flags.options);
}

void print_addresses(const Gateway& gateway) {
  say("barbacane: listening on http://{}\n", gateway.traffic_address());
  if (const std::string admin = gateway.admin_address(); !admin.empty()) {
    say("barbacane: admin API on http://{}\n", admin);
  }
}

void shut_down(Gateway& gateway) {
  say("barbacane: received shutdown signal, draining connections...\n");
  const std::size_t cut = gateway.shutdown([](std::size_t open) {
    say("barbacane: waiting for {} active connection(s) to complete...\n", open);
  });
  if (cut == 0) {
    say("barbacane: all connections drained, shutting down\n");
  } else {
    say("barbacane: shutdown timeout reached, {} connection(s) still active\n", cut);
  }
}

}  // namespace

int run_serve(Arguments arguments) {
  ServeFlags flags;
  if (const auto exit = parse_serve_flags(arguments, flags)) return *exit;

  ShutdownSignals signals;
  raise_descriptor_limit();
  telemetry::Log log(flags.log_level, flags.log_format);

  auto gateway = Gateway::create(flags.options, log);
  if (!gateway) return report(gateway.error());
  auto snapshot = load_artifact(flags);
  if (!snapshot) return report(snapshot.error());
  if (flags.trusted_public_key.empty()) {
    log.event(telemetry::Level::kWarn, "barbacane::artifact", "signature_check_disabled");
  }
  say("barbacane: loaded {} route(s) from artifact\n", gateway::route_count(**snapshot));
  if (const auto started = (*gateway)->start(std::move(*snapshot)); !started) {
    return report(started.error());
  }
  print_addresses(**gateway);

  const int signal = signals.wait();
  const std::uint64_t open = (*gateway)->open_connections();
  log.event(telemetry::Level::kInfo, "barbacane", "shutdown",
            {{"signal", std::string_view(signal == SIGINT ? "SIGINT" : "SIGTERM")},
             {"active_connections", open}});
  shut_down(**gateway);
  return kSuccess;
}

}  // namespace barbacane::app
