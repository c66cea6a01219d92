#include "compiler/plugin_source.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "base/file.h"
#include "base/hash.h"
#include "compiler/detail/plugin_fetch.h"
#include "compiler/download.h"
#include "wasm/outline.h"
#include "wasm/plugin_manifest.h"

namespace barbacane::compiler {

namespace {

/// What plugins without a manifest are taken for.
constexpr std::string_view kDefaultVersion = "0.1.0";

/// A schema is a JSON object or a boolean.
bool is_schema(std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) return false;
  return root.is_object() || root.is_bool();
}

class Resolver {
 public:
  /// `name` is the one that counts; empty leaves it to the plugin.
  Resolver(std::string name, FetchedPlugin fetched)
      : name_(std::move(name)),
        fetched_(std::move(fetched)),
        outline_(wasm::outline_of(fetched_.wasm)) {
    result_.warnings = std::move(fetched_.warnings);
  }

  std::expected<ResolvedPlugin, std::string> resolve() {
    auto manifest = find_manifest();
    if (!manifest) return std::unexpected(manifest.error());
    result_.described = manifest->has_value();
    if (!result_.described) *manifest = undescribed();
    find_schema(**manifest);
    artifact::Plugin& plugin = result_.plugin;
    plugin.name = name_.empty() ? (*manifest)->name : name_;
    plugin.version = (*manifest)->version;
    plugin.plugin_type = (*manifest)->type;
    plugin.body_access = (*manifest)->body_access;
    plugin.host_functions = (*manifest)->capabilities;
    result_.description = (*manifest)->description;
    check_module();
    if (!result_.described) {
      warn(fmt::format(
          "no usable plugin.toml found, taken for version {}, type {}, without capabilities",
          plugin.version, plugin.plugin_type));
    }
    plugin.sha256 = base::sha256_hex(fetched_.wasm);
    plugin.wasm = std::move(fetched_.wasm);
    return std::move(result_);
  }

 private:
  void warn(std::string message) {
    result_.warnings.push_back(name_.empty() ? message
                                             : fmt::format("plugin '{}': {}", name_, message));
  }

  std::expected<std::optional<wasm::PluginManifest>, std::string> find_manifest() {
    const std::string_view embedded = outline_.custom(wasm::kManifestSection);
    if (embedded.data()) {
      if (auto found = read_manifest(embedded, "its embedded manifest"); !found || *found) {
        return found;
      }
    }
    for (const std::string& sidecar : fetched_.sidecars) {
      if (auto found = read_manifest(sidecar, "its plugin.toml"); !found || *found) return found;
    }
    return std::nullopt;
  }

  /// Nothing when the text is as good as absent.
  std::expected<std::optional<wasm::PluginManifest>, std::string> read_manifest(
      std::string_view text, const char* what) {
    auto manifest = wasm::parse_plugin_manifest(text);
    if (manifest) {
      if (!name_.empty() && manifest->name != name_ && manifest->name != other_name(name_)) {
        warn(fmt::format("{} calls it '{}'; the name in barbacane.yaml counts", what,
                         manifest->name));
      }
      return std::move(*manifest);
    }
    const wasm::PluginManifestError& error = manifest.error();
    if (error.kind == wasm::PluginManifestError::Kind::kInvalid) {
      return std::unexpected(
          fmt::format("{}{} is invalid: {}",
                      name_.empty() ? std::string() : fmt::format("plugin '{}': ", name_), what,
                      error.message));
    }
    warn(fmt::format("{} is ignored: {}", what, error.message));
    return std::nullopt;
  }

  wasm::PluginManifest undescribed() const {
    return {.name = name_,
            .version = std::string(kDefaultVersion),
            .type = "plugin",
            .capabilities = {}};
  }

  /// Also finds the type of a plugin that does not tell it.
  void check_module() {
    artifact::Plugin& plugin = result_.plugin;
    const auto facts =
        wasm::check_module(outline_, {.capabilities = wasm::capability_set(plugin.host_functions),
                                      .kind = wasm::find_kind(plugin.plugin_type),
                                      .limits = {}});
    if (!facts) {
      result_.faults = facts.error();
    } else if (facts->kind) {
      plugin.plugin_type = wasm::to_string(*facts->kind);
    }
    warn_of_memory();
  }

  /// A gateway with large bodies gives more, so it is no fault yet.
  void warn_of_memory() {
    constexpr std::uint64_t kUsual = std::uint64_t{16} << 20;  // plugin ABI, 7.3
    if (outline_.memories.empty() || !result_.faults.empty()) return;
    const std::uint64_t bytes = outline_.memories.front().minimum * wasm::kPageSize;
    if (bytes <= kUsual) return;
    warn(
        fmt::format("it begins with {} MiB of memory, and a gateway gives 16 MiB unless its "
                    "--max-body-size is larger",
                    (bytes + (1 << 20) - 1) >> 20));
  }

  void find_schema(const wasm::PluginManifest& manifest) {
    const std::string_view embedded = outline_.custom(wasm::kSchemaSection);
    if (embedded.data()) {
      if (is_schema(embedded)) {
        result_.config_schema = embedded;
        return;
      }
      warn("its embedded config schema is ignored: not a JSON Schema");
    }
    if (!fetched_.folder) return;
    auto text = base::read_file(*fetched_.folder / manifest.schema_file, kModuleLimit);
    if (!text) return;
    if (is_schema(*text)) {
      result_.config_schema = std::move(*text);
    } else {
      warn(fmt::format("its {} is ignored: not a JSON Schema", manifest.schema_file));
    }
  }

  std::string name_;
  FetchedPlugin fetched_;
  wasm::Outline outline_;  ///< views into fetched_.wasm
  ResolvedPlugin result_;
};

}  // namespace

std::expected<ResolvedPlugin, std::string> resolve_plugin(const PluginSource& source,
                                                          const ProjectManifest& manifest,
                                                          const PluginEnvironment& environment) {
  auto fetched = fetch_plugin(source, manifest, environment);
  if (!fetched) return std::unexpected(fetched.error());
  auto resolved = Resolver(source.name, std::move(*fetched)).resolve();
  if (resolved && source.body_access) resolved->plugin.body_access = *source.body_access;
  return resolved;
}

std::expected<ResolvedPlugin, std::string> resolve_plugin(const CatalogPlugin& plugin) {
  FetchedPlugin fetched{
      .wasm = std::string(plugin.wasm), .sidecars = {}, .folder = {}, .warnings = {}};
  return Resolver(std::string(plugin.name), std::move(fetched)).resolve();
}

std::expected<ResolvedPlugin, std::string> resolve_file(const std::filesystem::path& module) {
  auto fetched = fetch_file(module);
  if (!fetched) return std::unexpected(fetched.error());
  return Resolver({}, std::move(*fetched)).resolve();
}

std::expected<ResolvedPlugin, std::string> resolve_plugin(const PluginSource& source,
                                                          const ProjectManifest& manifest,
                                                          DownloadCache cache) {
  return resolve_plugin(source, manifest, PluginEnvironment::of_process(cache));
}

}  // namespace barbacane::compiler
