#include "schema/detail/runner.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "schema/detail/explainer.h"
#include "schema/detail/same_bytes.h"
#include "schema/detail/string_set.h"

namespace barbacane::schema::detail {

Runner::Runner(const Program::Impl& program, Scratch::Impl& scratch, Value value,
               Explainer* explainer)
    : program_(program),
      scratch_(scratch),
      explainer_(explainer),
      tries_(kFreeSteps + kStepsPerNode * value.node()->extent),
      remembers_below_(tries_ - kUsualSteps - kUsualStepsPerNode * value.node()->extent) {
  scratch.bits.clear();
  scratch.later.clear();
  scratch.scope.clear();
  scratch.memo.clear();
}

bool Runner::limit(Trouble::Reason reason) {
  if (!limited_) trouble_.reason = reason;
  limited_ = true;
  tries_ = 1;  // whatever comes after ends at once
  if (explainer_ != nullptr) explainer_->stop();
  return false;
}

bool Runner::unseen(const Block& block, Keyword keyword, const Node* node) {
  if (!limited_) trouble_ = {Trouble::Reason::kUnseen, &block, keyword, node};
  return limit(Trouble::Reason::kUnseen);
}

template <Track kTrack, Explain kExplain>
bool Runner::check(std::uint32_t id, const Node* node) {
  const Block& block = program_.blocks[id];
  if (!is_of(block.types, node)) {
    if constexpr (kExplain == Explain::kYes) explainer_->wrong_type(block, node);
    return false;
  }
  if (block.plain()) return true;
  if (steps_ == kMaxSteps) return limit(Trouble::Reason::kDepth);
  if (--tries_ == 0) return limit(Trouble::Reason::kSteps);
  ++steps_;
  const std::uint32_t left = resource_;
  const bool enters = (block.flags & Block::kScoped) != 0 && block.resource != left;
  if (enters) {
    resource_ = block.resource;
    scratch_.scope.push_back(resource_);
  }
  const bool ok = (block.flags & kNoting<kTrack, kExplain>) == 0
                      ? check_code<kTrack, kExplain>(block, node)
                      : check_noting<kTrack, kExplain>(block, node);
  if (enters) {
    scratch_.scope.pop_back();
    resource_ = left;
  }
  --steps_;
  return ok;
}

template <Track kTrack, Explain kExplain>
[[gnu::always_inline]] inline bool Runner::check_code(const Block& block, const Node* node) {
  if (block.leaf.kind == Leaf::kMembers) {
    const MemberTable& table = program_.tables[program_.code[block.code].a];
    return members<kTrack, kExplain>(block, table, node);
  }
  if constexpr (kExplain == Explain::kNo) {
    // What is about objects stands right before what is about anything.
    if (node->kind == Kind::kObject) {
      return check_steps<kTrack, kExplain>(block, block.ends[kArrays], block.ends[kLast], node);
    }
  }
  bool ok = true;
  if (node->kind >= Kind::kNumber) {
    const unsigned group = static_cast<unsigned>(node->kind) - static_cast<unsigned>(Kind::kNumber);
    const unsigned begin = group == 0 ? 0 : block.ends[group - 1];
    ok = check_steps<kTrack, kExplain>(block, begin, block.ends[group], node);
    if (kExplain == Explain::kNo && !ok) return false;
  }
  if (block.ends[kLast] == block.ends[kObjects]) return ok;
  const bool rest =
      check_steps<kTrack, kExplain>(block, block.ends[kObjects], block.ends[kAnything], node);
  if (kExplain == Explain::kNo && !rest) return false;
  ok = ok && rest;
  if (block.ends[kLast] == block.ends[kAnything]) return ok;
  // What failed before has noted less than it should have.
  if (kExplain == Explain::kYes && !ok) return false;
  return check_steps<kTrack, kExplain>(block, block.ends[kAnything], block.ends[kLast], node);
}

template <Track kTrack, Explain kExplain>
bool Runner::check_noting(const Block& block, const Node* node) {
  const Frame before = frame_;
  frame_ = open_frame(node);
  const bool ok = check_code<Track::kYes, kExplain>(block, node);
  close_frame(before, kTrack == Track::kYes && ok);
  return ok;
}

template <Track kTrack, Explain kExplain>
[[gnu::always_inline]] inline bool Runner::check_steps(const Block& block, unsigned begin,
                                                       unsigned end, const Node* node) {
  const Instruction* const code = program_.code.data() + block.code;
  bool ok = true;
  for (unsigned i = begin; i != end; ++i) {
    const Instruction& in = code[i];
    // The two that are everywhere are worth a look before the great switch.
    const bool passes = in.op == Op::kMembers
                            ? members<kTrack, kExplain>(block, program_.tables[in.a], node)
                        : in.op == Op::kRef ? check<kTrack, kExplain>(in.a, node)
                                            : step<kTrack, kExplain>(block, in, node);
    if (passes) continue;
    if constexpr (kExplain == Explain::kNo) return false;
    ok = false;
  }
  return ok;
}

template <Track kTrack, Explain kExplain>
bool Runner::step(const Block& block, const Instruction& in, const Node* node) {
  bool ok = true;
  switch (in.op) {
    case Op::kRange:
      return in_range<kExplain>(block, in, node);
    case Op::kMultipleOf:
      ok = is_multiple(in, node);
      break;
    case Op::kNumberFormat: {
      if (!spend_on_text(node)) return false;
      const Number number({node->text, node->size});
      ok = !number.is_integer() || number.fits(in.n);
      break;
    }
    case Op::kLength:
      return has_length<kExplain>(block, in, node);
    case Op::kPattern:
      if (node->opaque) return unseen(block, in.keyword, node);
      ok = pattern_matches(in.a, node);
      break;
    case Op::kStringFormat:
      if (node->opaque) return unseen(block, in.keyword, node);
      if (!spend(1 + node->size / kShort)) return false;
      ok = matches(static_cast<Format>(in.n), {node->text, node->size});
      break;
    case Op::kArraySize:
    case Op::kObjectSize:
      ok = node->size >= in.a && node->size <= in.b;
      if (!ok && kExplain == Explain::kYes) {
        explainer_->wrong_size(block, in, in.keyword, node->size, node);
        return false;
      }
      break;
    case Op::kItems:
      return items<kTrack, kExplain>(in, node);
    case Op::kContains:
      return contains<kTrack, kExplain>(block, in, node);
    case Op::kUnique:
      return unique<kExplain>(block, node);
    case Op::kMembers:
      return members<kTrack, kExplain>(block, program_.tables[in.a], node);
    case Op::kDependentRequired:
      return dependent_required<kExplain>(block, in, node);
    case Op::kDependentSchemas:
      for (std::uint32_t i = 0; i < in.b; ++i) {
        const Dependent& dependent = program_.dependents[in.a + i];
        if (!has_member(node, dependent.trigger)) continue;
        if (check<kTrack, kExplain>(dependent.a, node)) continue;
        if constexpr (kExplain == Explain::kNo) return false;
        ok = false;
      }
      return ok;
    case Op::kEnum:
    case Op::kConst:
      ok = in_enum(block, in, node);
      break;
    case Op::kRef:
      return check<kTrack, kExplain>(in.a, node);
    case Op::kDynamicRef:
      return check<kTrack, kExplain>(dynamic_target(in), node);
    case Op::kAllOf:
      if (!spend(in.b / 16)) return false;
      for (std::uint32_t i = 0; i < in.b; ++i) {
        if (check<kTrack, kExplain>(program_.lists[in.a + i], node)) continue;
        if constexpr (kExplain == Explain::kNo) return false;
        ok = false;
      }
      return ok;
    case Op::kAnyOf:
    case Op::kOneOf:
      if constexpr (kExplain == Explain::kNo) {
        if (const auto branch = switched(in, node)) {
          return *branch != kNowhere && check<kTrack, kExplain>(*branch, node);
        }
      }
      if (in.op == Op::kOneOf) return one_of<kTrack, kExplain>(block, in, node);
      return any_of<kTrack, kExplain>(block, in, node);
    case Op::kNot:
      ok = !check<Track::kNo, Explain::kNo>(in.a, node);
      break;
    case Op::kIf: {
      if (kTrack == Track::kNo && in.b == kNowhere && in.c == kNowhere) return true;
      const std::uint32_t then = attempt<kTrack>(in.a, node) ? in.b : in.c;
      return then == kNowhere || check<kTrack, kExplain>(then, node);
    }
    case Op::kUnevaluatedItems:
      return node->kind != Kind::kArray || unevaluated_items<kExplain>(block, in, node);
    case Op::kUnevaluatedProperties:
      if (node->kind != Kind::kObject) return true;
      if constexpr (kTrack == Track::kNo && kExplain == Explain::kNo) {
        if (in.b != kNowhere) return leftovers(block, in, node);
      }
      return unevaluated_properties<kExplain>(block, in, node);
  }
  if (!ok && kExplain == Explain::kYes) explainer_->failed(block, in, node);
  return ok;
}

template <Explain kExplain>
bool Runner::descend(std::uint32_t block, const Node* node) {
  if constexpr (kExplain == Explain::kNo) {
    if (tries_ < remembers_below_ && node->kind >= Kind::kArray) [[unlikely]] {
      return descend_remembering(block, node);
    }
  }
  return descend_anew<kExplain>(block, node);
}

template <Explain kExplain>
bool Runner::descend_anew(std::uint32_t block, const Node* node) {
  if (values_ == kMaxValues) return limit(Trouble::Reason::kDepth);
  ++values_;
  const bool known = kExplain == Explain::kNo && program_.blocks[block].leaf.kind >= Leaf::kMembers;
  const bool ok = known ? descend_known(block, node) : check<Track::kNo, kExplain>(block, node);
  --values_;
  return ok;
}

bool Runner::descend_remembering(std::uint32_t block, const Node* node) {
  // The verdict of a schema with `$dynamicRef` depends on those around it as well.
  const bool scoped = (program_.blocks[block].flags & Block::kScoped) != 0;
  if (!scoped) {
    if (const auto known = scratch_.memo.find(block, node)) return spend(1) && *known;
  }
  const bool valid = descend_anew<Explain::kNo>(block, node);
  if (!scoped && !limited_) scratch_.memo.keep(block, node, valid);
  return valid;
}

bool Runner::descend_known(std::uint32_t block, const Node* node) {
  if (--tries_ == 0) return limit(Trouble::Reason::kSteps);
  const Block* inside = &program_.blocks[block];
  if (inside->leaf.kind == Leaf::kSwitch) {
    const auto branch = switched(program_.code[inside->code], node);
    if (!branch) return check<Track::kNo, Explain::kNo>(block, node);
    if (*branch == kNowhere) return false;
    inside = &program_.blocks[*branch];
    if (inside->leaf.kind != Leaf::kMembers) return check<Track::kNo, Explain::kNo>(*branch, node);
  }
  if (inside->leaf.kind == Leaf::kDynamic) {
    const bool here = inside->resource == resource_;
    const std::uint32_t next = here ? dynamic_target(program_.code[inside->code]) : block;
    return check<Track::kNo, Explain::kNo>(next, node);
  }
  const Leaf& leaf = inside->leaf;
  const Instruction& last = program_.code[inside->code + inside->ends[kLast] - 1];
  if (leaf.kind == Leaf::kElements) {
    return node->kind == Kind::kArray && node->size >= static_cast<std::uint32_t>(leaf.low) &&
           node->size <= static_cast<std::uint32_t>(leaf.high) &&
           items<Track::kNo, Explain::kNo>(last, node);
  }
  if (node->kind != Kind::kObject) return false;
  const MemberTable& table = program_.tables[last.a];
  return table.plain ? plain_members(table, node)
                     : members<Track::kNo, Explain::kNo>(*inside, table, node);
}

template <Explain kExplain>
bool Runner::in_range(const Block& block, const Instruction& in, const Node* node) {
  const Range& range = program_.ranges[in.a];
  // What lies between the bounds made whole is within them; a fraction beyond may be, too.
  if (range.small && node->known != Node::Known::kNothing) {
    if (node->floor() >= range.low && node->ceiling() <= range.high) return true;
    if (kExplain == Explain::kNo && node->known == Node::Known::kWhole) return false;
  }
  if (!spend_on_text(node)) return false;
  const Number value({node->text, node->size});
  bool ok = true;
  for (std::uint32_t i = 0; i < range.count; ++i) {
    const Range::Bound& bound = program_.bounds[range.bounds + i];
    const auto order = value <=> Number(bound.literal.view());
    const bool within = bound.keyword == Keyword::kMinimum            ? order >= 0
                        : bound.keyword == Keyword::kMaximum          ? order <= 0
                        : bound.keyword == Keyword::kExclusiveMinimum ? order > 0
                                                                      : order < 0;
    if (within) continue;
    if constexpr (kExplain == Explain::kNo) return false;
    explainer_->out_of_bound(block, bound, node);
    ok = false;
  }
  return ok;
}

bool Runner::is_multiple(const Instruction& in, const Node* node) {
  const Divisor& divisor = program_.divisors[in.a];
  if (divisor.small != 0 && node->known == Node::Known::kWhole) {
    return node->floor() % divisor.small == 0;
  }
  const std::uint64_t words = divisor.literal.view().size() / 16;
  if (node->size > kShort && !spend((1 + words) * (node->size / kShort))) return false;
  return Number({node->text, node->size}).is_multiple_of(Number(divisor.literal.view()));
}

template <Explain kExplain>
bool Runner::has_length(const Block& block, const Instruction& in, const Node* node) {
  // A code point takes one to four bytes; most lengths are settled by that.
  std::size_t size = node->size;
  if (size <= in.b && (size + 3) / 4 >= in.a) return true;
  if (!node->opaque) {
    if (!spend(size / 256)) return false;
    size = code_points({node->text, size});
  }
  if (size >= in.a && size <= in.b) return true;
  if constexpr (kExplain == Explain::kYes) {
    explainer_->wrong_size(block, in, Keyword::kMinLength, size, node);
  }
  return false;
}

bool Runner::pattern_matches(std::uint32_t pattern, const Node* node) {
  const Pattern& compiled = program_.patterns[pattern];
  if (limited_) return false;
  const auto [outcome, looks] = compiled.measured_match({node->text, node->size});
  if (outcome == Pattern::Outcome::kLimit) return limit(Trouble::Reason::kPattern);
  return spend(1 + looks / kShort) && outcome == Pattern::Outcome::kMatch;
}

/// For what is no string.
bool Runner::is_constant(const Block& block, const Instruction& in, const Node* node) {
  const Enum& values = program_.enums[in.a];
  if (!spend(values.count / 16)) return false;
  std::uint64_t steps = 0;
  for (std::uint32_t i = 0; i < values.count; ++i) {
    const Value constant = program_.constant(program_.enum_values[values.values + i]);
    if (constant.kind() != node->kind) continue;
    if (node->kind < Kind::kNumber) return true;
    if (node->kind >= Kind::kArray && constant.size() != node->size) continue;
    if (steps == 0) {
      if (!spend(node->extent / 16)) return false;
      const Weight weight = weigh(node);
      if (weight.opaque) return unseen(block, in.keyword, node);
      steps = weight.steps;
    }
    if (!spend(steps + constant.node()->extent / 4)) return false;
    if (equal(constant, Value(node))) return true;
  }
  return false;
}

bool Runner::is_short_ascii(const Node* node) {
  return node->size <= kShort && base::is_ascii({node->text, node->size});
}

bool Runner::number_is_of(std::uint8_t types, const Node* node) {
  return spend_on_text(node) && has_type(types, node);
}

bool Runner::is_word(const Leaf& leaf, const Node* node) const {
  const Text* const words = program_.enum_strings.data() + leaf.low;
  for (std::int32_t i = 0; i < leaf.high; ++i) {
    if (words[i].size != node->size) continue;
    if (same_bytes(words[i].data, node->text, node->size)) return true;
  }
  return false;
}

bool Runner::in_enum(const Block& block, const Instruction& in, const Node* node) {
  if (node->kind != Kind::kString) return is_constant(block, in, node);
  const Enum& values = program_.enums[in.a];
  const StringSet& strings = values.strings;
  if (node->opaque) return strings.count != 0 && unseen(block, in.keyword, node);
  if (!strings.index.empty() && !spend_on_text(node)) return false;
  return find_string(program_, strings, {node->text, node->size}) != kNowhere;
}

std::uint32_t Runner::dynamic_target(const Instruction& in) const {
  const DynamicAnchor& anchor = program_.dynamic_anchors[in.a];
  for (const std::uint32_t resource : scratch_.scope) {
    for (std::uint32_t i = 0; i < anchor.count; ++i) {
      const DynamicTarget& target = program_.dynamic_targets[anchor.targets + i];
      if (target.resource == resource) return target.block;
    }
  }
  return in.b;
}

Runner::Frame Runner::open_frame(const Node* node) {
  Frame frame{static_cast<std::uint32_t>(scratch_.bits.size()), 0};
  if (node->kind >= Kind::kArray) frame.words = (node->size + 63) / 64;
  spend(frame.words / 16);
  scratch_.bits.resize(frame.at + frame.words, 0);
  return frame;
}

void Runner::close_frame(Frame before, bool keep) {
  for (std::uint32_t i = 0; keep && i < frame_.words; ++i) {
    scratch_.bits[before.at + i] |= scratch_.bits[frame_.at + i];
  }
  scratch_.bits.resize(frame_.at);
  frame_ = before;
}

template bool Runner::check<Track::kNo, Explain::kNo>(std::uint32_t, const Node*);
template bool Runner::check<Track::kYes, Explain::kNo>(std::uint32_t, const Node*);
template bool Runner::check<Track::kNo, Explain::kYes>(std::uint32_t, const Node*);
template bool Runner::check<Track::kYes, Explain::kYes>(std::uint32_t, const Node*);
template bool Runner::descend<Explain::kNo>(std::uint32_t, const Node*);
template bool Runner::descend<Explain::kYes>(std::uint32_t, const Node*);

}  // namespace barbacane::schema::detail
