#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

/// The members of an artifact by name, unpacked and hashed, not yet believed.
namespace barbacane::artifact::detail {

struct Member {
  std::string sha256;  ///< hex, of the bytes as they lie in the archive
  std::string bytes;   ///< empty unless kept
};

using Members = std::map<std::string, Member, std::less<>>;

inline constexpr const char* kSourceMapEntry = "source_map.json.gz";

enum class SpecBytes { kDrop, kKeep };

/// Keeps the bytes of what a reader has a use for and hashes everything. Fails on damage, on two
/// members of one name, and beyond `unpacked_limit`.
base::Result<Members> unpack(std::string_view archive, SpecBytes spec_bytes,
                             std::uint64_t unpacked_limit);

}  // namespace barbacane::artifact::detail
