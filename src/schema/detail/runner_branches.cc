#include <algorithm>

#include "schema/detail/explainer.h"
#include "schema/detail/runner.h"
#include "schema/detail/string_set.h"

/// Alternatives.
namespace barbacane::schema::detail {

template <Track kTrack>
bool Runner::attempt(std::uint32_t block, const Node* node) {
  if constexpr (kTrack == Track::kNo) {
    return check<Track::kNo, Explain::kNo>(block, node);
  } else {
    const Frame before = frame_;
    frame_ = open_frame(node);
    const bool ok = check<Track::kYes, Explain::kNo>(block, node);
    close_frame(before, ok);
    return ok;
  }
}

std::optional<std::uint32_t> Runner::switched(const Instruction& in, const Node* node) {
  if (in.n == 0) return std::nullopt;
  const BranchSwitch& table = program_.switches[in.n - 1];
  if (node->kind != Kind::kObject || !spend_on_size(node)) return kNowhere;
  const Node* const tag = find_member(node, table.property);
  if (tag == nullptr || tag->kind != Kind::kString) return kNowhere;
  if (tag->opaque) return std::nullopt;
  if (!table.tags.index.empty() && !spend_on_text(tag)) return kNowhere;
  const std::uint32_t found = find_string(program_, table.tags, {tag->text, tag->size});
  return found == kNowhere ? kNowhere : program_.lists[table.blocks + found];
}

template <Track kTrack, Explain kExplain>
bool Runner::any_of(const Block& block, const Instruction& in, const Node* node) {
  const std::uint32_t* branches = program_.lists.data() + in.a;
  bool any = false;
  std::uint32_t first = kNowhere;
  if (!spend(in.b / 16)) return false;
  if (in.c != kNowhere && kTrack == Track::kNo) {
    const std::uint32_t mapped = program_.discriminators[in.c].count;
    if (!spend((std::uint64_t{node->size} + mapped) / 16)) return false;
    first = discriminated(program_, in.c, node);
    if (first != kNowhere && attempt<kTrack>(branches[first], node)) return true;
  }
  for (std::uint32_t i = 0; i < in.b; ++i) {
    if (i == first || is_out(branches[i], node) || !attempt<kTrack>(branches[i], node)) continue;
    any = true;
    if constexpr (kTrack == Track::kNo) return true;
  }
  if (!any && kExplain == Explain::kYes) explainer_->no_branch(*this, block, in, node);
  return any;
}

template <Track kTrack, Explain kExplain>
bool Runner::one_of(const Block& block, const Instruction& in, const Node* node) {
  const std::uint32_t* branches = program_.lists.data() + in.a;
  std::uint32_t found = kNowhere;
  if (!spend(in.b / 16)) return false;
  for (std::uint32_t i = 0; i < in.b; ++i) {
    if (is_out(branches[i], node) || !attempt<kTrack>(branches[i], node)) continue;
    if (found != kNowhere) {
      if constexpr (kExplain == Explain::kYes) explainer_->many_branches(block, in, node, found, i);
      return false;
    }
    found = i;
  }
  if (found == kNowhere && kExplain == Explain::kYes) explainer_->no_branch(*this, block, in, node);
  return found != kNowhere;
}

bool Runner::is_out(std::uint32_t branch, const Node* node) {
  // Nothing in the value could take long; or the members are looked at in a good order anyway.
  const bool flat = node->kind != Kind::kObject || node->extent == 1 + 2 * node->size;
  if (flat || program_.blocks[branch].leaf.kind == Leaf::kMembers) return false;
  return misfits(branch, node, 0);
}

bool Runner::misfits(std::uint32_t number, const Node* node, unsigned depth) {
  constexpr unsigned kMaxDepth = 6;
  const Block& block = program_.blocks[number];
  if (!has_type(block.types, node)) return true;
  if (depth == kMaxDepth || !spend(1)) return false;
  const auto each = [&](std::uint32_t inner) { return misfits(inner, node, depth + 1); };
  for (unsigned i = block.ends[kArrays]; i < block.ends[kAnything]; ++i) {
    const Instruction& in = program_.code[block.code + i];
    const std::uint32_t* list = program_.lists.data() + in.a;
    bool out = false;
    switch (in.op) {
      case Op::kMembers:
        out = members_misfit(program_.tables[in.a], node);
        break;
      case Op::kRef:
        out = each(in.a);
        break;
      case Op::kAllOf:
        out = std::any_of(list, list + in.b, each);
        break;
      case Op::kAnyOf:
      case Op::kOneOf:
        out = std::all_of(list, list + in.b, each);
        break;
      default:
        break;
    }
    if (out) return true;
  }
  return false;
}

template bool Runner::any_of<Track::kNo, Explain::kNo>(const Block&, const Instruction&,
                                                       const Node*);
template bool Runner::any_of<Track::kNo, Explain::kYes>(const Block&, const Instruction&,
                                                        const Node*);
template bool Runner::any_of<Track::kYes, Explain::kNo>(const Block&, const Instruction&,
                                                        const Node*);
template bool Runner::any_of<Track::kYes, Explain::kYes>(const Block&, const Instruction&,
                                                         const Node*);
template bool Runner::one_of<Track::kNo, Explain::kNo>(const Block&, const Instruction&,
                                                       const Node*);
template bool Runner::one_of<Track::kNo, Explain::kYes>(const Block&, const Instruction&,
                                                        const Node*);
template bool Runner::one_of<Track::kYes, Explain::kNo>(const Block&, const Instruction&,
                                                        const Node*);
template bool Runner::one_of<Track::kYes, Explain::kYes>(const Block&, const Instruction&,
                                                         const Node*);
template bool Runner::attempt<Track::kNo>(std::uint32_t, const Node*);
template bool Runner::attempt<Track::kYes>(std::uint32_t, const Node*);

}  // namespace barbacane::schema::detail
