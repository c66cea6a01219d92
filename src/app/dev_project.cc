#include "app/dev_project.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "app/bundled_plugins.h"
#include "app/compile_report.h"
#include "compiler/compiler.h"
#include "compiler/manifest.h"

namespace barbacane::app {

namespace {

namespace fs = std::filesystem;

fs::path resolved(const fs::path& path) {
  std::error_code error;
  fs::path whole = fs::absolute(path, error).lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();  // `specs/` is `specs`
}

/// Without the class in front, which `dev` says in its own words.
std::string plain(std::string message) {
  for (const std::string_view front : {"failed to load manifest: ", "manifest error: "}) {
    if (message.starts_with(front)) message.erase(0, front.size());
  }
  return message;
}

/// A plugin's module, and the files beside it that tell about it (cli.md, section 9).
std::array<fs::path, 4> parts_of(const fs::path& module) {
  const fs::path folder = module.parent_path();
  return {module, folder / (module.stem().string() + ".plugin.toml"), folder / "plugin.toml",
          folder / "config-schema.json"};
}

bool is_spec_file(const fs::path& path) {
  const std::string suffix = path.extension();
  return suffix == ".yaml" || suffix == ".yml" || suffix == ".json";
}

}  // namespace

fs::path DevProject::folder() const { return resolved(flags_.manifest).parent_path(); }

std::expected<DevListing, DevError> DevProject::list() {
  using enum DevError::Stage;
  const auto manifest = compiler::load_manifest(flags_.manifest);
  if (!manifest) return std::unexpected(DevError{kManifest, plain(manifest.error().message)});
  specs_folder_.clear();
  for (const std::string& spec : flags_.specs) specs_.insert(resolved(spec));
  if (flags_.specs.empty() && manifest->specs_folder) {
    specs_folder_ = resolved(manifest->directory / *manifest->specs_folder);
  }
  plugins_.clear();
  for (const compiler::PluginSource& plugin : manifest->plugins) {
    if (plugin.path) plugins_.push_back(resolved(manifest->directory / *plugin.path));
  }
  DevListing listing{flags_.specs, manifest->plugins.size()};
  if (!listing.specs.empty()) return listing;
  if (!manifest->specs_folder) {
    return std::unexpected(
        DevError{kNoSpecs, fmt::format("no specs found. Add 'specs: ./specs/' to {} or pass --spec",
                                       flags_.manifest)});
  }
  auto specs = compiler::discover_specs(*manifest);
  if (!specs) {
    std::string message = plain(specs.error().message);
    const auto stage = message.starts_with("no spec files") ? kNoSpecs : kManifest;
    return std::unexpected(DevError{stage, std::move(message)});
  }
  listing.specs = *std::move(specs);
  return listing;
}

std::expected<DevProject::Version, DevError> DevProject::build(gateway::ProcessState& process) {
  using enum DevError::Stage;
  const compiler::CompileOutcome outcome =
      compiler::compile({.manifest = flags_.manifest,
                         .specs = flags_.specs,
                         .plaintext = compiler::PlaintextUpstreams::kAllow,
                         .downloads = compiler::DownloadCache::kUse,
                         .catalog = catalog_for(flags_.no_bundled_plugins),
                         .provenance = {},
                         .compression = artifact::Compression::kNone});
  diagnostics_ = diagnostics_text(outcome);
  // A reference that is broken now may hide files that mend it: those of before stay.
  if (outcome.ok()) specs_.clear();
  for (const std::string& file : outcome.sources->files()) specs_.insert(resolved(file));
  if (!outcome.ok()) return std::unexpected(DevError{kCompile, first_error(outcome)});
  auto snapshot =
      gateway::load(outcome.archive, flags_.trusted_public_key, flags_.options, process);
  if (!snapshot) return std::unexpected(DevError{kLoad, snapshot.error().message});
  return Version{std::move(*snapshot), outcome.route_count};
}

std::vector<FileWatch::Target> DevProject::targets() const {
  using enum FileWatch::Target::Kind;
  std::vector<FileWatch::Target> targets{{resolved(flags_.manifest), kFile}};
  if (!specs_folder_.empty()) targets.push_back({specs_folder_, kTree});
  std::set<fs::path> files = specs_;
  for (const fs::path& plugin : plugins_) {
    for (const fs::path& part : parts_of(plugin)) files.insert(part);
  }
  for (const fs::path& file : files) targets.push_back({file, kFile});
  return targets;
}

std::vector<std::string> DevProject::watched_paths() const {
  std::vector<std::string> paths{shown(resolved(flags_.manifest))};
  if (!specs_folder_.empty()) paths.push_back(shown(specs_folder_));
  for (const std::string& spec : flags_.specs) paths.push_back(shown(resolved(spec)));
  for (const fs::path& plugin : plugins_) {
    std::error_code error;
    if (fs::exists(plugin, error)) paths.push_back(shown(plugin));
  }
  return paths;
}

bool DevProject::concerns(const FileWatch::Change& change) const {
  const fs::path& path = change.path;
  const bool named =
      path == resolved(flags_.manifest) || path == specs_folder_ || specs_.contains(path);
  const auto has_part = [&](const fs::path& plugin) {
    return std::ranges::count(parts_of(plugin), path) > 0;
  };
  if (named || std::ranges::any_of(plugins_, has_part)) return true;
  if (path.filename().native().starts_with('.')) return false;
  // A folder that came or went takes specs along.
  return is_spec_file(path) || change.what == FileWatch::Change::What::kFolder;
}

std::string DevProject::shown(const fs::path& path) const {
  const fs::path relative = path.lexically_relative(folder());
  const bool inside = !relative.empty() && *relative.begin() != "..";
  return inside ? relative.string() : path.string();
}

}  // namespace barbacane::app
