#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "schema/detail/pattern_facts.h"
#include "schema/detail/pattern_shape.h"
#include "schema/detail/pattern_steps.h"

namespace barbacane::schema::detail {
namespace {

using Kind = PatternNode::Kind;
using Op = PatternStep::Op;

constexpr std::size_t kMaxSteps = 512;
constexpr std::uint32_t kMaxSearched = 64;

bool is_single(const PatternNode& node) {
  return node.kind == Kind::kCharacter || node.kind == Kind::kClass;
}

}  // namespace

/// Writes the steps of a shape from left to right, each part knowing what may follow it.
class StepBuilder {
 public:
  explicit StepBuilder(const std::vector<CharacterClass>& classes) : classes_(classes) {}

  std::optional<StepPattern> build(PatternShape shape) {
    const PatternNode& root = shape.root;
    if (!shape.at_start && longest_match(root) > kMaxSearched) return std::nullopt;
    const CodePointSet nothing;
    if (!write(root, shape.at_end ? nothing : every_code_point())) return std::nullopt;
    push({.op = shape.at_end ? Op::kEnd : Op::kMatch});
    if (too_long_) return std::nullopt;
    out_.at_start_only_ = shape.at_start;
    if (!shape.at_start && !matches_empty(root)) {
      out_.start_ = of_set(Op::kOne, first(root));
    }
    return std::move(out_);
  }

 private:
  CodePointSet set_of(const PatternNode& node) const {
    return node.kind == Kind::kCharacter ? CodePointSet::of(node.value)
                                         : classes_[node.value].ranges;
  }

  CodePointSet first(const PatternNode& node) const {
    CodePointSet out;
    switch (node.kind) {
      case Kind::kCharacter:
      case Kind::kClass:
        return set_of(node);
      case Kind::kRepeat:
        return first(node.children.front());
      case Kind::kSequence:
        for (const PatternNode& child : node.children) {
          out = out.united(first(child));
          if (!matches_empty(child)) break;
        }
        return out;
      default:
        for (const PatternNode& child : node.children) out = out.united(first(child));
        return out;
    }
  }

  bool write(const PatternNode& node, const CodePointSet& follow) {
    if (too_long_) return false;
    switch (node.kind) {
      case Kind::kCharacter:
      case Kind::kClass:
        push(of_set(Op::kOne, set_of(node)));
        return true;
      case Kind::kSequence:
        return write_sequence(node, follow);
      case Kind::kChoice:
        return write_choice(node, follow);
      case Kind::kRepeat:
        return is_single(node.children.front()) ? write_run(node, follow)
                                                : write_repeat(node, follow);
      default:
        return false;
    }
  }

  bool write_sequence(const PatternNode& node, const CodePointSet& follow) {
    const auto& parts = node.children;
    std::vector<CodePointSet> follows(parts.size(), follow);
    for (std::size_t i = parts.size(); i-- > 1;) {
      follows[i - 1] = first(parts[i]);
      if (matches_empty(parts[i])) follows[i - 1] = follows[i - 1].united(follows[i]);
    }
    for (std::size_t i = 0; i < parts.size();) {
      const std::size_t characters = literal_length(parts, i);
      if (characters > 1) {
        push_literal(parts, i, characters);
        i += characters;
      } else if (!write(parts[i], follows[i])) {
        return false;
      } else {
        ++i;
      }
    }
    return true;
  }

  static std::size_t literal_length(const std::vector<PatternNode>& parts, std::size_t from) {
    std::size_t to = from;
    while (to < parts.size() && parts[to].kind == Kind::kCharacter) ++to;
    return to - from;
  }

  void push_literal(const std::vector<PatternNode>& parts, std::size_t from, std::size_t count) {
    std::string literal;
    for (std::size_t i = from; i < from + count; ++i) base::append_utf8(literal, parts[i].value);
    push({.op = Op::kLiteral, .target = static_cast<std::uint16_t>(out_.literals_.size())});
    out_.literals_.push_back(std::move(literal));
  }

