#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "artifact/artifact.h"
#include "artifact/detail/routes_json.h"
#include "artifact/detail/samples.h"
#include "base/hash.h"

/// The first byte says where the rest is put: as the archive itself, or past gzip and tar as
/// `manifest.json`, as `routes.json` under a manifest that vouches for it, or as a whole tar.
/// What opens must be sealable again and then open to the same.
namespace {

using namespace barbacane;

const artifact::OpenOptions kOptions{.trusted_public_key = {},
                                     .spec_bytes = artifact::OpenOptions::SpecBytes::kKeep,
                                     .unpacked_limit = std::size_t{16} << 20};

std::string vouching_manifest(std::string_view routes) {
  artifact::Contents contents;
  auto& checksums = contents.manifest.checksums;
  checksums["routes.json"] = "sha256:" + base::sha256_hex(routes);
  return R"({"barbacane_artifact_version":4,"source_specs":[],"plugins":[],)"
         R"("checksums":{"routes.json":")" +
         checksums["routes.json"] + R"("},"artifact_hash":")" + artifact::artifact_hash(contents) +
         "\"}";
}

std::string archive_of(char kind, std::string_view bytes) {
  switch (kind & 3) {
    case 0:
      return std::string(bytes);
    case 1:
      return artifact::samples::container(
          {{"manifest.json", std::string(bytes)}, {"routes.json", R"({"operations":[]})"}});
    case 2:
      return artifact::samples::container(
          {{"manifest.json", vouching_manifest(bytes)}, {"routes.json", std::string(bytes)}});
    default: {
      artifact::detail::GzipWriter out;
      out.write(bytes);
      return out.finish();
    }
  }
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto contents = artifact::open(archive_of(static_cast<char>(data[0]), bytes), kOptions);
  if (!contents) return 0;
  const auto sealed = artifact::seal(*contents);
  require(sealed.has_value());
  const auto again = artifact::open(*sealed, kOptions);
  require(again.has_value());
  require(artifact::detail::write_routes(again->routes).value() ==
          artifact::detail::write_routes(contents->routes).value());
  return 0;
}
