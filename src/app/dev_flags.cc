#include "app/dev_flags.h"

#include <cstdint>

#include "app/bundled_plugins.h"
#include "app/command_line.h"

namespace barbacane::app {

std::optional<int> parse_dev_flags(Arguments arguments, DevFlags& flags) {
  gateway::Options& options = flags.options;
  std::string log_level = "info";
  auto debounce = static_cast<std::uint64_t>(flags.debounce.count());

  CommandLine line("barbacane dev",
                   "Serve a project while you work on it: compile, serve, and auto-reload on every "
                   "change",
                   "barbacane dev\n"
                   "barbacane dev --spec api.yaml --listen 127.0.0.1:3000");
  line.text("--listen", options.listen, "IP:PORT",
            "Where requests come in; port 0 takes a free one");
  line.text("--manifest,-m", flags.manifest, "FILE", "The project's barbacane.yaml");
  line.repeated("--spec,-s", flags.specs, "FILE",
                "A spec to serve, instead of the manifest's folder; repeat for more");
  line.choice("--log-level", log_level, {"error", "warn", "info", "debug", "trace"},
              "What is logged; the variable RUST_LOG replaces it");
  line.text("--admin-bind", options.admin_bind, "IP:PORT|off",
            "Where health and provenance are answered, without authentication");
  line.count("--debounce-ms", debounce, "MILLISECONDS",
             "How long changes are collected, from the first on, before they are compiled", 0,
             60'000);
  line.flag("--no-bundled-plugins", flags.no_bundled_plugins, kNoBundledPluginsHelp);
  if (const auto exit = line.parse(arguments)) return exit;

  options.errors = gateway::Options::ErrorDetail::kDevelopment;
  options.plaintext = gateway::Options::PlaintextUpstreams::kAllow;
  // Nobody at a desk wants to wait for clients that do not go.
  options.shutdown_timeout = std::chrono::seconds(1);
  options.artifact_path = flags.manifest;
  flags.debounce = std::chrono::milliseconds(debounce);
  flags.log_level = telemetry::parse_level(log_level).value_or(telemetry::Level::kInfo);
  flags.log_format = telemetry::LogFormat::kPretty;
  read_environment(flags);
  return std::nullopt;
}

}  // namespace barbacane::app
