#include <csignal>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <sys/resource.h>

#include "app/commands.h"
#include "app/file_watch.h"
#include "app/reload_thread.h"
#include "app/say.h"
#include "app/serve_flags.h"
#include "app/served_artifact.h"
#include "app/signals.h"
#include "gateway/gateway.h"
#include "telemetry/log.h"

/// `barbacane serve`: cli.md, section 6. The start sequence of 6.2, the lines of 6.3, the exit
/// codes of 6.4.
namespace barbacane::app {

namespace {

using gateway::Gateway;
using gateway::StartError;

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

/// Watches from before the first load, so that no change between the two is missed. Certificates
/// are watched always, the artifact with `--watch` only.
std::expected<std::unique_ptr<FileWatch>, StartError> watch_files(
    const ServeFlags& flags, const std::vector<std::string>& certificates) {
  std::vector<FileWatch::Target> files;
  for (const std::string& file : certificates) files.push_back({file});
  if (flags.reload == ServeFlags::Reload::kOnSignalAndChange) {
    files.push_back({flags.options.artifact_path});
  }
  auto watch = FileWatch::create();
  if (!watch) {
    return std::unexpected(StartError{kFailure, "cannot reload: " + watch.error().message});
  }
  if (const auto watching = (*watch)->watch(std::move(files)); !watching) {
    return std::unexpected(StartError{kFailure, "cannot watch files: " + watching.error().message});
  }
  return *std::move(watch);
}

void print_addresses(const Gateway& gateway, const gateway::TlsFlags& tls) {
  say("barbacane: listening on {}://{}\n", tls.enabled() ? "https" : "http",
      gateway.traffic_address());
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

  const Signals signals({SIGTERM, SIGINT, SIGHUP});
  raise_descriptor_limit();
  telemetry::Log log(flags.log_level, flags.log_format);

  auto gateway = Gateway::create(flags.options, log);
  if (!gateway) return report(gateway.error());
  const auto watch = watch_files(flags, (*gateway)->tls_files());
  if (!watch) return report(watch.error());
  ServedArtifact artifact(flags, log);
  auto snapshot = artifact.load(**gateway);
  if (!snapshot) return report(snapshot.error());
  if (flags.trusted_public_key.empty()) {
    log.event(telemetry::Level::kWarn, "barbacane::artifact", "signature_check_disabled");
  }
  say("barbacane: loaded {} route(s) from artifact\n", gateway::route_count(**snapshot));
  if (const auto started = (*gateway)->start(std::move(*snapshot)); !started) {
    return report(started.error());
  }
  print_addresses(**gateway, flags.options.tls);

  ReloadThread reloads(
      **gateway, **watch,
      {{.files = {flags.options.artifact_path},
        .load = [&](auto cause) { artifact.reload(**gateway, cause); }},
       {.files = (*gateway)->tls_files(), .load = [&](auto) { (*gateway)->reload_tls(); }}});
  int signal = signals.wait();
  for (; signal == SIGHUP; signal = signals.wait()) reloads.ask();
  signals.exit_on_next();
  const std::uint64_t open = (*gateway)->open_connections();
  log.event(telemetry::Level::kInfo, "barbacane", "shutdown",
            {{"signal", std::string_view(signal == SIGINT ? "SIGINT" : "SIGTERM")},
             {"active_connections", open}});
  shut_down(**gateway);
  return kSuccess;
}

}  // namespace barbacane::app
