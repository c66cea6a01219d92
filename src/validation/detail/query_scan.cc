#include "validation/detail/query_scan.h"

#include <algorithm>

namespace barbacane::validation::detail {

namespace {

using Claim = NameTable::Claim;

std::string_view from(std::string_view text, const char* at) {
  return text.substr(static_cast<std::size_t>(at - text.data()));
}

}  // namespace

void PairRules::finish() {
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    const ParameterRule& rule = rules[i];
    if (rule.by_name) names_.add(rule.name, {Claim::Kind::kValue, i});
    if (!rule.by_members) continue;
    if (rule.style.style == Style::kDeepObject) {
      names_.add(rule.name, {Claim::Kind::kDeep, i});
      has_deep_ = true;
      continue;
    }
    for (const MemberPlan& member : rule.plan.members) {
      names_.add(member.name, {Claim::Kind::kMember, i});
    }
    takes_all_ = takes_all_ || rule.plan.open;
  }
  names_.finish();
}

const PairRules::Entry* PairRules::find_deep(std::string_view name,
                                             std::string_view& member) const {
  const std::size_t open = name.find('[');
  if (open == name.npos || !name.ends_with(']')) return nullptr;
  member = name.substr(open + 1, name.size() - open - 2);
  if (member.find_first_of("[]") != member.npos) return nullptr;
  const Entry* entry = names_.find(name.substr(0, open));
  return entry && entry->has(Claim::Kind::kDeep) ? entry : nullptr;
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

PairRules::Scan::Scan(const PairRules& rules, std::string_view text, std::size_t from,
                      schema::Tape& room)
    : rules_(rules), text_(text), from_(from), size_(std::min(rules.rules.size() - from, kRoom)) {
  for (std::size_t i = 0; i < size_; ++i) slots_[i].count = 0;
  PairCursor pair(text, rules.syntax_);
  while (pair.next()) {
    const Entry* entry = rules.find_raw(pair.name, room);
    if (entry) take(*entry, pair);
    if (rules.unknown_names == UnknownNames::kIgnore || unknown_) continue;
    const bool known = entry && !entry->only(Claim::Kind::kDeep);
    unknown_ = !known && !rules.is_known(pair.name, room);
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
  Gathered out;
  const ParameterRule& rule = rules[index];
  const bool deep = rule.style.style == Style::kDeepObject;
  // Names that no parameter declares make an object only where it asks for such members.
  const bool undeclared_count = rule.plan.additional || rule.plan.members.empty();
  PairCursor pair(text, syntax_);
  while (pair.next()) {
    const Name name = decode_name(pair.name, room);
    std::string_view member;
    if (deep) {
      const Entry* entry = name ? find_deep(*name, member) : nullptr;
      if (!entry || !entry->has(Claim::Kind::kDeep, index)) continue;
      members.add(member, pair.value);
      out.present = true;
      continue;
    }
    if (!name) {
      out.utf8 = out.utf8 && !rule.plan.open;
      out.present = out.present || (rule.plan.open && undeclared_count);
      continue;
    }
    const Entry* entry = names_.find(*name);
    const bool declared = entry && entry->has(Claim::Kind::kMember, index);
    if (!declared) {
      const bool others = entry && !entry->only(Claim::Kind::kDeep);
      if (others || !rule.plan.open) continue;
      if (has_deep_ && find_deep(*name, member)) continue;
    }
    members.add(*name, pair.value);
    out.present = out.present || declared || undeclared_count;
  }
  return out;
}

bool PairRules::is_known(std::string_view raw, schema::Tape& room) const {
  if (takes_all_) return true;
  const Name name = decode_name(raw, room);
  if (!name) return false;
  const Entry* entry = names_.find(*name);
  if (entry && !entry->only(Claim::Kind::kDeep)) return true;
  std::string_view member;
  return has_deep_ && find_deep(*name, member) != nullptr;
}

}  // namespace barbacane::validation::detail
