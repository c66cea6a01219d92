#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

/// A hash table from (scope, label) to a node, where a scope is the node whose child is sought.
///
/// One table holds the children of all nodes: open addressing, and labels of up to 16 bytes lie in
/// the slot itself, so that a step down even a large trie costs one cache line. Keys come from
/// templates and never from clients; all a client can choose is which short probe it walks.
namespace barbacane::router::detail {

class LabelIndex {
 public:
  /// What `find` returns for a missing key; no key maps to it.
  static constexpr std::uint32_t kAbsent = 0;

  LabelIndex() : slots_(kMinSlots) {}

  std::uint32_t find(std::uint32_t scope, std::string_view label) const {
    const Key key(scope, label);
    for (std::size_t i = key.hash();; ++i) {
      const Slot& slot = slots_[i & (slots_.size() - 1)];
      if (slot.node == kAbsent) return kAbsent;
      if (slot.key == key && (label.size() <= kInline || long_label(slot) == label)) {
        return slot.node;
      }
    }
  }

  /// Adds a key that is not there yet.
  void insert(std::uint32_t scope, std::string_view label, std::uint32_t node);

 private:
  static constexpr std::size_t kMinSlots = 16;
  static constexpr std::size_t kInline = 16;

  /// Labels up to kInline bytes are `words` and `size` together; of longer ones `words` is a hash.
  struct Key {
    std::uint64_t words[2] = {};
    std::uint32_t size = 0;
    std::uint32_t scope = 0;

    Key() = default;
    Key(std::uint32_t in_scope, std::string_view label)
        : size(static_cast<std::uint32_t>(label.size())), scope(in_scope) {
      const char* bytes = label.data();
      const std::size_t count = label.size();
      if (count <= 8) {
        words[0] = up_to_eight(bytes, count);
        return;
      }
      for (std::size_t i = 0; i + kInline < count; i += kInline) {
        fold(load<std::uint64_t>(bytes + i), load<std::uint64_t>(bytes + i + 8));
      }
      // What is left are 1 to 16 bytes; those before them are read again if need be.
      if (count > kInline) bytes += count - kInline;
      words[0] ^= load<std::uint64_t>(bytes);
      words[1] ^= load<std::uint64_t>(count > kInline ? bytes + 8 : bytes + count - 8);
    }

    std::size_t hash() const {
      return product(words[0] ^ scope ^ kFirst, words[1] ^ std::uint64_t{size} << 32 ^ kSecond);
    }

    friend bool operator==(const Key&, const Key&) = default;

   private:
    static constexpr std::uint64_t kFirst = 0x9E3779B97F4A7C15;   // the golden ratio
    static constexpr std::uint64_t kSecond = 0xB7E151628AED2A6B;  // e

    void fold(std::uint64_t first, std::uint64_t second) {
      words[0] = product(words[0] ^ first ^ kFirst, words[1] ^ second ^ kSecond);
      words[1] = words[0] >> 7;
    }
  };

  struct alignas(32) Slot {
    Key key;
    std::uint32_t node = kAbsent;
    std::uint32_t label = 0;  ///< of a long one, where it begins in `long_labels_`
  };

  std::string_view long_label(const Slot& slot) const {
    return {long_labels_.data() + slot.label, slot.key.size};
  }

  /// Both halves of the 128-bit product, one over the other.
  static std::uint64_t product(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide wide = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(wide) ^ static_cast<std::uint64_t>(wide >> 64);
  }

  template <class Word>
  static std::uint64_t load(const char* bytes) {
    Word word;
    std::memcpy(&word, bytes, sizeof word);
    return word;
  }

  /// Few bytes as one word without a loop; two reads overlap unless the length is a power of two.
  static std::uint64_t up_to_eight(const char* bytes, std::size_t count) {
    if (count >= 4) {
      return load<std::uint32_t>(bytes) << 32 | load<std::uint32_t>(bytes + count - 4);
    }
    if (count >= 2) {
      return load<std::uint16_t>(bytes) << 16 | load<std::uint16_t>(bytes + count - 2);
    }
    return count == 1 ? load<std::uint8_t>(bytes) : 0;
  }

  void place(const Slot& slot);
  void grow();

  std::vector<Slot> slots_;  ///< a power of two, never more than three quarters full
  std::size_t used_ = 0;
  std::string long_labels_;
};

}  // namespace barbacane::router::detail
