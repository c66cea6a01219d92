#include "compiler/detail/plugin_fetch.h"

#include <cstdlib>

#include <fmt/format.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "compiler/download.h"
#include "wasm/outline.h"
#include "wasm/plugin_manifest.h"

namespace barbacane::compiler {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kSuffix = ".wasm";

std::expected<void, std::string> check_magic(const PluginSource& source, std::string_view bytes) {
  if (wasm::is_module(bytes)) return {};
  return std::unexpected(
      fmt::format("plugin '{}' is not a valid WASM file (invalid magic number)", source.name));
}

FetchedPlugin with_sidecars(std::string module, const fs::path& path) {
  FetchedPlugin plugin{
      .wasm = std::move(module), .sidecars = {}, .folder = path.parent_path(), .warnings = {}};
  // Several plugins may lie in one folder, so the one that carries the module's name comes first.
  const fs::path own = fs::path(path).replace_extension(".plugin.toml");
  for (const fs::path& sidecar : {own, *plugin.folder / "plugin.toml"}) {
    if (auto text = base::read_file(sidecar, kSidecarLimit)) {
      plugin.sidecars.push_back(std::move(*text));
    }
  }
  return plugin;
}

std::expected<FetchedPlugin, std::string> fetch_local(const PluginSource& source,
                                                      const ProjectManifest& manifest) {
  const fs::path path = (manifest.directory / *source.path).lexically_normal();
  auto wasm = base::read_file(path);
  if (!wasm) {
    return std::unexpected(fmt::format("failed to read plugin '{}' from {}: {}", source.name,
                                       path.string(), wasm.error().message));
  }
  if (auto magic = check_magic(source, *wasm); !magic) return std::unexpected(magic.error());
  return with_sidecars(std::move(*wasm), path);
}

/// The digest as the manifest means it: any case, `sha256:` in front or not.
std::string plain_digest(std::string_view digest) {
  std::string plain = base::to_lower(digest);
  if (plain.starts_with("sha256:")) plain.erase(0, 7);
  return plain;
}

bool matches(const PluginSource& source, std::string_view wasm) {
  return !source.sha256 || plain_digest(*source.sha256) == base::sha256_hex(wasm);
}

bool describes_itself(std::string_view module) {
  const std::string_view embedded = wasm::outline_of(module).custom(wasm::kManifestSection);
  return embedded.data() && wasm::parse_plugin_manifest(embedded).has_value();
}

/// `{url without .wasm}.plugin.toml`, then `plugin.toml` beside it; the query goes with both.
std::vector<std::string> sidecar_urls(std::string_view url) {
  url = url.substr(0, url.find('#'));
  const std::size_t question = url.find('?');
  const std::string_view query = question == url.npos ? "" : url.substr(question);
  std::string_view path = url.substr(0, question);
  if (path.ends_with(kSuffix)) path.remove_suffix(kSuffix.size());
  const std::string_view directory = path.substr(0, path.rfind('/'));
  return {fmt::format("{}.plugin.toml{}", path, query),
          fmt::format("{}/plugin.toml{}", directory, query)};
}

std::optional<std::string> download_sidecar(const std::string& url, const std::string& ca_file) {
  for (const std::string& candidate : sidecar_urls(url)) {
    auto text = download({.url = candidate, .limit = kSidecarLimit, .ca_file = ca_file});
    if (!text) continue;
    const auto parsed = wasm::parse_plugin_manifest(*text);
    // A site's own "not found" page is no manifest; a wrong manifest is one, and gets reported.
    if (parsed || parsed.error().kind == wasm::PluginManifestError::Kind::kInvalid) return *text;
  }
  return std::nullopt;
}

FetchedPlugin fetched(CachedPlugin plugin) {
  FetchedPlugin result{
      .wasm = std::move(plugin.wasm), .sidecars = {}, .folder = {}, .warnings = {}};
  if (plugin.manifest) result.sidecars.push_back(std::move(*plugin.manifest));
  return result;
}

std::expected<CachedPlugin, std::string> download_plugin(const PluginSource& source,
                                                         const std::string& ca_file) {
  auto wasm = download({.url = *source.url, .limit = kModuleLimit, .ca_file = ca_file});
  if (!wasm) {
    return std::unexpected(
        fmt::format("failed to download plugin from {}: {}", *source.url, wasm.error()));
  }
  if (!matches(source, *wasm)) {
    return std::unexpected(fmt::format("plugin '{}' checksum mismatch: expected {}, got {}",
                                       source.name, *source.sha256, base::sha256_hex(*wasm)));
  }
  if (auto magic = check_magic(source, *wasm); !magic) return std::unexpected(magic.error());
  CachedPlugin plugin{.wasm = std::move(*wasm), .manifest = std::nullopt};
  if (!describes_itself(plugin.wasm)) plugin.manifest = download_sidecar(*source.url, ca_file);
  return plugin;
}

std::expected<FetchedPlugin, std::string> fetch_remote(const PluginSource& source,
                                                       const PluginEnvironment& environment) {
  if (!is_https(*source.url)) {
    return std::unexpected(
        fmt::format("plugin '{}' URL must use HTTPS: {}", source.name, *source.url));
  }
  if (environment.cache == DownloadCache::kIgnore) {
    auto plugin = download_plugin(source, environment.ca_file);
    if (!plugin) return std::unexpected(plugin.error());
    return fetched(std::move(*plugin));
  }
  if (!environment.home) return std::unexpected("could not determine home directory");
  const PluginCache cache(*environment.home);
  if (auto cached = cache.find(*source.url); cached && matches(source, cached->wasm)) {
    if (auto magic = check_magic(source, cached->wasm); !magic) {
      return std::unexpected(magic.error());
    }
    return fetched(std::move(*cached));
  }
  auto plugin = download_plugin(source, environment.ca_file);
  if (!plugin) return std::unexpected(plugin.error());
  const bool stored = cache.store(*source.url, *plugin);
  FetchedPlugin result = fetched(std::move(*plugin));
  if (!stored) {
    result.warnings.push_back(fmt::format("plugin '{}' could not be kept in the cache folder {}",
                                          source.name, cache.folder(*source.url).string()));
  }
  return result;
}

}  // namespace

PluginEnvironment PluginEnvironment::of_process(DownloadCache cache) {
  PluginEnvironment environment{.cache = cache, .home = {}, .ca_file = {}};
  const char* home = std::getenv("HOME");
  if (home && *home) environment.home = home;
  return environment;
}

std::expected<FetchedPlugin, std::string> fetch_file(const fs::path& path) {
  auto module = base::read_file(path, kModuleLimit);
  if (!module) {
    return std::unexpected(
        fmt::format("failed to read {}: {}", path.string(), module.error().message));
  }
  if (!wasm::is_module(*module)) {
    return std::unexpected(
        fmt::format("{} is not a WebAssembly module (invalid magic number)", path.string()));
  }
  return with_sidecars(std::move(*module), path);
}

std::expected<FetchedPlugin, std::string> fetch_plugin(const PluginSource& source,
                                                       const ProjectManifest& manifest,
                                                       const PluginEnvironment& environment) {
  return source.path ? fetch_local(source, manifest) : fetch_remote(source, environment);
}

}  // namespace barbacane::compiler
