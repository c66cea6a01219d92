#include <algorithm>
#include <exception>

#include <simdjson.h>

#include "artifact/artifact.h"
#include "artifact/detail/archive.h"
#include "artifact/detail/ed25519.h"
#include "artifact/detail/manifest_json.h"
#include "artifact/detail/routes_json.h"
#include "base/hash.h"
#include "base/text.h"

/// Structure first (is everything there that is named, does it parse), then integrity, then the
/// bytes are handed over.
namespace barbacane::artifact {
namespace {

using detail::Members;
using Check = std::expected<void, LoadError>;

std::unexpected<LoadError> corrupt(std::string what, const std::string& why) {
  return std::unexpected(
      LoadError{LoadError::Kind::kCorrupt, "failed to load " + std::move(what) + ": " + why});
}

std::unexpected<LoadError> broken(std::string message) {
  return std::unexpected(LoadError{LoadError::Kind::kIntegrity, std::move(message)});
}

std::string plugin_entry(std::string_view name) { return "plugins/" + std::string(name) + ".wasm"; }
std::string missing(const std::string& entry) { return entry + " is missing from the artifact"; }

/// The text of a JSON member.
base::Result<std::string_view> text_of(const Members& members, const std::string& entry) {
  const auto member = members.find(entry);
  if (member == members.end()) return base::fail(missing(entry));
  const std::string_view text = member->second.bytes;
  if (!simdjson::validate_utf8(text.data(), text.size())) return base::fail("not valid UTF-8");
  return text;
}

std::expected<Contents, LoadError> read(const Members& members) {
  const auto manifest = text_of(members, "manifest.json");
  if (!manifest) return corrupt("manifest", manifest.error().message);
  auto contents = detail::read_manifest(*manifest);
  if (!contents) return corrupt("manifest", contents.error().message);

  const auto routes_text = text_of(members, "routes.json");
  if (!routes_text) return corrupt("routes", routes_text.error().message);
  auto routes = detail::read_routes(*routes_text);
  if (!routes) return corrupt("routes", routes.error().message);
  contents->routes = std::move(*routes);
  return std::move(*contents);
}

/// Whatever the manifest names is in the archive.
Check check_presence(const Contents& contents, const Members& members) {
  for (const SourceSpec& spec : contents.specs) {
    const std::string entry = "specs/" + spec.file;
    if (!members.contains(entry)) return corrupt("specs", missing(entry));
  }
  for (const Plugin& plugin : contents.plugins) {
    const std::string entry = plugin_entry(plugin.name);
    if (!members.contains(entry)) return corrupt("plugins from artifact", missing(entry));
  }
  for (const auto& [entry, checksum] : contents.manifest.checksums) {
    if (!members.contains(entry)) return corrupt("manifest", missing(entry));
  }
  return {};
}

Check check_signature(const Manifest& manifest, std::string_view trusted) {
  if (trusted.empty()) return {};
  const std::string key = base::from_hex(trusted);
  if (key.size() != detail::kPublicKeySize) {
    return broken("invalid key/signature material: the trusted public key must be 64 hex digits");
  }
  if (!manifest.signature) {
    return broken("artifact is unsigned but a trusted public key is configured");
  }
  const std::string signature = base::from_hex(*manifest.signature);
  if (signature.size() != detail::kSignatureSize) {
    return broken("invalid key/signature material: the signature must be 128 hex digits");
  }
  if (!detail::ed25519_verify(key, manifest.artifact_hash, signature)) {
    return broken("artifact signature verification failed");
  }
  return {};
}

Check check_manifest(const Contents& contents, std::string_view trusted) {
  const std::string& claimed = contents.manifest.artifact_hash;
  const std::string actual = artifact_hash(contents);
  if (claimed != actual) {
    return broken("artifact hash mismatch: manifest claims " + claimed + ", recomputed " + actual);
  }
  return check_signature(contents.manifest, trusted);
}

Check check_member(const std::string& what, const std::string& expected,
                   const std::string& actual) {
  if (expected == actual) return {};
  return broken(what + " checksum mismatch: manifest " + expected + ", actual " + actual);
}

/// The hash covers the checksums; here the checksums cover the members.
Check check_members(const Contents& contents, const Members& members) {
  const auto& checksums = contents.manifest.checksums;
  if (!checksums.contains("routes.json")) return broken("routes.json has no checksum");
  for (const Plugin& plugin : contents.plugins) {
    const std::string entry = plugin_entry(plugin.name);
    if (!checksums.contains(entry)) return broken("plugin '" + plugin.name + "' has no checksum");
    const std::string& actual = members.find(entry)->second.sha256;
    if (auto held = check_member("plugin '" + plugin.name + "'", plugin.sha256, actual); !held) {
      return held;
    }
  }
  for (const auto& [entry, expected] : checksums) {
    const std::string actual = "sha256:" + members.find(entry)->second.sha256;
    if (auto held = check_member(entry, expected, actual); !held) return held;
  }
  for (const SourceSpec& spec : contents.specs) {
    const std::string& actual = members.find("specs/" + spec.file)->second.sha256;
    if (auto held = check_member("spec '" + spec.file + "'", spec.sha256, actual); !held) {
      return held;
    }
  }
  return {};
}

/// A module the manifest does not speak of has no business in the archive.
Check check_strangers(const Contents& contents, const Members& members) {
  for (auto member = members.lower_bound("plugins/");
       member != members.end() && member->first.starts_with("plugins/"); ++member) {
    std::string_view name = member->first;
    if (!name.ends_with(".wasm")) continue;
    name.remove_prefix(8);
    name.remove_suffix(5);
    if (name.find('/') != name.npos) continue;
    if (!std::ranges::binary_search(contents.plugins, name, {}, &Plugin::name)) {
      return broken("plugin '" + std::string(name) + "' is not listed in the manifest");
    }
  }
  return {};
}

Check verify(const Contents& contents, const Members& members, std::string_view trusted) {
  if (auto held = check_presence(contents, members); !held) return held;
  if (auto held = check_manifest(contents, trusted); !held) return held;
  if (auto held = check_strangers(contents, members); !held) return held;
  return check_members(contents, members);
}

/// Documents are what the checksums say they are; others are unknown members.
void take_documents(Contents& contents, Members& members) {
  constexpr std::string_view kFolder = "documents/", kSuffix = ".gz";
  for (const auto& [entry, checksum] : contents.manifest.checksums) {
    if (!entry.starts_with(kFolder) || !entry.ends_with(kSuffix)) continue;
    std::string name = entry.substr(kFolder.size(), entry.size() - kFolder.size() - kSuffix.size());
    const bool json = name.ends_with(".json");
    if (!json && !name.ends_with(".yaml")) continue;
    contents.documents[std::move(name)] = {json ? "application/json" : "text/yaml",
                                           std::move(members.find(entry)->second.bytes)};
  }
}

void take_bytes(Contents& contents, Members& members) {
  for (SourceSpec& spec : contents.specs) {
    spec.bytes = std::move(members.find("specs/" + spec.file)->second.bytes);
  }
  for (Plugin& plugin : contents.plugins) {
    plugin.wasm = std::move(members.find(plugin_entry(plugin.name))->second.bytes);
  }
  take_documents(contents, members);
  if (contents.manifest.checksums.contains(detail::kSourceMapEntry)) {
    contents.source_map = std::move(members.find(detail::kSourceMapEntry)->second.bytes);
  }
}

std::expected<Contents, LoadError> open_checked(std::string_view archive,
                                                const OpenOptions& options) {
  const auto spec_bytes = options.spec_bytes == OpenOptions::SpecBytes::kKeep
                              ? detail::SpecBytes::kKeep
                              : detail::SpecBytes::kDrop;
  auto members = detail::unpack(archive, spec_bytes, options.unpacked_limit);
  if (!members) return corrupt("manifest", members.error().message);
  auto contents = read(*members);
  if (!contents) return contents;
  if (auto held = verify(*contents, *members, base::trim(options.trusted_public_key, " \t\r\n"));
      !held) {
    return std::unexpected(held.error());
  }
  take_bytes(*contents, *members);
  return contents;
}

}  // namespace

std::expected<Contents, LoadError> open(std::string_view archive, const OpenOptions& options) try {
  return open_checked(archive, options);
} catch (const std::exception& exception) {  // memory
  return corrupt("manifest", exception.what());
}

}  // namespace barbacane::artifact
