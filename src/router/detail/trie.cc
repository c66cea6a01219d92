#include "router/detail/trie.h"

namespace barbacane::router::detail {

Trie::NodeId Trie::find(const NormalPath& path, std::string_view* captures) const {
  const std::string_view text = path.text();
  if (const NodeId whole = index.find(kWholePath, text); whole != kNone) return whole;
  if (text.empty()) return kNone;
  NodeId node = kRoot;
  std::size_t begin = 1;  // of the segment that the children of `node` are to match
  std::size_t end = path.slash_from(begin);
  NodeId choice = first_choice(node, text.substr(begin, end - begin));
  for (;;) {
    if (choice == kNone) {
      if (node == kRoot) return kNone;
      end = begin - 1;
      begin = path.slash_before(end) + 1;
      choice = nodes[node].alternative;
      node = nodes[node].parent;
      continue;
    }
    const Node& next = nodes[choice];
    const std::string_view rest = text.substr(begin);
    if (!enter(next, rest.substr(0, end - begin), rest, captures + nodes[node].captures)) {
      choice = next.alternative;
      continue;
    }
    if (next.kind == Node::Kind::kWildcard || (end == text.size() && next.methods != 0)) {
      return choice;
    }
    node = choice;
    begin = end + 1;
    if (end == text.size()) {
      choice = kNone;
    } else {
      end = path.slash_from(begin);
      choice = first_choice(node, text.substr(begin, end - begin));
    }
  }
}

Trie::NodeId Trie::first_choice(NodeId node, std::string_view segment) const {
  if (nodes[node].has_static_children) {
    if (const NodeId child = index.find(node, segment); child != kNone) return child;
  }
  return nodes[node].first_dynamic;
}

bool Trie::enter(const Node& node, std::string_view segment, std::string_view rest,
                 std::string_view* captures) const {
  switch (node.kind) {
    case Node::Kind::kStatic:
      return true;
    case Node::Kind::kMixed:
      return mixed[node.mixed].match(segment, captures);
    case Node::Kind::kParameter:
      *captures = segment;
      return true;
    case Node::Kind::kWildcard:
      *captures = rest;
      return true;
  }
  return false;
}

}  // namespace barbacane::router::detail