  bool write_run(const PatternNode& node, const CodePointSet& follow) {
    const CodePointSet set = set_of(node.children.front());
    if (node.min != node.max && set.intersects(follow)) return false;
    PatternStep step = of_set(Op::kRun, set);
    step.min = node.min;
    step.max = node.max;
    push(step);
    return true;
  }

  /// Copies of the child as far as the repeat has bounds, a loop where it has none.
  bool write_repeat(const PatternNode& node, const CodePointSet& follow) {
    const PatternNode& child = node.children.front();
    if (matches_empty(child)) return false;
    const CodePointSet start = first(child);
    const bool varies = node.min != node.max;
    if (varies && start.intersects(follow)) return false;
    const CodePointSet more_or_end = follow.united(start);
    for (std::uint32_t i = 0; i < node.min; ++i) {
      const bool last = i + 1 == node.min;
      if (!write(child, !last ? start : varies ? more_or_end : follow)) return false;
    }
    const PatternStep next = of_set(Op::kIf, start);
    if (node.max == kUnbounded) {
      const std::size_t loop = push(next);
      if (!write(child, more_or_end)) return false;
      push({.op = Op::kJump, .target = static_cast<std::uint16_t>(loop)});
      set_target(loop);
      return true;
    }
    std::vector<std::size_t> exits;
    for (std::uint32_t i = node.min; i < node.max; ++i) {
      exits.push_back(push(next));
      if (!write(child, i + 1 < node.max ? more_or_end : follow)) return false;
    }
    for (const std::size_t exit : exits) set_target(exit);
    return true;
  }

  /// The one that may be empty, of which there is at most one, is what remains when no other
  /// begins with the next character.
  bool write_choice(const PatternNode& node, const CodePointSet& follow) {
    std::vector<const PatternNode*> alternatives;
    for (const PatternNode& child : node.children) alternatives.push_back(&child);
    std::partition(alternatives.begin(), alternatives.end(),
                   [](const PatternNode* child) { return !matches_empty(*child); });
    const bool may_be_empty = matches_empty(*alternatives.back());
    CodePointSet seen = may_be_empty ? follow : CodePointSet();
    std::vector<std::size_t> exits;
    for (const PatternNode* alternative : alternatives) {
      const bool last = alternative == alternatives.back();
      if (!last && matches_empty(*alternative)) return false;
      const CodePointSet start = first(*alternative);
      if (seen.intersects(start)) return false;
      seen = seen.united(start);
      if (last) {
        if (!write(*alternative, follow)) return false;
        break;
      }
      const std::size_t test = push(of_set(Op::kIf, start));
      if (!write(*alternative, follow)) return false;
      exits.push_back(push({.op = Op::kJump}));
      set_target(test);
    }
    for (const std::size_t exit : exits) set_target(exit);
    return true;
  }

  PatternStep of_set(Op op, const CodePointSet& set) {
    PatternStep step{.op = op};
    for (const CodePointRange& range : set.ranges()) {
      for (char32_t c = range.first; c <= range.last && c < 128; ++c) {
        step.ascii[c / 64] |= std::uint64_t{1} << c % 64;
      }
    }
    if (set.empty() || set.ranges().back().last < 128) return step;
    auto& known = out_.wide_;
    const auto same = std::find(known.begin() + 1, known.end(), set);
    step.wide = static_cast<std::uint16_t>(same - known.begin());
    if (same == known.end()) known.push_back(set);
    return step;
  }

  std::size_t push(const PatternStep& step) {
    too_long_ = too_long_ || out_.steps_.size() >= kMaxSteps;
    if (!too_long_) out_.steps_.push_back(step);
    return out_.steps_.size() - 1;
  }

  /// Makes a step go to the one that comes next.
  void set_target(std::size_t step) {
    out_.steps_[step].target = static_cast<std::uint16_t>(out_.steps_.size());
  }

  const std::vector<CharacterClass>& classes_;
  StepPattern out_;
  bool too_long_ = false;
};

std::optional<StepPattern> StepPattern::build(const PatternTree& tree) {
  auto shape = shape_of(tree);
  if (!shape) return std::nullopt;
  return StepBuilder(tree.classes).build(std::move(*shape));
}

}  // namespace barbacane::schema::detail
