#include <algorithm>
#include <exception>

#include <simdjson.h>

#include "artifact/artifact.h"
#include "artifact/detail/archive.h"
#include "artifact/detail/gzip.h"
#include "artifact/detail/manifest_json.h"
#include "artifact/detail/routes_json.h"
#include "artifact/detail/tar.h"
#include "base/hash.h"

namespace barbacane::artifact {
namespace {

using base::Result;

std::string document_entry(std::string_view name) {
  return "documents/" + std::string(name) + ".gz";
}
std::string plugin_entry(const Plugin& plugin) { return "plugins/" + plugin.name + ".wasm"; }

void fill_checksums(Contents& contents, std::string_view routes) {
  for (SourceSpec& spec : contents.specs) spec.sha256 = base::sha256_hex(spec.bytes);
  auto& checksums = contents.manifest.checksums;
  checksums.clear();
  checksums["routes.json"] = "sha256:" + base::sha256_hex(routes);
  for (Plugin& plugin : contents.plugins) {
    plugin.sha256 = base::sha256_hex(plugin.wasm);
    checksums[plugin_entry(plugin)] = "sha256:" + plugin.sha256;
  }
  for (const auto& [name, document] : contents.documents) {
    checksums[document_entry(name)] = "sha256:" + base::sha256_hex(document.gzip);
  }
  if (!contents.source_map.empty()) {
    checksums[detail::kSourceMapEntry] = "sha256:" + base::sha256_hex(contents.source_map);
  }
}

Result<> sign(Manifest& manifest, const SigningKey* key) {
  manifest.signature.reset();
  manifest.signing_public_key.reset();
  if (key == nullptr) return {};
  const auto hex = [](const std::string& bytes) {
    return base::to_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  };
  manifest.signature = hex(key->sign(manifest.artifact_hash));
  manifest.signing_public_key = hex(key->public_key());
  if (manifest.signature->empty()) return base::fail("signing failed");
  return {};
}

/// What `open` would refuse or leave out.
Result<> check(const Contents& contents) {
  if (auto checked = detail::check_names(contents); !checked) return checked;
  for (const auto& [name, document] : contents.documents) {
    if (!name.ends_with(".json") && !name.ends_with(".yaml")) {
      return base::fail("document '" + name + "' is neither .json nor .yaml");
    }
  }
  for (const SourceSpec& spec : contents.specs) {
    if (spec.bytes.size() > detail::kMaxEntrySize) return base::fail(spec.file + " is too large");
  }
  return {};
}

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

/// Of all members but for their headers.
std::size_t size_of(const Contents& contents) {
  std::size_t size = contents.source_map.size();
  for (const SourceSpec& spec : contents.specs) size += spec.bytes.size();
  for (const Plugin& plugin : contents.plugins) size += plugin.wasm.size();
  for (const auto& [name, document] : contents.documents) size += document.gzip.size();
  return size;
}

std::string pack(const Contents& contents, std::string_view manifest, std::string_view routes,
                 Compression compression) {
  using enum detail::GzipWriter::Effort;
  const auto effort = compression == Compression::kNone ? kStore : kCompress;
  constexpr std::size_t kHeaders = 64 << 10;
  detail::GzipWriter out(effort == kStore ? size_of(contents) + routes.size() + kHeaders : 0);
  detail::write_entry(out, "manifest.json", manifest, effort);
  detail::write_entry(out, "routes.json", routes, effort);
  for (const SourceSpec& spec : contents.specs) {
    detail::write_entry(out, "specs/" + spec.file, spec.bytes, effort);
  }
  for (const Plugin& plugin : contents.plugins) {
    detail::write_entry(out, plugin_entry(plugin), plugin.wasm, effort);
  }
  for (const auto& [name, document] : contents.documents) {
    detail::write_entry(out, document_entry(name), document.gzip, kStore);
  }
  if (!contents.source_map.empty()) {
    detail::write_entry(out, detail::kSourceMapEntry, contents.source_map, kStore);
  }
  detail::write_end(out);
  return out.finish();
}

Result<std::string> seal_sorted(Contents& contents, const SigningKey* key,
                                Compression compression) {
  const auto routes = detail::write_routes(contents.routes);
  if (!routes) return routes;
  if (!is_utf8(*routes)) return base::fail("routes.json would not be valid UTF-8");
  fill_checksums(contents, *routes);
  if (auto checked = check(contents); !checked) return std::unexpected(checked.error());

  contents.manifest.artifact_version = kArtifactVersion;
  contents.manifest.artifact_hash = artifact_hash(contents);
  if (auto done = sign(contents.manifest, key); !done) {
    return std::unexpected(done.error());
  }
  const std::string manifest = detail::write_manifest(contents);
  if (!is_utf8(manifest)) return base::fail("manifest.json would not be valid UTF-8");
  return pack(contents, manifest, *routes, compression);
}

}  // namespace

Result<std::string> seal(Contents contents, const SigningKey* key, Compression compression) try {
  std::ranges::sort(contents.specs, {}, &SourceSpec::file);
  std::ranges::sort(contents.plugins, {}, &Plugin::name);
  return seal_sorted(contents, key, compression);
} catch (const std::exception& exception) {  // memory
  return base::fail(std::string("cannot build the artifact: ") + exception.what());
}

}  // namespace barbacane::artifact
