#include <algorithm>

#include "schema/detail/explainer.h"
#include "schema/detail/runner.h"

/// Keywords about elements.
namespace barbacane::schema::detail {
namespace {

std::uint32_t index_of(const Value::Node* array, const Value::Node* element) {
  std::uint32_t index = 0;
  for (const Value::Node* at = array + 1; at != element; at += at->extent) ++index;
  return index;
}

}  // namespace

template <Track kTrack, Explain kExplain>
inline bool Runner::element_passes(std::uint32_t block, const Leaf& leaf, const Node* element,
                                   std::uint32_t index) {
  if constexpr (kTrack == Track::kYes) mark(index);
  return settles(leaf, element) || descend<kExplain>(block, element);
}

template <Track kTrack, Explain kExplain>
[[gnu::always_inline]] inline bool Runner::each_element(const Instruction& in, const Node* node) {
  const std::uint32_t size = node->size;
  const std::uint32_t* const prefix = program_.lists.data() + in.a;
  const std::uint32_t named = std::min(size, in.c);
  bool ok = true;
  const Node* element = node + 1;
  for (std::uint32_t i = 0; i < named; ++i, element += element->extent) {
    const Leaf& leaf = program_.blocks[prefix[i]].leaf;
    if (element_passes<kTrack, kExplain>(prefix[i], leaf, element, i)) continue;
    if constexpr (kExplain == Explain::kNo) return false;
    ok = false;
    if (explainer_->full()) return false;
  }
  if (size == named || in.b == kNowhere) return ok;
  const Leaf rest = program_.blocks[in.b].leaf;
  for (std::uint32_t i = named; i < size; ++i, element += element->extent) {
    if (element_passes<kTrack, kExplain>(in.b, rest, element, i)) continue;
    if constexpr (kExplain == Explain::kNo) return false;
    ok = false;
    if (explainer_->full()) return false;
  }
  return ok;
}

template <Track kTrack, Explain kExplain>
bool Runner::items(const Instruction& in, const Node* node) {
  if (!spend_on_size(node)) return false;
  if constexpr (kTrack == Track::kNo && kExplain == Explain::kNo) {
    if (in.c == 0 && in.b != kNowhere && values_ < kMaxValues) {
      const Block& each = program_.blocks[in.b];
      if (each.leaf.kind == Leaf::kElements) return all_rows(each, node);
      if (each.leaf.kind == Leaf::kMembers) return all_objects(each, node);
    }
  }
  return each_element<kTrack, kExplain>(in, node);
}

bool Runner::all_objects(const Block& each, const Node* node) {
  const MemberTable& table = program_.tables[program_.code[each.code].a];
  if (!spend(node->size)) return false;
  ++values_;
  bool ok = true;
  const Node* element = node + 1;
  for (std::uint32_t i = 0; ok && i < node->size; ++i, element += element->extent) {
    ok = element->kind == Kind::kObject &&
         (table.plain ? plain_members(table, element)
                      : members<Track::kNo, Explain::kNo>(each, table, element));
  }
  --values_;
  return ok;
}

bool Runner::all_rows(const Block& row, const Node* node) {
  const Instruction& in = program_.code[row.code + row.ends[kLast] - 1];
  const auto low = static_cast<std::uint32_t>(row.leaf.low);
  const auto high = static_cast<std::uint32_t>(row.leaf.high);
  if (!spend(node->size)) return false;
  const Columns columns = columns_of(in);
  ++values_;
  bool ok = true;
  const Node* element = node + 1;
  for (std::uint32_t i = 0; ok && i < node->size; ++i, element += element->extent) {
    ok = element->kind == Kind::kArray && element->size >= low && element->size <= high &&
         (columns.hold(element) || items<Track::kNo, Explain::kNo>(in, element));
  }
  --values_;
  return ok;
}

Runner::Columns Runner::columns_of(const Instruction& in) const {
  Columns columns;
  for (std::uint32_t i = 0; i < std::min(in.c, Columns::kMost); ++i) {
    const Leaf& leaf = program_.blocks[program_.lists[in.a + i]].leaf;
    if (leaf.kind != Leaf::kRange) break;
    columns.ranges[columns.count++] = &leaf;
  }
  return columns;
}

/// Every element is one node, so they stand side by side.
inline bool Runner::Columns::hold(const Node* row) const {
  if (row->size > count || row->extent != row->size + 1) return false;
  for (std::uint32_t i = 0; i < row->size; ++i) {
    if (!is_within(*ranges[i], row + 1 + i)) return false;
  }
  return true;
}

template <Track kTrack, Explain kExplain>
bool Runner::contains(const Block& block, const Instruction& in, const Node* node) {
  if (!spend_on_size(node)) return false;
  std::uint32_t count = 0;
  const Node* element = node + 1;
  for (std::uint32_t i = 0; i < node->size; ++i, element += element->extent) {
    if (!descend<Explain::kNo>(in.a, element)) continue;
    ++count;
    if constexpr (kTrack == Track::kYes) {
      mark(i);
    } else if (count >= in.b && in.c == kNowhere) {
      return true;
    }
  }
  if (count >= in.b && count <= in.c) return true;
  if constexpr (kExplain == Explain::kYes) explainer_->wrong_count(block, in, node, count);
  return false;
}

template <Explain kExplain>
bool Runner::unique(const Block& block, const Node* node) {
  const auto [first, second] = duplicates(block, node);
  if (limited_) return false;
  if (first == nullptr) return true;
  if constexpr (kExplain == Explain::kYes) {
    explainer_->repeated(block, index_of(node, first), index_of(node, second), second);
  }
  return false;
}

Runner::Pair Runner::duplicates(const Block& block, const Node* node) {
  constexpr std::uint32_t kFew = 6;
  if (node->size < 2 || !spend(1 + node->extent / 16)) return {};
  const Weight weight = weigh(node);
  if (weight.opaque) {
    unseen(block, Keyword::kUniqueItems, node);
    return {};
  }
  // Few are compared with each other, many are hashed and sorted.
  const bool few = node->size <= kFew;
  if (!spend(few ? weight.steps * 3 : weight.steps + std::uint64_t{node->size} * 2)) return {};
  if (few) {
    const Node* const end = node + node->extent;
    for (const Node* second = node + 1; second != end; second += second->extent) {
      for (const Node* first = node + 1; first != second; first += first->extent) {
        if (equal(Value(first), Value(second))) return {first, second};
      }
    }
    return {};
  }
  auto& hashed = scratch_.elements;
  hashed.clear();
  for (const Value element : Value(node).elements()) {
    hashed.push_back({hash(element), element.node()});
  }
  std::sort(hashed.begin(), hashed.end(), [](const auto& a, const auto& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.node < b.node;
  });
  for (std::size_t i = 1; i < hashed.size(); ++i) {
    if (hashed[i - 1].hash != hashed[i].hash) continue;
    if (equal(Value(hashed[i - 1].node), Value(hashed[i].node))) {
      return {hashed[i - 1].node, hashed[i].node};
    }
  }
  return {};
}

template <Explain kExplain>
bool Runner::unevaluated_items(const Block& block, const Instruction& in, const Node* node) {
  const Block& rest = program_.blocks[in.a];
  bool ok = spend_on_size(node);
  const Node* element = node + 1;
  for (std::uint32_t i = 0; i < node->size; ++i, element += element->extent) {
    if (is_marked(i)) continue;
    mark(i);
    if (settles(rest.leaf, element)) continue;
    if constexpr (kExplain == Explain::kNo) {
      if (!descend<kExplain>(in.a, element)) return false;
    } else if ((rest.flags & Block::kFalse) != 0) {
      explainer_->undeclared(block, Keyword::kUnevaluatedItems, element);
      ok = false;
    } else {
      ok = descend<kExplain>(in.a, element) && ok;
    }
    if (kExplain == Explain::kYes && explainer_->full()) break;
  }
  return ok;
}

template bool Runner::items<Track::kNo, Explain::kNo>(const Instruction&, const Node*);
template bool Runner::items<Track::kYes, Explain::kNo>(const Instruction&, const Node*);
template bool Runner::items<Track::kNo, Explain::kYes>(const Instruction&, const Node*);
template bool Runner::items<Track::kYes, Explain::kYes>(const Instruction&, const Node*);
template bool Runner::contains<Track::kNo, Explain::kNo>(const Block&, const Instruction&,
                                                         const Node*);
template bool Runner::contains<Track::kYes, Explain::kNo>(const Block&, const Instruction&,
                                                          const Node*);
template bool Runner::contains<Track::kNo, Explain::kYes>(const Block&, const Instruction&,
                                                          const Node*);
template bool Runner::contains<Track::kYes, Explain::kYes>(const Block&, const Instruction&,
                                                           const Node*);
template bool Runner::unique<Explain::kNo>(const Block&, const Node*);
template bool Runner::unique<Explain::kYes>(const Block&, const Node*);
template bool Runner::unevaluated_items<Explain::kNo>(const Block&, const Instruction&,
                                                      const Node*);
template bool Runner::unevaluated_items<Explain::kYes>(const Block&, const Instruction&,
                                                       const Node*);

}  // namespace barbacane::schema::detail
