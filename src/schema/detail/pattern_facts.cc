#include "schema/detail/pattern_facts.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace barbacane::schema::detail {
namespace {

using Kind = PatternNode::Kind;

std::uint32_t clamped(std::uint64_t length) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(length, kUnbounded));
}

std::uint32_t places_of(const CharacterClass& set) {
  constexpr std::ptrdiff_t kMost = 16;
  if (!set.properties.empty()) return kMost;
  const auto ranges = set.ranges.ranges();
  const auto beyond = std::count_if(ranges.begin(), ranges.end(),
                                    [](const CodePointRange& range) { return range.last > 0x7F; });
  return static_cast<std::uint32_t>(std::min(1 + beyond, kMost));
}

std::uint32_t places_in(const PatternNode& node, const std::vector<CharacterClass>& classes) {
  if (node.kind == Kind::kClass) return places_of(classes[node.value]);
  if (node.children.empty()) return 1;
  std::uint64_t out = 0;
  for (const PatternNode& child : node.children) out += places_in(child, classes);
  if (node.kind == Kind::kRepeat) {
    out *= std::max(node.max == kUnbounded ? node.min : node.max, 1U);
  }
  return clamped(out);
}

}  // namespace

std::uint32_t longest_match(const PatternNode& node) {
  std::uint32_t out = 0;
  switch (node.kind) {
    case Kind::kCharacter:
    case Kind::kClass:
    case Kind::kWordBoundary:
      return 1;
    case Kind::kReference:
      return kUnbounded;
    case Kind::kTextStart:
    case Kind::kTextEnd:
      return 0;
    case Kind::kChoice:
      for (const PatternNode& child : node.children) out = std::max(out, longest_match(child));
      return out;
    case Kind::kRepeat: {
      const std::uint64_t once = longest_match(node.children.front());
      if (once == 0) return 0;
      return once == kUnbounded || node.max == kUnbounded ? kUnbounded : clamped(once * node.max);
    }
    default:
      for (const PatternNode& child : node.children) {
        out = clamped(std::uint64_t{out} + longest_match(child));
      }
      return out;
  }
}

bool begins_at_text_start(const PatternNode& node) {
  switch (node.kind) {
    case Kind::kTextStart:
      return true;
    case Kind::kGroup:
      return begins_at_text_start(node.children.front());
    case Kind::kSequence:
      for (const PatternNode& child : node.children) {
        if (begins_at_text_start(child)) return true;
        if (child.kind != Kind::kLookAhead && child.kind != Kind::kWordBoundary) return false;
      }
      return false;
    case Kind::kChoice:
      return std::all_of(node.children.begin(), node.children.end(), begins_at_text_start);
    case Kind::kRepeat:
      return node.min > 0 && begins_at_text_start(node.children.front());
    case Kind::kLookAhead:
      return !node.negated && begins_at_text_start(node.children.front());
    default:
      return false;
  }
}

bool is_anchored(const PatternNode& root) {
  return root.kind == Kind::kSequence && !root.children.empty() &&
         root.children.front().kind == Kind::kTextStart;
}

std::uint32_t places(const PatternTree& tree) { return places_in(tree.root, tree.classes); }

}  // namespace barbacane::schema::detail
