#include "artifact/detail/manifest_json.h"

#include <algorithm>

#include "artifact/detail/json_reader.h"
#include "artifact/detail/json_writer.h"

namespace barbacane::artifact::detail {
namespace {

std::string entry_path(const Plugin& plugin) { return "plugins/" + plugin.name + ".wasm"; }

void write(JsonWriter& json, const SourceSpec& spec) {
  json.open_object();
  json.key("file").string(spec.file);
  json.key("sha256").string(spec.sha256);
  json.key("type").string(spec.type);
  json.key("version").string(spec.version);
  json.close_object();
}

void write(JsonWriter& json, const Plugin& plugin) {
  json.open_object();
  json.key("name").string(plugin.name);
  json.key("version").string(plugin.version);
  json.key("plugin_type").string(plugin.plugin_type);
  json.key("wasm_path").string(entry_path(plugin));
  json.key("sha256").string(plugin.sha256);
  json.key("capabilities").open_object();
  json.key("body_access").boolean(plugin.body_access);
  json.key("host_functions").open_array();
  for (const std::string& name : plugin.host_functions) json.string(name);
  json.close_array();
  json.close_object();
  json.close_object();
}

SourceSpec read_spec(JsonReader& json) {
  SourceSpec spec;
  bool has_file = false, has_sha256 = false;
  json.object([&](std::string_view key) {
    if (key == "file") {
      spec.file = json.string(), has_file = true;
    } else if (key == "sha256") {
      spec.sha256 = json.string(), has_sha256 = true;
    } else if (key == "type") {
      spec.type = json.string();
    } else if (key == "version") {
      spec.version = json.string();
    } else {
      json.skip();
    }
  });
  json.require(has_file, "file");
  json.require(has_sha256, "sha256");
  return spec;
}

void read_capabilities(JsonReader& json, Plugin& plugin) {
  json.object([&](std::string_view key) {
    if (key == "body_access") {
      plugin.body_access = json.boolean();
    } else if (key == "host_functions") {
      plugin.host_functions.clear();
      json.array([&] { plugin.host_functions.push_back(json.string()); });
    } else {
      json.skip();
    }
  });
}

Plugin read_plugin(JsonReader& json) {
  Plugin plugin;
  bool has_name = false, has_version = false, has_type = false, has_sha256 = false;
  json.object([&](std::string_view key) {
    if (key == "name") {
      plugin.name = json.string(), has_name = true;
    } else if (key == "version") {
      plugin.version = json.string(), has_version = true;
    } else if (key == "plugin_type") {
      plugin.plugin_type = json.string(), has_type = true;
    } else if (key == "sha256") {
      plugin.sha256 = json.string(), has_sha256 = true;
    } else if (key == "capabilities") {
      read_capabilities(json, plugin);
    } else {
      json.skip();  // `wasm_path` too: the hash does not cover it, the name decides
    }
  });
  json.require(has_name, "name");
  json.require(has_version, "version");
  json.require(has_type, "plugin_type");
  json.require(has_sha256, "sha256");
  return plugin;
}

/// The hash cannot tell an empty text from none, so nobody else may either.
std::optional<std::string> read_optional_name(JsonReader& json) {
  auto name = json.string_or_null();
  if (name && name->empty()) name.reset();
  return name;
}

Mcp read_mcp(JsonReader& json) {
  Mcp mcp;
  if (json.null()) return mcp;
  json.object([&](std::string_view key) {
    if (key == "enabled") {
      mcp.enabled = json.boolean();
    } else if (key == "server_name") {
      mcp.server_name = read_optional_name(json);
    } else if (key == "server_version") {
      mcp.server_version = read_optional_name(json);
    } else {
      json.skip();
    }
  });
  return mcp;
}

Provenance read_provenance(JsonReader& json) {
  Provenance provenance;
  if (json.null()) return provenance;
  json.object([&](std::string_view key) {
    if (key == "commit") {
      provenance.commit = json.string_or_null();
    } else if (key == "source") {
      provenance.source = json.string_or_null();
    } else {
      json.skip();
    }
  });
  return provenance;
}

base::Result<std::int64_t> read_version(std::string_view text) {
  JsonReader json(text);
  std::optional<std::int64_t> version;
  json.object([&](std::string_view key) {
    if (key == "barbacane_artifact_version") {
      version = json.integer();
    } else {
      json.skip();
    }
  });
  json.require(version.has_value(), "barbacane_artifact_version");
  if (auto result = json.result(); !result) return std::unexpected(result.error());
  return *version;
}

bool is_plain(std::string_view name) {
  return std::ranges::none_of(name, [](unsigned char c) { return c < 0x20; });
}

bool is_sha256(std::string_view digits) {
  return digits.size() == 64 && digits.find_first_not_of("0123456789abcdef") == digits.npos;
}

}  // namespace

std::string write_manifest(const Contents& contents) {
  const Manifest& manifest = contents.manifest;
  JsonWriter json;
  json.open_object();
  json.key("barbacane_artifact_version").integer(manifest.artifact_version);
  json.key("compiled_at").string(manifest.compiled_at);
  json.key("compiler_version").string(manifest.compiler_version);
  json.key("source_specs").open_array();
  for (const SourceSpec& spec : contents.specs) write(json, spec);
  json.close_array();
  json.key("routes_count").integer(static_cast<std::int64_t>(contents.routes.operations.size()));
  json.key("checksums").open_object();
  for (const auto& [entry, checksum] : manifest.checksums) json.key(entry).string(checksum);
  json.close_object();
  json.key("plugins").open_array();
  for (const Plugin& plugin : contents.plugins) write(json, plugin);
  json.close_array();
  json.key("artifact_hash").string(manifest.artifact_hash);
  json.key("provenance").open_object();
  json.key("commit").string_or_null(manifest.provenance.commit);
  json.key("source").string_or_null(manifest.provenance.source);
  json.close_object();
  json.key("mcp").open_object();
  json.key("enabled").boolean(manifest.mcp.enabled);
  json.key("server_name").string_or_null(manifest.mcp.server_name);
  json.key("server_version").string_or_null(manifest.mcp.server_version);
  json.close_object();
  if (manifest.signature) json.key("signature").string(*manifest.signature);
  if (manifest.signing_public_key) {
    json.key("signing_public_key").string(*manifest.signing_public_key);
  }
  json.key("capabilities_enforced").boolean(manifest.capabilities_enforced);
  json.close_object();
  return json.take();
}

base::Result<Contents> read_manifest(std::string_view text) {
  const auto version = read_version(text);
  if (!version) return std::unexpected(version.error());
  if (*version != kArtifactVersion) {
    return base::fail("unsupported artifact version " + std::to_string(*version));
  }

  Contents contents;
  Manifest& manifest = contents.manifest;
  bool has_specs = false, has_checksums = false, has_plugins = false, has_hash = false;
  JsonReader json(text);
  json.object([&](std::string_view key) {
    if (key == "compiled_at") {
      manifest.compiled_at = json.string();
    } else if (key == "compiler_version") {
      manifest.compiler_version = json.string();
    } else if (key == "source_specs") {
      has_specs = true;
      contents.specs.clear();
      json.array([&] { contents.specs.push_back(read_spec(json)); });
    } else if (key == "checksums") {
      has_checksums = true;
      manifest.checksums.clear();
      json.object([&](std::string_view entry) {
        manifest.checksums.insert_or_assign(std::string(entry), json.string());
      });
    } else if (key == "plugins") {
      has_plugins = true;
      contents.plugins.clear();
      json.array([&] { contents.plugins.push_back(read_plugin(json)); });
    } else if (key == "artifact_hash") {
      has_hash = true;
      manifest.artifact_hash = json.string();
    } else if (key == "provenance") {
      manifest.provenance = read_provenance(json);
    } else if (key == "mcp") {
      manifest.mcp = read_mcp(json);
    } else if (key == "signature") {
      manifest.signature = json.string_or_null();
    } else if (key == "signing_public_key") {
      manifest.signing_public_key = json.string_or_null();
    } else if (key == "capabilities_enforced") {
      manifest.capabilities_enforced = json.boolean();
    } else {
      json.skip();
    }
  });
  json.require(has_specs, "source_specs");
  json.require(has_checksums, "checksums");
  json.require(has_plugins, "plugins");
  json.require(has_hash, "artifact_hash");
  if (auto result = json.result(); !result) return std::unexpected(result.error());

  std::ranges::sort(contents.specs, {}, &SourceSpec::file);
  std::ranges::sort(contents.plugins, {}, &Plugin::name);
  if (auto checked = check_names(contents); !checked) return std::unexpected(checked.error());
  return contents;
}

base::Result<> check_names(const Contents& contents) {
  const auto ambiguous = [](std::string_view what, std::string_view name) {
    return base::fail("malformed " + std::string(what) + " '" + std::string(name) + "'");
  };
  for (const SourceSpec& spec : contents.specs) {
    if (spec.file.empty() || !is_plain(spec.file)) return ambiguous("spec name", spec.file);
    if (!is_sha256(spec.sha256)) return ambiguous("checksum", spec.sha256);
  }
  for (const Plugin& plugin : contents.plugins) {
    if (plugin.name.empty() || !is_plain(plugin.name)) return ambiguous("plugin name", plugin.name);
    for (const std::string* text : {&plugin.plugin_type, &plugin.version}) {
      if (!is_plain(*text)) return ambiguous("plugin manifest entry", *text);
    }
    for (const std::string& function : plugin.host_functions) {
      if (!is_plain(function) || function.empty() || function.find(',') != function.npos) {
        return ambiguous("host function", function);
      }
    }
    if (!is_sha256(plugin.sha256)) return ambiguous("checksum", plugin.sha256);
  }
  for (const auto& [entry, checksum] : contents.manifest.checksums) {
    if (!is_plain(entry)) return ambiguous("entry name", entry);
    if (!checksum.starts_with("sha256:") || !is_sha256(std::string_view(checksum).substr(7))) {
      return ambiguous("checksum", checksum);
    }
  }
  // The last line of the hash; only a tab could shift the border between its two names.
  for (const auto* name :
       {&contents.manifest.mcp.server_name, &contents.manifest.mcp.server_version}) {
    if (*name && (*name)->find('\t') != std::string::npos) return ambiguous("MCP name", **name);
  }
  const auto spec = std::ranges::adjacent_find(contents.specs, {}, &SourceSpec::file);
  if (spec != contents.specs.end()) return base::fail("spec '" + spec->file + "' is listed twice");
  const auto plugin = std::ranges::adjacent_find(contents.plugins, {}, &Plugin::name);
  if (plugin != contents.plugins.end()) {
    return base::fail("plugin '" + plugin->name + "' is listed twice");
  }
  return {};
}

}  // namespace barbacane::artifact::detail
