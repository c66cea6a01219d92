#include "validation/detail/query_scan.h"

#include <algorithm>

#include "validation/detail/style_pieces.h"

namespace barbacane::validation::detail {

namespace {

using Claim = NameTable::Claim;

std::string_view from(std::string_view text, const char* at) {
  return text.substr(static_cast<std::size_t>(at - text.data()));
}

bool is_deep(const ParameterRule& rule) { return rule.style.style == Style::kDeepObject; }

}  // namespace

void PairRules::finish() {
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    const ParameterRule& rule = rules[i];
    if (rule.by_name) names_.add(rule.name, {Claim::Kind::kValue, i});
    if (!rule.by_members) continue;
    if (is_deep(rule)) {
      deep_.push_back(i);
      continue;
    }
    for (const MemberPlan& member : rule.plan.members) {
      names_.add(member.name, {Claim::Kind::kMember, i});
    }
    if (rule.plan.open || !rule.plan.patterns.empty()) wide_.push_back(i);
  }
  names_.finish();
}

PairRules::Name PairRules::decode_name(std::string_view raw, schema::Tape& room) const {
  return decode(raw, syntax_ == PairCursor::Syntax::kQuery ? Decoding::kForm : Decoding::kNone,
                room);
}

const PairRules::Entry* PairRules::find_raw(std::string_view raw, schema::Tape& room) const {
  const Entry* entry = names_.find(raw);
  if (syntax_ == PairCursor::Syntax::kCookie || (entry && entry->plain)) return entry;
  const Name name = decode_name(raw, room);
  return name ? names_.find(*name) : nullptr;
}

std::optional<PairRules::DeepName> PairRules::find_deep(std::string_view raw,
                                                        schema::Tape& room) const {
  std::optional<DeepName> out;
  for (const std::uint32_t rule : deep_) {
    const auto rest = rest_behind(raw, rules[rule].name, Decoding::kForm);
    if (!rest || !(rest->empty() || rest_behind(*rest, "[", Decoding::kForm))) continue;
    if (!out || rest->size() < out->rest.size()) out = {rule, *rest};
  }
  if (out && find_raw(raw, room)) return std::nullopt;
  return out;
}

PairRules::Scan::Scan(const PairRules& rules, std::string_view text, std::size_t from,
                      schema::Tape& room)
    : rules_(rules), text_(text), from_(from), size_(std::min(rules.rules.size() - from, kRoom)) {
  for (std::size_t i = 0; i < size_; ++i) slots_[i].count = 0;
  PairCursor pair(text, rules.syntax_);
  while (pair.next()) {
    const Entry* entry = rules.find_raw(pair.name, room);
    if (entry) take(*entry, pair);
    if (rules.unknown_names == UnknownNames::kIgnore || unknown_) continue;
    unknown_ = !entry && !rules.is_known(pair.name, room, matcher_);
  }
}

void PairRules::Scan::take(const Entry& entry, const PairCursor& pair) {
  for (const Claim& claim : entry.claims) {
    const std::size_t index = claim.rule - from_;  // wraps for earlier ones
    if (claim.kind != Claim::Kind::kValue || index >= size_) continue;
    Slot& slot = slots_[index];
    if (slot.count++ == 0) {
      slot.pair = pair.begin;
      slot.value = pair.value.data();
      slot.value_size = pair.value.size();
    }
  }
}

GivenText PairRules::Scan::given(std::size_t index) const {
  const Slot& slot = slots_[index];
  if (slot.count == 0) return {.first = {}, .count = 0};
  return {.first = {slot.value, slot.value_size},
          .count = slot.count,
          .pairs = from(text_, slot.pair),
          .syntax = rules_.syntax_};
}

PairRules::Gathered PairRules::gather(std::string_view text, std::size_t index,
                                      MemberTexts& members, schema::Tape& room) const {
  return is_deep(rules[index]) ? gather_deep(text, index, members, room)
                               : gather_plain(text, index, members, room);
}

PairRules::Gathered PairRules::gather_deep(std::string_view text, std::size_t index,
                                           MemberTexts& members, schema::Tape& room) const {
  Gathered out;
  PairCursor pair(text, syntax_);
  while (pair.next()) {
    const auto deep = find_deep(pair.name, room);
    if (!deep || deep->rule != index) continue;
    if (deep->rest.empty() && pair.value.empty() && rules[index].allow_empty) {
      out.empty = true;
      continue;
    }
    out.present = true;
    const Name rest = decode_name(deep->rest, room);
    const Name member = rest ? deep_member(*rest) : std::nullopt;
    if (member) {
      members.add(*member, pair.value);
    } else if (!out.flaw) {
      out.flaw = rest ? Flaw::Kind::kNotOneLevel : Flaw::Kind::kNotUtf8;
      out.about = pair.name;
    }
  }
  return out;
}

bool PairRules::takes(const ParameterRule& rule, std::string_view name,
                      NameMatcher& matcher) const {
  return rule.plan.open || narrowest(rule.plan.patterns, name, matcher) != nullptr;
}

PairRules::Gathered PairRules::gather_plain(std::string_view text, std::size_t index,
                                            MemberTexts& members, schema::Tape& room) const {
  Gathered out;
  const ParameterRule& rule = rules[index];
  // Names that nothing is said about make an object only where it declares no members at all.
  const bool others_count = rule.plan.members.empty();
  NameMatcher matcher;
  PairCursor pair(text, syntax_);
  while (pair.next()) {
    const Name name = decode_name(pair.name, room);
    if (!name) {
      if (!rule.plan.open) continue;
      out.flaw = Flaw::Kind::kNotUtf8;
      out.present = out.present || others_count || rule.plan.additional;
      continue;
    }
    const Entry* entry = names_.find(*name);
    const bool declared = entry && entry->has(Claim::Kind::kMember, index);
    if (!declared) {
      if (entry || find_deep(pair.name, room)) continue;
      if (!takes(rule, *name, matcher)) continue;
    }
    members.add(*name, pair.value);
    out.present = out.present || others_count || rule.plan.member(*name, matcher) != nullptr;
  }
  if (matcher.spent()) out = {.present = true, .flaw = Flaw::Kind::kSlowNames};
  if (!out.present) out.flaw.reset();
  return out;
}

bool PairRules::is_known(std::string_view raw, schema::Tape& room, NameMatcher& matcher) const {
  if (find_raw(raw, room) || find_deep(raw, room)) return true;
  return std::ranges::any_of(wide_, [&](std::uint32_t rule) {
    if (rules[rule].plan.open) return true;
    const Name name = decode_name(raw, room);
    return name && takes(rules[rule], *name, matcher);
  });
}

}  // namespace barbacane::validation::detail
