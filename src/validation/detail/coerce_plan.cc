#include "validation/detail/coerce_plan.h"

#include <algorithm>
#include <utility>

namespace barbacane::validation::detail {

namespace {

using schema::Program;
using schema::SchemaId;
using schema::Shape;
using schema::TypeSet;

Kinds kinds_of(const Shape& shape) {
  if (!shape.typed) {
    const bool numeric = shape.numeric_keywords && shape.types.has(TypeSet::kNumber);
    return {numeric ? Kinds::kNumberElseString : Kinds::kString};
  }
  // Null is written as no text at all, which is a string wherever strings are allowed.
  static constexpr std::pair<TypeSet::Type, Kinds::Kind> kPairs[] = {
      {TypeSet::kNumber, Kinds::kNumber}, {TypeSet::kBoolean, Kinds::kBoolean},
      {TypeSet::kNull, Kinds::kNull},     {TypeSet::kString, Kinds::kString},
      {TypeSet::kArray, Kinds::kArray},   {TypeSet::kObject, Kinds::kObject},
  };
  Kinds kinds{0};
  for (const auto& [type, kind] : kPairs) {
    if (shape.types.has(type)) kinds.bits |= kind;
  }
  if (kinds.has(Kinds::kString)) kinds.bits &= static_cast<std::uint8_t>(~Kinds::kNull);
  return kinds;
}

LeafPlan plan_leaf(const Program& program, std::optional<SchemaId> schema) {
  if (!schema) return {};
  return {schema, kinds_of(program.shape(*schema))};
}

ListPlan plan_list(const Program& program, const Shape& shape) {
  ListPlan list;
  for (const SchemaId item : shape.prefix_items) list.prefix.push_back(plan_leaf(program, item));
  list.rest = plan_leaf(program, shape.items);
  return list;
}

MemberPlan plan_member(const Program& program, std::string name, SchemaId schema) {
  const Shape shape = program.shape(schema);
  MemberPlan member{std::move(name), {schema, kinds_of(shape)}, shape.typed, {}};
  if (member.leaf.kinds.has(Kinds::kArray)) member.list = plan_list(program, shape);
  return member;
}

/// A declared member that patterns know, too.
MemberPlan narrowed(MemberPlan member, const std::vector<PatternPlan<MemberPlan>>& patterns) {
  NameMatcher matcher;
  const MemberPlan* other = narrowest(patterns, member.name, matcher);
  if (other == nullptr || other->width() >= member.width()) return member;
  MemberPlan out = *other;
  out.name = std::move(member.name);
  return out;
}

}  // namespace

const MemberPlan* ValuePlan::member(std::string_view name, NameMatcher& matcher) const {
  const auto at = std::ranges::lower_bound(members, name, {}, &MemberPlan::name);
  if (at != members.end() && at->name == name) return &*at;
  if (const MemberPlan* known = narrowest(patterns, name, matcher)) return known;
  return additional ? &*additional : nullptr;
}

ValuePlan plan_value(const Program& program, std::optional<SchemaId> schema) {
  ValuePlan plan;
  if (!schema) return plan;
  const Shape shape = program.shape(*schema);
  plan.schema = schema;
  plan.kinds = kinds_of(shape);
  plan.typed = shape.typed;
  plan.list = plan_list(program, shape);
  for (const auto& [pattern, member] : shape.patterns) {
    plan.patterns.push_back({pattern, plan_member(program, {}, member)});
  }
  for (const Shape::Property& property : shape.properties) {
    plan.members.push_back(
        narrowed(plan_member(program, property.name, property.schema), plan.patterns));
  }
  std::ranges::sort(plan.members, {}, &MemberPlan::name);
  if (shape.additional) plan.additional = plan_member(program, {}, *shape.additional);
  plan.open = shape.open;
  return plan;
}

}  // namespace barbacane::validation::detail
