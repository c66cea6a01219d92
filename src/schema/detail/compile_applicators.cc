#include <algorithm>

#include "schema/detail/compiler.h"

/// Keywords that hold schemas, but those about members.
namespace barbacane::schema::detail {

std::uint32_t Compiler::sub_schema(Draft& draft, Keyword keyword, bool same_value) {
  const Value schema = draft[keyword];
  if (!schema) return kNowhere;
  Step step{keyword};
  step.same_value = same_value;
  return child(draft, schema, step);
}

std::uint32_t Compiler::schema_list(Draft& draft, Keyword keyword, Value list, bool same_value) {
  std::vector<std::uint32_t> blocks;
  for (const Value schema : list.elements()) {
    Step step{keyword, Place::Step::kIndex, {}, static_cast<std::uint32_t>(blocks.size())};
    step.same_value = same_value;
    blocks.push_back(child(draft, schema, step));
  }
  const auto begin = static_cast<std::uint32_t>(out_.lists.size());
  out_.lists.insert(out_.lists.end(), blocks.begin(), blocks.end());
  return begin;
}

void Compiler::references(Draft& draft) {
  if (const Value reference = draft[Keyword::kRef]) {
    if (!reference.is_string()) {
      fail(draft, Keyword::kRef, "'$ref' must be a string");
    } else if (const auto found = target(draft.schema.at, reference.text()); !found) {
      fail(draft, Keyword::kRef, found.error().message, found.error().hint);
    } else {
      const std::uint32_t block = block_of(*found, place_for(*found, reference.text()), *found);
      draft.emit(kAnything, {Op::kRef, Keyword::kRef, 0, block});
    }
  }
  if (!draft.rules->modern()) return;
  const Value id = draft[Keyword::kId];
  if (id && !id.is_string()) fail(draft, Keyword::kId, "'$id' must be a string");
  const Value anchor = draft[Keyword::kAnchor];
  if (anchor && !anchor.is_string()) fail(draft, Keyword::kAnchor, "'$anchor' must be a string");
  if (const Value reference = draft[Keyword::kDynamicRef]) dynamic_reference(draft, reference);
}

void Compiler::dynamic_reference(Draft& draft, Value reference) {
  if (!reference.is_string()) {
    return fail(draft, Keyword::kDynamicRef, "'$dynamicRef' must be a string");
  }
  const auto found = target(draft.schema.at, reference.text());
  if (!found) {
    return fail(draft, Keyword::kDynamicRef, found.error().message, found.error().hint);
  }
  const std::uint32_t block = block_of(*found, place_for(*found, reference.text()), *found);
  const std::size_t hash = reference.text().find('#');
  const std::string name(hash == std::string_view::npos ? std::string_view()
                                                        : reference.text().substr(hash + 1));
  // It is dynamic only where it would lead to a `$dynamicAnchor` in the first place.
  const auto& resources = documents_.resources();
  const auto& anchors = resources[documents_.resource_of(*found).identity].dynamic_anchors;
  const auto anchor = anchors.find(name);
  if (anchor == anchors.end() || anchor->second != found->node) {
    return draft.emit(kAnything, {Op::kRef, Keyword::kDynamicRef, 0, block});
  }
  auto known = std::ranges::find(dynamic_names_, name);
  const auto number = static_cast<std::uint32_t>(known - dynamic_names_.begin());
  if (known == dynamic_names_.end()) dynamic_names_.push_back(name);
  draft.emit(kAnything, {Op::kDynamicRef, Keyword::kDynamicRef, 0, number, block});
}

void Compiler::branches(Draft& draft, Keyword keyword, Op op) {
  const Value list = draft[keyword];
  if (!list) return;
  const std::string name = "'" + std::string(to_text(keyword)) + "'";
  if (!list.is_array()) return fail(draft, keyword, name + " must be a list of schemas");
  if (list.size() == 0) return fail(draft, keyword, name + " must have at least one schema");
  Instruction in{op, keyword};
  in.a = schema_list(draft, keyword, list, true);
  in.b = static_cast<std::uint32_t>(list.size());
  if (op != Op::kAllOf) in.c = discriminator(draft, list);
  draft.emit(kAnything, in);
}

std::uint32_t Compiler::discriminator(const Draft& draft, Value branches) {
  const Value value = draft[Keyword::kDiscriminator];
  if (!value || !value.is_object()) return kNowhere;
  const auto property = value.find("propertyName");
  if (!property || !property->is_string()) return kNowhere;

  struct Branch {
    std::string_view name;  ///< the last part of its reference
    const Value::Node* target = nullptr;
  };
  std::vector<Branch> known;
  for (const Value branch : branches.elements()) {
    Branch& out = known.emplace_back();
    const auto reference = branch.is_object() ? branch.find("$ref") : std::nullopt;
    if (!reference || !reference->is_string()) continue;
    out.name = reference->text().substr(reference->text().rfind('/') + 1);
    const auto found = target(draft.schema.at, reference->text());
    if (found) out.target = found->node;
  }
  std::vector<MappedBranch> mapped;
  const auto map = [&](std::string_view text, std::size_t branch) {
    const bool taken = std::ranges::any_of(
        mapped, [text](const MappedBranch& other) { return other.value.view() == text; });
    if (!taken) mapped.push_back({out_.pool.intern(text), static_cast<std::uint32_t>(branch)});
  };
  const auto mapping = value.find("mapping");
  if (mapping && mapping->is_object()) {
    for (const Member member : mapping->members()) {
      if (!member.value.is_string()) continue;
      const auto found = documents_.resolve(draft.schema.at, member.value.text());
      for (std::size_t i = 0; i < known.size(); ++i) {
        const bool named = !known[i].name.empty() && known[i].name == member.value.text();
        const bool referred = found && found->node == known[i].target;
        if (named || referred) map(member.name(), i);
      }
    }
  }
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (!known[i].name.empty()) map(known[i].name, i);
  }
  out_.discriminators.push_back({out_.pool.intern(property->text()),
                                 static_cast<std::uint32_t>(out_.mapped_branches.size()),
                                 static_cast<std::uint32_t>(mapped.size())});
  out_.mapped_branches.insert(out_.mapped_branches.end(), mapped.begin(), mapped.end());
  return static_cast<std::uint32_t>(out_.discriminators.size() - 1);
}

