#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The names that may stand in a query or a `cookie` field, and which parameter each is for.
///
/// A small hash table that only ever holds what a spec declares; a client cannot make it longer.
namespace barbacane::validation::detail {

class NameTable {
 public:
  /// Why a name is known. A name may have several claims: two exploded objects may share a member.
  struct Claim {
    enum class Kind : std::uint8_t {
      kValue,   ///< the parameter's own name
      kMember,  ///< a declared member of an exploded object
      kOther,   ///< no parameter's
    } kind;
    std::uint32_t rule = 0;
  };
  struct Entry {
    std::string name;
    bool plain = true;  ///< has none of the characters that begin an escape
    std::vector<Claim> claims;
    bool has(Claim::Kind kind, std::size_t rule) const;
  };

  void add(std::string_view name, Claim claim);
  /// After the last `add`.
  void finish();

  const Entry* find(std::string_view name) const {
    if (entries_.empty()) return nullptr;
    for (std::size_t at = hash(name);; ++at) {
      const std::uint32_t index = buckets_[at & mask_];
      if (index == kEmpty) return nullptr;
      if (entries_[index].name == name) return &entries_[index];
    }
  }

 private:
  static constexpr std::uint32_t kEmpty = UINT32_MAX;
  /// Of the length, the first and the last characters.
  static std::size_t hash(std::string_view name);

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> buckets_;
  std::size_t mask_ = 0;
};

}  // namespace barbacane::validation::detail
