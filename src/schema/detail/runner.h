#pragma once

#include <cstdint>

#include "schema/detail/code.h"
#include "schema/detail/scratch.h"
#include "schema/detail/values.h"

/// The interpreter of programs.
///
/// One implementation in four variants. `kTrack` notes which members or elements of the value were
/// evaluated; it is chosen below a schema with an `unevaluated…` keyword, for the schemas about the
/// same value. `kExplain` goes on behind a failure and tells the `Explainer` about each; without it
/// the first one ends the run.
namespace barbacane::schema::detail {

class Explainer;

enum class Track : bool { kNo, kYes };
enum class Explain : bool { kNo, kYes };

class Runner {
 public:
  using Node = Value::Node;

  Runner(const Program::Impl& program, Scratch::Impl& scratch, Value value,
         Explainer* explainer = nullptr);

  template <Track kTrack, Explain kExplain>
  bool check(std::uint32_t block, const Node* node);

  /// A pattern gave up, or one of the guards below spoke: the verdict is not to be trusted.
  bool limited() const { return limited_; }

 private:
  friend class Explainer;

  /// Values in one another. Documents are not that deep; schemas that build their own may be.
  static constexpr std::uint32_t kMaxValues = 256;
  /// Schemas in one another: what the machine's stack has to bear.
  static constexpr std::uint32_t kMaxSteps = 2048;
  /// Schemas tried in all, beyond some for each node. Alternatives that share a recursive part take
  /// time exponential in the depth of the value; clients choose the depth.
  static constexpr std::uint64_t kFreeTries = std::uint64_t{1} << 20;
  static constexpr std::uint64_t kTriesPerNode = 512;

  /// Bits of the value at hand in `scratch.bits`.
  struct Frame {
    std::uint32_t at = 0;
    std::uint32_t words = 0;
  };

  template <Track kTrack, Explain kExplain>
  bool check_code(const Block& block, const Node* node);
  template <Track kTrack, Explain kExplain>
  bool check_special(const Block& block, const Node* node);
  template <Track kTrack, Explain kExplain>
  bool check_group(const Block& block, unsigned group, const Node* node);
  template <Track kTrack, Explain kExplain>
  bool step(const Block& block, const Instruction& in, const Node* node);

  /// Whether a leaf is enough to call the value valid.
  static bool settles(const Leaf& leaf, const Node* node) {
    switch (leaf.kind) {
      case Leaf::kTypes:
        return has_type(leaf.types, node);
      case Leaf::kLength: {
        if (node->kind != Kind::kString || node->opaque) return false;
        const std::size_t size = node->size;
        // A code point takes one to four bytes; for most lengths that is enough to know.
        if (size > static_cast<std::uint32_t>(leaf.high)) return false;
        const auto least = static_cast<std::uint32_t>(leaf.low);
        return (size + 3) / 4 >= least || (size >= least && is_ascii(node->text, size));
      }
      case Leaf::kRange: {
        using Known = Node::Known;
        return node->known != Known::kNothing && node->kind == Kind::kNumber &&
               node->floor() >= leaf.low && node->ceiling() <= leaf.high &&
               (node->known == Known::kWhole || (leaf.types & TypeSet::kFraction) != 0);
      }
      default:
        return false;
    }
  }

  /// A value inside the one at hand.
  template <Explain kExplain>
  bool descend(std::uint32_t block, const Node* node);
  /// A schema whose failure does not fail the one that asks: what it noted counts on success only.
  template <Track kTrack>
  bool attempt(std::uint32_t block, const Node* node);

  template <Explain kExplain>
  bool in_range(const Block& block, const Instruction& in, const Node* node);
  template <Explain kExplain>
  bool has_length(const Block& block, const Instruction& in, const Node* node);
  template <Track kTrack, Explain kExplain>
  bool items(const Instruction& in, const Node* node);
  template <Track kTrack, Explain kExplain>
  bool contains(const Block& block, const Instruction& in, const Node* node);
  template <Explain kExplain>
  bool unique(const Block& block, const Node* node);
  template <Track kTrack, Explain kExplain>
  bool members(const Block& block, const Instruction& in, const Node* node);
  /// For tables without patterns, when nothing but the verdict is asked.
  bool plain_members(const MemberTable& table, const Node* node);
  template <Track kTrack, Explain kExplain>
  bool member(const Block& block, const MemberTable& table, const Node* key, std::uint32_t index,
              std::uint64_t* found);
  template <Explain kExplain>
  bool dependent_required(const Block& block, const Instruction& in, const Node* node);
  template <Track kTrack, Explain kExplain>
  bool any_of(const Block& block, const Instruction& in, const Node* node);
  template <Track kTrack, Explain kExplain>
  bool one_of(const Block& block, const Instruction& in, const Node* node);
  template <Explain kExplain>
  bool unevaluated_items(const Block& block, const Instruction& in, const Node* node);
  template <Explain kExplain>
  bool unevaluated_properties(const Block& block, const Instruction& in, const Node* node);

  bool in_enum(const Instruction& in, const Node* node) const;
  bool is_multiple(const Instruction& in, const Node* node) const;
  bool pattern_matches(std::uint32_t pattern, const Node* node);
  std::uint32_t dynamic_target(const Instruction& in) const;
  struct Pair {
    const Node* first = nullptr;
    const Node* second = nullptr;
  };
  Pair duplicates(const Node* node);

  static const Property* find_property(const Slot* slots, std::uint32_t mask,
                                       const Property* properties, const Node* key);
  void mark(std::size_t index) {
    scratch_.bits[frame_.at + index / 64] |= std::uint64_t{1} << (index % 64);
  }
  bool is_marked(std::size_t index) const {
    return (scratch_.bits[frame_.at + index / 64] >> (index % 64) & 1) != 0;
  }
  Frame open_frame(const Node* node);
  /// Back to the frame before; what was noted goes there when `keep` says so.
  void close_frame(Frame before, bool keep);

  bool limit();

  const Program::Impl& program_;
  Scratch::Impl& scratch_;
  Explainer* explainer_;
  Frame frame_;
  std::uint32_t resource_ = kNowhere;
  std::uint32_t values_ = 0;
  std::uint32_t steps_ = 0;
  bool limited_ = false;
  std::uint64_t tries_;
};

}  // namespace barbacane::schema::detail
