#include "compiler/manifest.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/file.h"
#include "compiler/catalog.h"

namespace barbacane::compiler {

namespace fs = std::filesystem;

namespace {

std::unexpected<SetupError> cannot_parse(std::string_view path, std::string_view reason,
                                         base::Position position) {
  std::string message =
      fmt::format("failed to load manifest: manifest error: failed to parse {}: {}", path, reason);
  if (position.known()) {
    message += fmt::format(" at line {} column {}", position.line, position.column);
  }
  return std::unexpected(SetupError{std::move(message)});
}

/// The name becomes an entry of the artifact, a metric prefix and a log target.
bool is_plugin_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !name.empty() && name.size() <= 128 && name.front() != '.' &&
         std::ranges::all_of(name, allowed);
}

class Reader {
 public:
  explicit Reader(ProjectManifest& manifest) : manifest_(manifest) {}

  std::expected<void, SetupError> read() {
    const spec::Node& root = manifest_.document->root();
    if (!root.is_object()) return wrong(root, "the manifest must be a mapping");
    if (const spec::Node* specs = present(root, "specs")) {
      if (!specs->is_string()) return wrong(*specs, "'specs' must be the path of a folder");
      manifest_.specs_folder = specs->text();
    }
    if (const spec::Node* plugins = present(root, "plugins")) {
      if (auto read = read_plugins(*plugins); !read) return read;
    }
    if (const spec::Node* dispatch = present(root, "default_dispatch")) {
      return read_default_dispatch(*dispatch);
    }
    return {};
  }

 private:
  /// A key without a value reads as an absent key.
  static const spec::Node* present(const spec::Node& object, std::string_view key) {
    const spec::Node* node = object.find(key);
    return node && node->kind() != spec::Kind::kNull ? node : nullptr;
  }

  std::unexpected<SetupError> wrong(const spec::Node& node, std::string_view reason) const {
    return cannot_parse(manifest_.path, reason, node.position());
  }

  std::expected<void, SetupError> read_plugins(const spec::Node& plugins) {
    if (!plugins.is_object()) return wrong(plugins, "'plugins' must be a mapping of names");
    for (const spec::Member& member : plugins.members()) {
      if (auto read = read_plugin(member); !read) return read;
    }
    std::ranges::sort(manifest_.plugins, {}, &PluginSource::name);
    return {};
  }

  std::expected<void, SetupError> read_plugin(const spec::Member& member) {
    const auto place = [&](std::string_view reason) {
      return cannot_parse(manifest_.path, fmt::format("plugins.{}: {}", member.key, reason),
                          member.key_position);
    };
    if (!is_plugin_name(member.key)) {
      return place("a plugin name has up to 128 letters, digits, '-', '_' and '.'");
    }
    const spec::Node& source = *member.value;
    if (!source.is_object()) return place("expected a mapping with 'path' or 'url'");
    PluginSource plugin{.name = std::string(member.key),
                        .path = {},
                        .url = {},
                        .sha256 = {},
                        .place = {manifest_.path, member.key_position,
                                  static_cast<std::uint32_t>(member.key.size())}};
    for (auto [key, target] : {std::pair{"path", &plugin.path}, std::pair{"url", &plugin.url},
                               std::pair{"sha256", &plugin.sha256}}) {
      const spec::Node* value = present(source, key);
      if (!value) continue;
      // A digest of digits only is a number to YAML; its text may have changed on the way.
      if (!value->is_string()) {
        return wrong(*value, fmt::format("plugins.{}: '{}' must be a string", member.key, key));
      }
      *target = value->text();
    }
    if (!plugin.path && !plugin.url) return place("needs 'path' or 'url'");
    if (const spec::Node* access = present(source, "body_access")) {
      if (access->kind() != spec::Kind::kBool) {
        return wrong(*access,
                     fmt::format("plugins.{}: 'body_access' must be true or false", member.key));
      }
      plugin.body_access = access->is_true();
    }
    manifest_.plugins.push_back(std::move(plugin));
    return {};
  }

