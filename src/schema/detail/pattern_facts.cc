#include "schema/detail/pattern_facts.h"

#include <algorithm>
#include <cstdint>

namespace barbacane::schema::detail {
namespace {

using Kind = PatternNode::Kind;

std::uint32_t clamped(std::uint64_t length) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(length, kUnbounded));
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

}  // namespace barbacane::schema::detail
