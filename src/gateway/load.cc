// Start-up steps 4 to 8 of the CLI contract, 6.2, in their order, each with its exit code (6.4).

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <utility>

#include "gateway/detail/secret_references.h"
#include "gateway/gateway.h"
#include "gateway/snapshot.h"

namespace barbacane::gateway {
namespace {

constexpr int kCorrupt = 10;
constexpr int kIntegrity = 11;
constexpr int kPlugins = 12;
constexpr int kSecrets = 13;

using Check = std::expected<void, StartError>;

Check refuse(int exit_code, std::string message) {
  return std::unexpected(StartError{exit_code, std::move(message)});
}

StartError start_error(const artifact::LoadError& error) {
  if (error.kind == artifact::LoadError::Kind::kCorrupt) return {kCorrupt, error.message};
  const std::string& text = error.message;
  if (text.starts_with("artifact signature verification failed")) return {kIntegrity, text};
  const bool about_signature = text.find("unsigned") != std::string::npos ||
                               text.find("signature material") != std::string::npos;
  return {kIntegrity, (about_signature ? "artifact signature verification failed: "
                                       : "artifact integrity check failed: ") +
                          text};
}

/// Every use of a plugin in the artifact.
template <class Visit>
Check for_each_use(const artifact::Contents& contents, Visit visit) {
  for (const artifact::Operation& operation : contents.routes.operations) {
    if (auto seen = visit(operation.dispatch, operation); !seen) return seen;
    for (const artifact::PluginUse& use : operation.middlewares) {
      if (auto seen = visit(use, operation); !seen) return seen;
    }
  }
  return {};
}

/// A name is a bundled plugin's or, for dispatchers, built in.
Check check_names(const artifact::Contents& contents) {
  std::set<std::string_view> bundled;
  for (const artifact::Plugin& plugin : contents.plugins) bundled.insert(plugin.name);
  return for_each_use(contents, [&](const auto& use, const auto& operation) -> Check {
    const bool dispatcher = &use == &operation.dispatch;
    if (bundled.contains(use.name) || (dispatcher && is_native_dispatcher(use.name))) return {};
    return refuse(kCorrupt, std::string("failed to load routes: ") +
                                (dispatcher ? "dispatcher" : "middleware") + " '" + use.name +
                                "' of " + operation.method + ' ' + operation.path +
                                " is neither bundled in the artifact nor built in");
  });
}

/// Whether anybody will be told where in the specs a broken keyword stands.
bool shows_places(const artifact::Contents& contents, const Options& options) {
  if (options.errors == Options::ErrorDetail::kDevelopment) return true;
  return std::any_of(contents.routes.operations.begin(), contents.routes.operations.end(),
                     [](const artifact::Operation& operation) {
                       return (operation.validation && operation.validation->mode == "report") ||
                              (operation.observability &&
                               operation.observability->detailed_validation_logs.value_or(false));
                     });
}

/// Debt: goes away with the plugin host.
Check check_plugins(const artifact::Contents& contents) {
  if (contents.plugins.empty()) return {};
  return refuse(kPlugins, "the artifact contains plugin modules ('" +
                              contents.plugins.front().name +
                              "'), and plugins are not supported yet");
}

/// Debt: goes away with secret resolution. Until then no reference may go out as literal text.
Check check_secrets(const artifact::Contents& contents) {
  std::set<std::string_view> seen;
  return for_each_use(contents, [&](const auto& use, const auto& operation) -> Check {
    if (!seen.insert(use.config.text).second) return {};
    const auto references = secret_references(use.config.text);
    const std::string whose =
        "the config of '" + use.name + "' of " + operation.method + ' ' + operation.path;
    if (!references)
      return refuse(kSecrets, "failed to resolve secrets: " + whose +
                                  " cannot be read: " + references.error().message);
    if (references->empty()) return {};
    return refuse(kSecrets, "failed to resolve secrets: " + whose +
                                " holds the secret reference '" + references->front() +
                                "', and secret references are not supported yet");
  });
}

}  // namespace

std::expected<std::shared_ptr<const Snapshot>, StartError> load(
    std::string_view archive, const std::string& trusted_public_key, const Options& options) {
  const auto began = std::chrono::steady_clock::now();
  artifact::OpenOptions how;
  how.trusted_public_key = trusted_public_key;
  auto contents = artifact::open(archive, how);
  if (!contents) return std::unexpected(start_error(contents.error()));
  for (const auto check : {check_names, check_plugins, check_secrets}) {
    if (auto passed = check(*contents); !passed) return std::unexpected(passed.error());
  }
  if (!shows_places(*contents, options)) contents->source_map.clear();
  auto snapshot = Snapshot::build(std::move(*contents));
  if (!snapshot) return std::unexpected(snapshot.error());
  (*snapshot)->facts().load_time = std::chrono::steady_clock::now() - began;
  return std::shared_ptr<const Snapshot>(std::move(*snapshot));
}

}  // namespace barbacane::gateway