void Compiler::conditions(Draft& draft) {
  const std::uint32_t negated = sub_schema(draft, Keyword::kNot, false);
  if (negated != kNowhere) draft.emit(kAnything, {Op::kNot, Keyword::kNot, 0, negated});
  if (!draft[Keyword::kIf]) return;
  Instruction in{Op::kIf, Keyword::kIf};
  in.a = sub_schema(draft, Keyword::kIf, false);
  in.b = sub_schema(draft, Keyword::kThen, true);
  in.c = sub_schema(draft, Keyword::kElse, true);
  draft.emit(kAnything, in);
}

void Compiler::items(Draft& draft) {
  const bool modern = draft.rules->dialect != Dialect::kDraft07;
  const Value items = draft[Keyword::kItems];
  Instruction in{Op::kItems, Keyword::kItems, 0, 0, kNowhere, 0};
  const bool is_list = items && items.is_array();
  if (is_list && modern) {
    return fail(draft, Keyword::kItems, "'items' must be a schema, not a list",
                draft.rules->openapi() ? "OpenAPI 3.0 cannot describe elements one by one"
                                       : "write 'prefixItems' for a schema per element");
  }
  const Keyword prefix_keyword = modern ? Keyword::kPrefixItems : Keyword::kItems;
  const Value prefix = is_list ? items : modern ? draft[Keyword::kPrefixItems] : Value();
  if (prefix && !prefix.is_array()) {
    return fail(draft, prefix_keyword, "'prefixItems' must be a list of schemas");
  }
  if (prefix) {
    in.a = schema_list(draft, prefix_keyword, prefix, false);
    in.c = static_cast<std::uint32_t>(prefix.size());
  }
  in.b = sub_schema(draft, is_list ? Keyword::kAdditionalItems : Keyword::kItems, false);
  if (in.b != kNowhere || in.c != 0) draft.emit(kArrays, in);
}

