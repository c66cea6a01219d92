#include "app/served_artifact.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "app/commands.h"
#include "app/say.h"
#include "base/file.h"

namespace barbacane::app {

namespace {

using gateway::Gateway;
using gateway::StartError;
using telemetry::Level;

constexpr std::string_view kTarget = "barbacane::artifact";

std::int64_t milliseconds_since(std::chrono::steady_clock::time_point began) {
  const auto took = std::chrono::steady_clock::now() - began;
  return std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
}

}  // namespace

std::expected<std::string, StartError> ServedArtifact::read() const {
  const std::string& path = flags_.options.artifact_path;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return std::unexpected(StartError{kArtifactUnreadable, "artifact not found: " + path});
  }
  auto bytes = base::read_file(path);
  if (!bytes) {
    return std::unexpected(
        StartError{kArtifactUnreadable,
                   fmt::format("failed to read artifact {}: {}", path, bytes.error().message)});
  }
  return *std::move(bytes);
}

std::expected<std::shared_ptr<const gateway::Snapshot>, StartError> ServedArtifact::load(
    Gateway& gateway) {
  const auto bytes = read();
  if (!bytes) return std::unexpected(bytes.error());
  auto snapshot =
      gateway::load(*bytes, flags_.trusted_public_key, flags_.options, gateway.process());
  if (snapshot) served_ = base::sha256(*bytes);
  return snapshot;
}

void ServedArtifact::reload(Gateway& gateway, Reloadable::Cause cause) {
  const std::string& path = flags_.options.artifact_path;
  if (cause == Reloadable::Cause::kGone) {
    log_.text(Level::kWarn, kTarget, "the artifact is gone; what was loaded is served on",
              {{"artifact", path}});
    say("barbacane: artifact {} is gone, serving on what was loaded\n", path);
    return;
  }
  const auto began = std::chrono::steady_clock::now();
  const auto bytes = read();
  if (!bytes) return report_failure(bytes.error());
  const base::Sha256 digest = base::sha256(*bytes);
  const auto current = gateway.current();
  const bool again = cause == Reloadable::Cause::kAsked && holds_secrets(*current);
  if (digest == served_ && !again) {
    log_.event(Level::kInfo, kTarget, "artifact_unchanged",
               {{"artifact_hash", artifact_hash(*current)}});
    say("barbacane: artifact {} is unchanged, nothing to reload\n", artifact_hash(*current));
    return;
  }
  auto snapshot =
      gateway::load(*bytes, flags_.trusted_public_key, flags_.options, gateway.process());
  if (!snapshot) return report_failure(snapshot.error());
  gateway.swap(*snapshot);
  served_ = digest;
  say("barbacane: hot-reload successful for artifact {} ({} route(s) in {}ms)\n",
      artifact_hash(**snapshot), route_count(**snapshot), milliseconds_since(began));
}

void ServedArtifact::report_failure(const StartError& error) {
  const std::string& path = flags_.options.artifact_path;
  log_.event(
      Level::kError, kTarget, "reload_failed",
      {{"artifact", path}, {"error", error.message}, {"exit_code", std::int64_t{error.exit_code}}});
  say("barbacane: hot-reload failed for artifact {}: {}\n", path, error.message);
}

}  // namespace barbacane::app
