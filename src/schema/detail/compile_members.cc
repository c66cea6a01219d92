#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "schema/detail/compiler.h"
#include "schema/detail/string_set.h"

/// `properties`, `required` and their kin, as one table.
namespace barbacane::schema::detail {
namespace {

Property named(Text name) {
  Property property;
  property.name = name.data;
  property.name_size = name.size;
  return property;
}

}  // namespace

void Compiler::members(Draft& draft) {
  MemberTable table;
  table.properties = static_cast<std::uint32_t>(out_.properties.size());
  table.patterns = static_cast<std::uint32_t>(out_.pattern_properties.size());
  if (draft.rules->applicators) declare(draft, table);
  if (draft.rules->validation) require(draft, table);
  const bool empty = table.property_count == 0 && table.pattern_count == 0 &&
                     table.additional == kNowhere && table.names == kNowhere;
  if (empty) return;
  if (table.property_count != 0) {
    std::vector<Text> names;
    for (std::uint32_t i = 0; i < table.property_count; ++i) {
      names.push_back(out_.pool.intern(out_.properties[table.properties + i].name_view()));
    }
    table.index = index_strings(out_, names);
    table.plain = table.pattern_count == 0 && table.names == kNowhere && table.required_count <= 64;
  }
  draft.emit(kObjects, {Op::kMembers, Keyword::kProperties, 0,
                        static_cast<std::uint32_t>(out_.tables.size())});
  out_.tables.push_back(table);
}

void Compiler::declare(Draft& draft, MemberTable& table) {
  const Value properties = draft[Keyword::kProperties];
  if (properties && properties.is_object()) {
    for (const Member member : properties.members()) {
      Property property = named(out_.pool.intern(member.name()));
      property.block =
          child(draft, member.value, {Keyword::kProperties, Place::Step::kName, member.name()});
      out_.properties.push_back(property);
      ++table.property_count;
    }
  } else if (properties) {
    fail(draft, Keyword::kProperties, "'properties' must be an object of schemas by name");
  }
  const Value patterns = draft[Keyword::kPatternProperties];
  if (patterns && patterns.is_object()) {
    for (const Member member : patterns.members()) {
      const std::string where = Documents::place_of({draft.schema.at.document, member.key.node()});
      const std::uint32_t pattern = add_pattern(member.key, where);
      const std::uint32_t block = child(
          draft, member.value, {Keyword::kPatternProperties, Place::Step::kName, member.name()});
      out_.pattern_properties.push_back({pattern, block});
      ++table.pattern_count;
    }
  } else if (patterns) {
    fail(draft, Keyword::kPatternProperties,
         "'patternProperties' must be an object of schemas by pattern");
  }
  table.additional = sub_schema(draft, Keyword::kAdditionalProperties, false);
  table.names = sub_schema(draft, Keyword::kPropertyNames, false);
}

void Compiler::require(const Draft& draft, MemberTable& table) {
  const Value required = draft[Keyword::kRequired];
  if (!required) return;
  if (!required.is_array()) {
    const bool flag = required.kind() == Kind::kTrue || required.kind() == Kind::kFalse;
    return fail(draft, Keyword::kRequired, "'required' must be a list of property names",
                flag ? "name the property in 'required' of the object it belongs to" : "");
  }
  std::unordered_map<std::string_view, std::uint32_t> declared;
  for (std::uint32_t i = 0; i < table.property_count; ++i) {
    declared.emplace(out_.properties[table.properties + i].name_view(), i);
  }
  constexpr std::size_t kMost = 65'000;
  if (required.size() > kMost) {
    return fail(draft, Keyword::kRequired, "'required' has more than 65000 names");
  }
  for (const Value name : required.elements()) {
    if (!name.is_string()) {
      fail(draft, Keyword::kRequired,
           "'required' must be a list of strings, not of " + std::string(kind_name(name.kind())));
      continue;
    }
    if (waived(draft, name.text())) continue;
    const auto [at, added] = declared.emplace(name.text(), table.property_count);
    if (added) {
      out_.properties.push_back(named(out_.pool.intern(name.text())));
      ++table.property_count;
    }
    Property& property = out_.properties[table.properties + at->second];
    if (property.required == 0) property.required = ++table.required_count;
  }
}

bool Compiler::waived(const Draft& draft, std::string_view name) {
  if (options_.direction == BuildOptions::Direction::kNone) return false;
  const Location own = draft.schema.at;
  const Location family = draft.schema.family;
  return declares_one_way(own, name) || (family.node != own.node && declares_one_way(family, name));
}

/// Whether it is so of a schema, or of one that is true of the same value.
template <class Holds>
bool Compiler::holds_anywhere(Location first, const Holds& holds) {
  constexpr std::size_t kMost = 1000;
  std::vector<Location> open{first};
  std::unordered_set<const Value::Node*> seen;  // many ways may lead to one schema
  while (!open.empty()) {
    const Location at = open.back();
    open.pop_back();
    const Value schema(at.node);
    if (!schema.is_object() || seen.size() == kMost || !seen.insert(at.node).second) continue;
    if (holds(at, schema)) return true;
    const auto reference = schema.find("$ref");
    if (reference && reference->is_string()) {
      const auto found = documents_.resolve(at, reference->text());
      if (found) open.push_back(*found);
    }
    const auto all = schema.find("allOf");
    if (!all || !all->is_array()) continue;
    for (const Value part : all->elements()) open.push_back({at.document, part.node()});
  }
  return false;
}

/// Whether a property goes the other way only: so it is said here, or in what is true of the same
/// value.
bool Compiler::declares_one_way(Location schema, std::string_view name) {
  return holds_anywhere(schema, [&](Location at, Value value) {
    const auto properties = value.find("properties");
    if (!properties || !properties->is_object()) return false;
    const auto property = properties->find(name);
    return property && goes_other_way({at.document, property->node()});
  });
}

bool Compiler::goes_other_way(Location property) {
  const bool in_request = options_.direction == BuildOptions::Direction::kRequest;
  return holds_anywhere(property, [&](Location, Value value) {
    const auto flag = value.find(in_request ? "readOnly" : "writeOnly");
    return flag && flag->kind() == Kind::kTrue;
  });
}

}  // namespace barbacane::schema::detail
