// Start-up steps 4 to 8 of the CLI contract, 6.2, in their order, each with its exit code (6.4).

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <utility>

#include "gateway/gateway.h"
#include "gateway/secrets.h"
#include "gateway/snapshot.h"

namespace barbacane::gateway {
namespace {

constexpr int kCorrupt = 10;
constexpr int kIntegrity = 11;
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

/// The configs that hold references, with the secrets in place. Every failure is told at once.
std::expected<BuildContext::Resolved, StartError> resolve_secrets(
    const artifact::Contents& contents, const Options& options) {
  Secrets secrets(options.secrets_dir.value_or(""));
  BuildContext::Resolved resolved;
  std::set<std::string_view> seen;
  const auto read = for_each_use(contents, [&](const auto& use, const auto& operation) -> Check {
    if (!seen.insert(use.config.text).second) return {};
    auto text = secrets.resolve(use.config.text);
    if (!text) {
      return refuse(kSecrets, "failed to resolve secrets: the config of '" + use.name + "' of " +
                                  operation.method + ' ' + operation.path +
                                  " cannot be read: " + text.error().message);
    }
    if (*text != use.config.text) resolved.emplace(use.config.text, *std::move(text));
    return {};
  });
  if (!read) return std::unexpected(read.error());
  if (!secrets.failures().empty()) {
    return std::unexpected(StartError{kSecrets, secrets.complaint()});
  }
  return resolved;
}

}  // namespace

std::expected<std::shared_ptr<const Snapshot>, StartError> load(
    std::string_view archive, const std::string& trusted_public_key, const Options& options,
    ProcessState& process) {
  const auto began = std::chrono::steady_clock::now();
  artifact::OpenOptions how;
  how.trusted_public_key = trusted_public_key;
  auto contents = artifact::open(archive, how);
  if (!contents) return std::unexpected(start_error(contents.error()));
  if (auto passed = check_names(*contents); !passed) return std::unexpected(passed.error());
  const auto modules = PluginModules::compile(*contents, options, process);
  if (!modules) return std::unexpected(modules.error());
  auto resolved = resolve_secrets(*contents, options);
  if (!resolved) return std::unexpected(resolved.error());
  auto plugins = LoadedPlugins::load(*contents, *modules, *resolved, options, process);
  if (!plugins) return std::unexpected(plugins.error());
  if (!shows_places(*contents, options)) contents->source_map.clear();
  auto snapshot = Snapshot::build(std::move(*contents),
                                  {options, process, std::move(*resolved), std::move(*plugins)});
  if (!snapshot) return std::unexpected(snapshot.error());
  (*snapshot)->facts().load_time = std::chrono::steady_clock::now() - began;
  return std::shared_ptr<const Snapshot>(std::move(*snapshot));
}

}  // namespace barbacane::gateway
