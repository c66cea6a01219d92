#include "validation/detail/style_members.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "validation/detail/coerce_text.h"

namespace barbacane::validation::detail {

namespace {

/// Builds one object; what all steps share.
class ObjectBuilder {
 public:
  ObjectBuilder(schema::Tape& tape, const ValuePlan& plan, Repeats repeats, Decoding decoding,
                schema::Tape& room, Judge& judge)
      : tape_(tape),
        plan_(plan),
        repeats_(repeats),
        decoding_(decoding),
        room_(room),
        judge_(judge) {}

  /// `group` holds every value given for one name.
  bool append(std::span<const MemberText> group) {
    const MemberPlan* member = plan_.member(group[0].name, matcher_);
    if (matcher_.spent()) return judge_.refuse(Flaw::Kind::kSlowNames);
    const bool repeatable = repeats_ == Repeats::kList;
    const bool lists = repeatable && member && member->leaf.kinds.has(Kinds::kArray);
    if (group.size() > 1 && !lists) {
      if (member || !repeatable) {
        return judge_.refuse(Flaw::Kind::kRepeatedMember, group[0].name);
      }
      group = group.first(1);
    }
    tape_.name(group[0].name);
    if (lists && (group.size() > 1 || !is_better_single(*member, group[0].value))) {
      return append_list(member->list, group);
    }
    static const LeafPlan kAnything;
    return append_text(member ? member->leaf : kAnything, group[0].value);
  }

 private:
  /// Whether a single value, where a list is allowed too, is one of the other kinds.
  bool is_better_single(const MemberPlan& member, std::string_view raw) {
    if (member.leaf.kinds.only(Kinds::kArray)) return false;
    const std::optional<std::string_view> text = decode(raw, decoding_, room_);
    return !text || accepts(member.leaf, *text, judge_.program(), judge_.scratch());
  }

  bool append_list(const ListPlan& list, std::span<const MemberText> group) {
    tape_.open_array();
    for (std::size_t i = 0; i < group.size(); ++i) {
      if (!append_text(list.of(i), group[i].value)) return false;
    }
    tape_.close();
    return true;
  }

  bool append_text(const LeafPlan& leaf, std::string_view raw) {
    const std::optional<std::string_view> text = decode(raw, decoding_, room_);
    if (!text) return judge_.refuse(Flaw::Kind::kNotUtf8);
    append_leaf(tape_, leaf, *text, judge_.program(), judge_.scratch());
    return true;
  }

  schema::Tape& tape_;
  const ValuePlan& plan_;
  Repeats repeats_;
  Decoding decoding_;
  schema::Tape& room_;
  Judge& judge_;
  NameMatcher matcher_;
};

}  // namespace

void MemberTexts::add(std::string_view name, std::string_view value) {
  if (size_ == capacity_) grow();
  std::construct_at(data_ + size_, MemberText{name, value, static_cast<std::uint32_t>(size_)});
  ++size_;
}

void MemberTexts::grow() {
  const std::size_t capacity = std::max<std::size_t>(16, capacity_ * 2);
  std::size_t bytes = capacity * sizeof(MemberText) + alignof(MemberText);
  void* memory = room_.allocate_text(bytes);
  std::align(alignof(MemberText), capacity * sizeof(MemberText), memory, bytes);
  auto* data = static_cast<MemberText*>(memory);
  std::uninitialized_copy_n(data_, size_, data);
  data_ = data;
  capacity_ = capacity;
}

bool build_object(schema::Tape& tape, std::span<MemberText> members, const ValuePlan& plan,
                  Repeats repeats, Decoding decoding, schema::Tape& room, Judge& judge) {
  std::ranges::sort(members, [](const MemberText& a, const MemberText& b) {
    const int order = a.name.compare(b.name);
    return order != 0 ? order < 0 : a.order < b.order;
  });
  ObjectBuilder builder(tape, plan, repeats, decoding, room, judge);
  tape.begin();
  tape.open_object();
  for (std::size_t at = 0; at < members.size();) {
    std::size_t end = at + 1;
    while (end < members.size() && members[end].name == members[at].name) ++end;
    if (!builder.append(members.subspan(at, end - at))) return false;
    at = end;
  }
  tape.close();
  return true;
}

}  // namespace barbacane::validation::detail
