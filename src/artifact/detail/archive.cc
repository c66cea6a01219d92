#include "artifact/detail/archive.h"

#include <cstddef>

#include "artifact/detail/gzip.h"
#include "artifact/detail/sha256_stream.h"
#include "artifact/detail/tar.h"

namespace barbacane::artifact::detail {
namespace {

/// Entries cost memory even when empty, and compress to next to nothing.
constexpr std::size_t kMaxMembers = 100'000;
/// DEFLATE expands by no more than this, so that a size beyond it is a lie.
constexpr std::uint64_t kMaxExpansion = 1032;

bool is_kept(std::string_view name, SpecBytes spec_bytes) {
  if (name.starts_with("specs/")) return spec_bytes == SpecBytes::kKeep;
  return name == "manifest.json" || name == "routes.json" || name.starts_with("plugins/") ||
         name.starts_with("documents/") || name == kSourceMapEntry;
}

}  // namespace

base::Result<Members> unpack(std::string_view archive, SpecBytes spec_bytes,
                             std::uint64_t unpacked_limit) {
  Members members;
  GzipReader gzip(archive);
  TarReader tar(gzip, unpacked_limit);
  for (;;) {
    auto entry = tar.next();
    if (!entry) return std::unexpected(entry.error());
    if (!*entry) return members;
    if (!(*entry)->regular) continue;
    if (members.size() == kMaxMembers) return base::fail("it has too many entries");
    if ((*entry)->size > archive.size() * kMaxExpansion) {
      return base::fail("the tar data is truncated");
    }

    const auto [place, inserted] = members.try_emplace(std::move((*entry)->name));
    auto& [name, member] = *place;
    if (!inserted) return base::fail("it has two entries named '" + name + "'");
    const bool kept = is_kept(name, spec_bytes);
    if (kept) member.bytes.reserve((*entry)->size);
    Sha256Stream hash;
    for (;;) {
      const auto part = tar.content();
      if (!part) return std::unexpected(part.error());
      if (part->empty()) break;
      hash.update(*part);
      if (kept) member.bytes += *part;
    }
    member.sha256 = hash.hex();
  }
}

}  // namespace barbacane::artifact::detail
