#include "schema/detail/pattern_shape.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

namespace barbacane::schema::detail {
namespace {

using Kind = PatternNode::Kind;
using Nodes = std::vector<PatternNode>;

constexpr std::size_t kMaxParts = 2000;

bool is_plain(const PatternTree& tree, const PatternNode& node, std::size_t& parts) {
  if (++parts > kMaxParts) return false;
  switch (node.kind) {
    case Kind::kReference:
    case Kind::kLookAhead:
    case Kind::kLookBehind:
    case Kind::kWordBoundary:
      return false;
    case Kind::kClass:
      return tree.classes[node.value].properties.empty();
    case Kind::kCharacter:
      return node.value < 0xD800 || node.value > 0xDFFF;
    default:
      return std::all_of(node.children.begin(), node.children.end(),
                         [&](const PatternNode& child) { return is_plain(tree, child, parts); });
  }
}

PatternNode of_children(Kind kind, Nodes children) {
  if (children.size() == 1) {
    PatternNode only = std::move(children.front());
    return only;
  }
  return {.kind = kind, .children = std::move(children)};
}

Nodes parts_of(PatternNode node) {
  if (node.kind == Kind::kSequence) return std::move(node.children);
  Nodes one;
  one.push_back(std::move(node));
  return one;
}

PatternNode shared_beginnings(std::vector<Nodes> alternatives);

/// `ab|ac` as `a(?:b|c)`: the tails of alternatives that begin with the same character.
Nodes with_shared_beginning(std::vector<Nodes> alike) {
  if (alike.size() == 1) return std::move(alike.front());
  Nodes out;
  out.push_back(alike.front().front());
  for (Nodes& alternative : alike) alternative.erase(alternative.begin());
  for (PatternNode& part : parts_of(shared_beginnings(std::move(alike)))) {
    out.push_back(std::move(part));
  }
  return out;
}

PatternNode shared_beginnings(std::vector<Nodes> alternatives) {
  Nodes out;
  bool empty = false;
  while (!alternatives.empty()) {
    std::vector<Nodes> alike;
    std::vector<Nodes> others;
    alike.push_back(std::move(alternatives.front()));
    const Nodes& model = alike.front();
    const bool shares = !model.empty() && model.front().kind == Kind::kCharacter;
    const std::uint32_t beginning = shares ? model.front().value : 0;
    for (std::size_t i = 1; i < alternatives.size(); ++i) {
      Nodes& other = alternatives[i];
      const bool same = shares && !other.empty() && other.front().kind == Kind::kCharacter &&
                        other.front().value == beginning;
      (same ? alike : others).push_back(std::move(other));
    }
    alternatives = std::move(others);
    Nodes parts = with_shared_beginning(std::move(alike));
    if (parts.empty() && std::exchange(empty, true)) continue;
    out.push_back(of_children(Kind::kSequence, std::move(parts)));
  }
  return of_children(Kind::kChoice, std::move(out));
}

/// Without groups, sequences in sequences and choices in choices.
PatternNode flattened(const PatternNode& node) {
  switch (node.kind) {
    case Kind::kGroup:
      return flattened(node.children.front());
    case Kind::kSequence: {
      Nodes out;
      for (const PatternNode& child : node.children) {
        Nodes parts = parts_of(flattened(child));
        std::move(parts.begin(), parts.end(), std::back_inserter(out));
      }
      return of_children(Kind::kSequence, std::move(out));
    }
    case Kind::kChoice: {
      std::vector<Nodes> out;
      for (const PatternNode& child : node.children) {
        PatternNode flat = flattened(child);
        if (flat.kind != Kind::kChoice) {
          out.push_back(parts_of(std::move(flat)));
          continue;
        }
        for (PatternNode& inner : flat.children) out.push_back(parts_of(std::move(inner)));
      }
      return shared_beginnings(std::move(out));
    }
    case Kind::kRepeat: {
      if (node.max == 0) return {};
      PatternNode out = node;
      out.children.front() = flattened(node.children.front());
      return out;
    }
    default:
      return node;
  }
}

enum class End : bool { kFirst, kLast };

bool has_anchor(const PatternNode& node, End end) {
  const Kind anchor = end == End::kFirst ? Kind::kTextStart : Kind::kTextEnd;
  if (node.kind == Kind::kSequence && !node.children.empty()) {
    return has_anchor(end == End::kFirst ? node.children.front() : node.children.back(), end);
  }
  if (node.kind == Kind::kChoice) {
    return std::all_of(node.children.begin(), node.children.end(),
                       [&](const PatternNode& child) { return has_anchor(child, end); });
  }
  return node.kind == anchor;
}

void drop_anchor(PatternNode& node, End end) {
  if (node.kind == Kind::kSequence) {
    drop_anchor(end == End::kFirst ? node.children.front() : node.children.back(), end);
  } else if (node.kind == Kind::kChoice) {
    for (PatternNode& child : node.children) drop_anchor(child, end);
  } else {
    node = PatternNode{};
  }
}

bool has_anchors(const PatternNode& node) {
  if (node.kind == Kind::kTextStart || node.kind == Kind::kTextEnd) return true;
  return std::any_of(node.children.begin(), node.children.end(), has_anchors);
}

/// Leaves out what need not be there at an open end: `[a-z]+` at the end asks for one letter.
void trim(Nodes& parts, End end) {
  while (!parts.empty()) {
    const auto outermost = end == End::kFirst ? parts.begin() : parts.end() - 1;
    if (matches_empty(*outermost)) {
      parts.erase(outermost);
      continue;
    }
    if (outermost->kind == Kind::kRepeat) outermost->max = outermost->min;
    return;
  }
}

}  // namespace

bool matches_empty(const PatternNode& node) {
  switch (node.kind) {
    case Kind::kSequence:
      return std::all_of(node.children.begin(), node.children.end(), matches_empty);
    case Kind::kChoice:
      return std::any_of(node.children.begin(), node.children.end(), matches_empty);
    case Kind::kRepeat:
      return node.min == 0 || matches_empty(node.children.front());
    default:
      return false;
  }
}

std::optional<PatternShape> shape_of(const PatternTree& tree) {
  std::size_t parts = 0;
  if (!is_plain(tree, tree.root, parts)) return std::nullopt;
  PatternShape out{.root = flattened(tree.root)};
  out.at_start = has_anchor(out.root, End::kFirst);
  if (out.at_start) drop_anchor(out.root, End::kFirst);
  out.at_end = has_anchor(out.root, End::kLast);
  if (out.at_end) drop_anchor(out.root, End::kLast);
  if (has_anchors(out.root)) return std::nullopt;
  out.root = flattened(out.root);
  out.root = {.kind = Kind::kSequence, .children = parts_of(std::move(out.root))};
  if (!out.at_start) trim(out.root.children, End::kFirst);
  if (!out.at_end) trim(out.root.children, End::kLast);
  return out;
}

}  // namespace barbacane::schema::detail
