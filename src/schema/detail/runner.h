#pragma once

#include <cstdint>
#include <optional>

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

  /// A pattern gave up, content is not at hand, or one of the guards below spoke: the verdict is
  /// not to be trusted.
  bool limited() const { return limited_; }

  /// What it was that ended the run.
  struct Trouble {
    enum class Reason : std::uint8_t { kNone, kSteps, kDepth, kPattern, kUnseen } reason;
    /// Of kUnseen: who asked for the content of which value.
    const Block* block = nullptr;
    Keyword keyword = Keyword::kNone;
    const Node* node = nullptr;
  };
  const Trouble& trouble() const { return trouble_; }

 private:
  friend class Explainer;

  /// Values in one another. Documents are not that deep; schemas that build their own may be.
  static constexpr std::uint32_t kMaxValues = 256;
  /// Schemas in one another: what the machine's stack has to bear.
  static constexpr std::uint32_t kMaxSteps = 2048;
  /// Steps in all, beyond some for each node: one for each schema tried, more for what takes more
  /// time than that. Alternatives that share a recursive part take time exponential in the depth of
  /// the value; clients choose the depth.
  static constexpr std::uint64_t kFreeSteps = std::uint64_t{1} << 20;
  static constexpr std::uint64_t kStepsPerNode = 32;
  /// Who has taken more than this asks the same again and again, perhaps: from here on verdicts are
  /// remembered.
  static constexpr std::uint64_t kUsualSteps = std::uint64_t{1} << 13;
  static constexpr std::uint64_t kUsualStepsPerNode = 8;

  /// Texts up to here cost nothing beside what is done with them.
  static constexpr std::uint32_t kShort = 64;

  /// Bits of the value at hand in `scratch.bits`.
  struct Frame {
    std::uint32_t at = 0;
    std::uint32_t words = 0;
  };

  /// Blocks in which must be noted what is evaluated: who asks nothing but the verdict may know it
  /// beforehand.
  template <Track kTrack, Explain kExplain>
  static constexpr std::uint8_t kNoting =
      kTrack == Track::kNo && kExplain == Explain::kNo ? Block::kNotes : Block::kUnevaluated;

  template <Track kTrack, Explain kExplain>
  bool check_code(const Block& block, const Node* node);
  template <Track kTrack, Explain kExplain>
  bool check_noting(const Block& block, const Node* node);
  template <Track kTrack, Explain kExplain>
  bool check_steps(const Block& block, unsigned begin, unsigned end, const Node* node);
  template <Track kTrack, Explain kExplain>
  bool step(const Block& block, const Instruction& in, const Node* node);

  /// Takes steps from the budget; false when there are not as many.
  bool spend(std::uint64_t steps) {
    if (steps >= tries_) [[unlikely]]
      return limit(Trouble::Reason::kSteps);
    tries_ -= steps;
    return true;
  }
  /// For what takes time by the length of a text.
  bool spend_on_text(const Node* node) {
    return node->size <= kShort || spend(node->size / kShort);
  }
  /// For what looks at each element or member, but not into them.
  bool spend_on_size(const Node* node) { return node->size < 16 || spend(node->size / 16); }
  /// Whether the value has one of the types.
  bool is_of(std::uint8_t types, const Node* node) {
    const bool some_numbers = node->kind == Kind::kNumber && (types & TypeSet::kNumber) != 0 &&
                              (types & TypeSet::kNumber) != TypeSet::kNumber;
    return some_numbers ? number_is_of(types, node) : has_type(types, node);
  }

  /// Whether a leaf is enough to call the value valid.
  bool settles(const Leaf& leaf, const Node* node) {
    switch (leaf.kind) {
      case Leaf::kTypes:
        return is_of(leaf.types, node);
      case Leaf::kLength: {
        if (node->kind != Kind::kString || node->opaque) return false;
        const std::size_t size = node->size;
        // A code point takes one to four bytes; for most lengths that is enough to know.
        if (size > static_cast<std::uint32_t>(leaf.high)) return false;
        const auto least = static_cast<std::uint32_t>(leaf.low);
        return (size + 3) / 4 >= least || (size >= least && is_short_ascii(node));
      }
      case Leaf::kWords:
        return node->kind == Kind::kString && !node->opaque && is_word(leaf, node);
      case Leaf::kRange:
        return is_within(leaf, node);
      case Leaf::kIntegers:
        return node->known == Node::Known::kWhole && node->floor() >= leaf.low &&
               node->floor() <= leaf.high;
      default:
        return false;
    }
  }

  // Not for the loops that ask the questions above.
  bool is_word(const Leaf& leaf, const Node* node) const;
  static bool is_short_ascii(const Node* node);
  bool number_is_of(std::uint8_t types, const Node* node);

  /// Of what is no number nothing is known.
  static bool is_within(const Leaf& range, const Node* node) {
    return node->known != Node::Known::kNothing && node->floor() >= range.low &&
           node->ceiling() <= range.high;
  }

  /// A value inside the one at hand.
  template <Explain kExplain>
  bool descend(std::uint32_t block, const Node* node);
  template <Explain kExplain>
  bool descend_anew(std::uint32_t block, const Node* node);
  bool descend_remembering(std::uint32_t block, const Node* node);
  /// Objects, lists and tagged unions in one another: past all the rest of `check`.
  bool descend_known(std::uint32_t block, const Node* node);
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
  bool element_passes(std::uint32_t block, const Leaf& leaf, const Node* element,
                      std::uint32_t index);
  template <Track kTrack, Explain kExplain>
  bool each_element(const Instruction& in, const Node* node);
  /// Arrays or objects of one schema in an array: what it says is looked up once for all of them.
  bool all_rows(const Block& row, const Node* node);
  bool all_objects(const Block& each, const Node* node);
  /// Ranges of the first elements of a row, where all there is to say of them is a range: rows of
  /// coordinates and the like pass at a glance.
  struct Columns {
    static constexpr std::uint32_t kMost = 4;
    const Leaf* ranges[kMost];
    std::uint32_t count = 0;

    bool hold(const Node* row) const;
  };
  Columns columns_of(const Instruction& in) const;
  template <Track kTrack, Explain kExplain>
  bool contains(const Block& block, const Instruction& in, const Node* node);
  template <Explain kExplain>
  bool unique(const Block& block, const Node* node);
  template <Track kTrack, Explain kExplain>
  bool members(const Block& block, const MemberTable& table, const Node* node);
  /// A member's value; null when there is none. Looks through all of them.
  static const Node* find_member(const Node* node, const Text& name);
  bool has_member(const Node* node, const Text& name);
  /// Looks into the members that were put off since there were `before` of them.
  bool catch_up(std::size_t before);
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
  /// The branch that the value's tag names, where the branches have a switch; kNowhere when it
  /// names none of them.
  std::optional<std::uint32_t> switched(const Instruction& in, const Node* node);
  /// Whether a branch is out of the question, as far as that shows without looking into what is in
  /// the value: so alternatives told apart by a constant do not multiply from level to level.
  bool is_out(std::uint32_t branch, const Node* node);
  bool misfits(std::uint32_t block, const Node* node, unsigned depth);
  bool members_misfit(const MemberTable& table, const Node* node);
  template <Explain kExplain>
  bool unevaluated_items(const Block& block, const Instruction& in, const Node* node);
  /// `unevaluatedProperties` for which the schema tells what is left over.
  bool leftovers(const Block& block, const Instruction& in, const Node* node);
  bool declares_all(const MemberTable& table, const Node* node);
  template <Explain kExplain>
  bool unevaluated_properties(const Block& block, const Instruction& in, const Node* node);

  bool in_enum(const Block& block, const Instruction& in, const Node* node);
  bool is_constant(const Block& block, const Instruction& in, const Node* node);
  bool is_multiple(const Instruction& in, const Node* node);
  bool pattern_matches(std::uint32_t pattern, const Node* node);
  std::uint32_t dynamic_target(const Instruction& in) const;
  struct Pair {
    const Node* first = nullptr;
    const Node* second = nullptr;
  };
  Pair duplicates(const Block& block, const Node* node);

  static const Property* find_property(const Slot* slots, SlotRange index,
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

  bool limit(Trouble::Reason reason);
  /// The verdict depends on the content of an opaque string.
  bool unseen(const Block& block, Keyword keyword, const Node* node);

  const Program::Impl& program_;
  Scratch::Impl& scratch_;
  Explainer* explainer_;
  Frame frame_;
  std::uint32_t resource_ = kNowhere;
  std::uint32_t values_ = 0;
  std::uint32_t steps_ = 0;
  bool limited_ = false;
  Trouble trouble_{};
  std::uint64_t tries_;
  std::uint64_t remembers_below_;
  /// The last object of which a table declares every member.
  struct {
    const MemberTable* table = nullptr;
    const Node* node = nullptr;
  } declared_;
};

}  // namespace barbacane::schema::detail