  std::expected<void, SetupError> read_default_dispatch(const spec::Node& dispatch) {
    const spec::Node* name = dispatch.find("name");
    if (!name || !name->is_string() || name->text().empty()) {
      return wrong(dispatch, "'default_dispatch' needs a 'name'");
    }
    DefaultDispatch read{.name = std::string(name->text()),
                         .config = {},
                         .place = {manifest_.path, name->position(),
                                   static_cast<std::uint32_t>(name->text().size())}};
    if (const spec::Node* config = present(dispatch, "config")) {
      read.config = {config, manifest_.document.get()};
    }
    manifest_.default_dispatch = std::move(read);
    return {};
  }

  ProjectManifest& manifest_;
};

bool is_spec_name(const fs::path& path) {
  const fs::path extension = path.extension();
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

std::unexpected<SetupError> manifest_error(std::string message) {
  return std::unexpected(SetupError{"manifest error: " + std::move(message)});
}

}  // namespace

const PluginSource* ProjectManifest::find(std::string_view name) const {
  const auto exact = [&](std::string_view wanted) -> const PluginSource* {
    const auto found = std::ranges::lower_bound(plugins, wanted, {}, &PluginSource::name);
    return found != plugins.end() && found->name == wanted ? &*found : nullptr;
  };
  if (const PluginSource* found = exact(name)) return found;
  const std::string_view alias = other_name(name);
  return alias.empty() ? nullptr : exact(alias);
}

std::expected<ProjectManifest, SetupError> parse_manifest(std::string path, std::string text,
                                                          fs::path directory) {
  auto document = spec::parse_document(path, std::move(text));
  if (!document) {
    const base::Diagnostic& problem = document.error();
    std::string_view reason = problem.message;
    if (reason.starts_with("parse error: ")) reason.remove_prefix(13);
    if (reason == "spec root must be an object") reason = "the manifest must be a mapping";
    auto error = cannot_parse(path, reason, problem.place.position);
    if (!problem.hint.empty()) error.error().message += "; " + problem.hint;
    return error;
  }
  ProjectManifest manifest;
  manifest.path = std::move(path);
  manifest.directory = std::move(directory);
  manifest.document = std::move(*document);
  if (auto read = Reader(manifest).read(); !read) return std::unexpected(read.error());
  return manifest;
}

std::expected<ProjectManifest, SetupError> load_manifest(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error) && !error) {
    return std::unexpected(SetupError{"manifest file not found: " + path});
  }
  auto text = base::read_file(path);
  if (!text) {
    return std::unexpected(
        SetupError{fmt::format("failed to load manifest: manifest error: failed to read {}: {}",
                               path, text.error().message)});
  }
  fs::path directory = fs::path(path).parent_path();
  return parse_manifest(path, std::move(*text), directory.empty() ? "." : std::move(directory));
}

std::expected<std::vector<std::string>, SetupError> discover_specs(
    const ProjectManifest& manifest) {
  if (!manifest.specs_folder) {
    return std::unexpected(SetupError{fmt::format(
        "no spec files provided. Use --spec or add 'specs: ./specs/' to {}", manifest.path)});
  }
  fs::path folder = (manifest.directory / *manifest.specs_folder).lexically_normal();
  if (!folder.has_filename() && folder.has_relative_path()) folder = folder.parent_path();
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return manifest_error("specs folder not found: " + folder.string());
  }
  std::vector<std::string> files;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (is_spec_name(entry->path()) && entry->is_regular_file(ignored)) {
      files.push_back((folder == "." ? entry->path().filename() : entry->path()).string());
    }
  }
  if (error) {
    return manifest_error(
        fmt::format("failed to read specs folder {}: {}", folder.string(), error.message()));
  }
  if (files.empty()) {
    return manifest_error("no spec files (*.yaml, *.yml, *.json) found in " + folder.string());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace barbacane::compiler