void Compiler::contains(Draft& draft) {
  const bool modern = draft.rules->modern();
  const std::uint32_t least =
      modern && draft.rules->validation ? count_of(draft, Keyword::kMinContains, 1) : 1;
  const std::uint32_t most = modern && draft.rules->validation
                                 ? count_of(draft, Keyword::kMaxContains, kNowhere)
                                 : kNowhere;
  const std::uint32_t block = sub_schema(draft, Keyword::kContains, false);
  if (block == kNowhere) return;
  draft.emit(kArrays, {Op::kContains, Keyword::kContains, 0, block, least, most});
}

std::uint32_t Compiler::add_names(Value list, const std::string& where) {
  const auto begin = static_cast<std::uint32_t>(out_.required_names.size());
  for (const Value name : list.elements()) {
    if (name.is_string()) {
      out_.required_names.push_back(out_.pool.intern(name.text()));
    } else {
      fail_at(where, "property names must be strings, not " + std::string(kind_name(name.kind())));
    }
  }
  return begin;
}

void Compiler::dependents(Draft& draft) {
  std::vector<Dependent> names, schemas;
  const auto read = [&](Keyword keyword, bool take_lists, bool take_schemas) {
    const Value map = draft[keyword];
    if (!map) return;
    const std::string name(to_text(keyword));
    if (!map.is_object()) return fail(draft, keyword, "'" + name + "' must be an object");
    for (const Member member : map.members()) {
      const Text trigger = out_.pool.intern(member.name());
      if (take_lists && member.value.is_array()) {
        const std::string where =
            Documents::place_of({draft.schema.at.document, member.value.node()});
        const std::uint32_t begin = add_names(member.value, where);
        const auto count = static_cast<std::uint32_t>(out_.required_names.size()) - begin;
        names.push_back({trigger, begin, count, keyword});
      } else if (take_schemas) {
        Step step{keyword, Place::Step::kName, member.name()};
        step.same_value = true;
        schemas.push_back({trigger, child(draft, member.value, step), 0, keyword});
      } else {
        fail_at(Documents::place_of({draft.schema.at.document, member.value.node()}),
                "must be a list of property names");
      }
    }
  };
  const Rules& rules = *draft.rules;
  if (rules.modern() && rules.validation) read(Keyword::kDependentRequired, true, false);
  if (rules.modern() && rules.applicators) read(Keyword::kDependentSchemas, false, true);
  if (!rules.openapi() && rules.applicators) read(Keyword::kDependencies, true, true);
  const auto emit = [&](Op op, Keyword keyword, const std::vector<Dependent>& list) {
    if (list.empty()) return;
    draft.emit(kObjects, {op, keyword, 0, static_cast<std::uint32_t>(out_.dependents.size()),
                          static_cast<std::uint32_t>(list.size())});
    out_.dependents.insert(out_.dependents.end(), list.begin(), list.end());
  };
  emit(Op::kDependentRequired, Keyword::kDependentRequired, names);
  emit(Op::kDependentSchemas, Keyword::kDependentSchemas, schemas);
}

void Compiler::unevaluated(Draft& draft) {
  if (!draft.rules->modern() || !draft.rules->unevaluated) return;
  const std::uint32_t items = sub_schema(draft, Keyword::kUnevaluatedItems, false);
  if (items != kNowhere) {
    draft.emit(kLast, {Op::kUnevaluatedItems, Keyword::kUnevaluatedItems, 0, items});
  }
  const std::uint32_t properties = sub_schema(draft, Keyword::kUnevaluatedProperties, false);
  if (properties != kNowhere) {
    draft.emit(kLast, {Op::kUnevaluatedProperties, Keyword::kUnevaluatedProperties, 0, properties});
  }
  if (draft.counts[kLast] != 0) draft.flags |= Block::kUnevaluated;
}

}  // namespace barbacane::schema::detail
