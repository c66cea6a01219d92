#include "validation/detail/form_value.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "validation/detail/coerce_text.h"
#include "validation/detail/field_pointer.h"
#include "validation/detail/style_pieces.h"
#include "validation/violation.h"

namespace barbacane::validation::detail {
namespace {

using Content = FormEntry::Content;
using schema::Kind;
using schema::Value;

std::string_view keep(schema::Tape& tape, std::string_view text) {
  if (text.empty()) return "";
  char* const copy = tape.allocate_text(text.size());
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

/// A value with all its texts; it nests no deeper than JSON is read.
void append_copy(schema::Tape& tape, Value value) {
  switch (value.kind()) {
    case Kind::kNull:
      return tape.null();
    case Kind::kFalse:
    case Kind::kTrue:
      return tape.boolean(value.kind() == Kind::kTrue);
    case Kind::kNumber:
      return tape.number(keep(tape, value.text()));
    case Kind::kString:
      return tape.string(keep(tape, value.text()));
    case Kind::kArray:
      tape.open_array();
      for (const Value element : value.elements()) append_copy(tape, element);
      return tape.close();
    case Kind::kObject:
      tape.open_object();
      for (const auto member : value.members()) {
        tape.name(keep(tape, member.name()));
        append_copy(tape, member.value);
      }
      return tape.close();
  }
}

bool looks_structured(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != text.npos && (text[first] == '{' || text[first] == '[');
}

bool stands_before(const FormEntry& a, const FormEntry& b) {
  if (a.target.property != b.target.property) return a.target.property < b.target.property;
  const int names = a.target.name.compare(b.target.name);
  return names != 0 ? names < 0 : a.order < b.order;
}

bool is_declared(const FormEntry& entry) {
  return entry.target.property != FormProperties::Target::kUndeclared;
}

bool same_property(const FormEntry& a, const FormEntry& b) {
  return a.target.property == b.target.property &&
         (is_declared(a) || a.target.name == b.target.name);
}

Content content_of(Kinds kinds) {
  constexpr std::uint8_t kStructure = Kinds::kObject | Kinds::kArray;
  constexpr std::uint8_t kText = Kinds::kPrimitive & ~Kinds::kNull;
  if (!kinds.has(kStructure)) return Content::kByKind;
  return kinds.has(kText) ? Content::kEither : Content::kJson;
}

}  // namespace

std::span<FormEntry> allocate_entries(schema::Tape& tape, std::size_t count) {
  const std::size_t bytes = count * sizeof(FormEntry);
  std::size_t space = bytes + alignof(FormEntry);
  void* room = tape.allocate_text(space);
  auto* const entries = static_cast<FormEntry*>(std::align(alignof(FormEntry), bytes, room, space));
  std::uninitialized_default_construct_n(entries, count);
  return {entries, count};
}

bool FormValues::refuse(std::string reason) {
  flaw_ = {pointer_to(name_), std::move(reason)};
  return false;
}

bool FormValues::refuse_slow_name() {
  return refuse("cannot be checked: a pattern takes too long on a name");
}

bool FormValues::append_object(std::span<FormEntry> entries) {
  std::ranges::sort(entries, stands_before);
  schema::Tape& tape = workspace_.tape;
  tape.open_object();
  for (std::size_t at = 0; at < entries.size();) {
    std::size_t end = at + 1;
    while (end < entries.size() && same_property(entries[at], entries[end])) ++end;
    const FormEntry& first = entries[at];
    const FormProperty& property = is_declared(first)
                                       ? properties_.declared[first.target.property]
                                       : properties_.undeclared(first.target.name, matcher_);
    name_ = is_declared(first) ? std::string_view(property.name) : first.target.name;
    if (matcher_.spent()) return refuse_slow_name();
    tape.name(name_);
    if (!append_property(property, entries.subspan(at, end - at))) return false;
    at = end;
  }
  tape.close();
  return true;
}

bool FormValues::append_single(const FormProperty& property, std::string_view name,
                               const FormEntry& entry) {
  name_ = name;
  workspace_.tape.begin();
  const LeafPlan whole{property.schema, property.plan.kinds};
  return append_leaf(property.is_list() ? property.plan.list.of(0) : whole, entry);
}

bool FormValues::append_property(const FormProperty& property, std::span<const FormEntry> entries) {
  const FormEntry& first = entries.front();
  if (property.is_deep() || property.is_exploded_object()) {
    return append_members(property, entries);
  }
  if (property.is_list()) {
    if (entries.size() > 1 || !fits_single(property, first)) return append_list(property, entries);
  } else if (entries.size() > 1) {
    if (!property.may_repeat()) return refuse("must not be given more than once");
    return append_list(property, entries);
  }
  if (property.style && property.plan.kinds.has(Kinds::kObject)) {
    return append_paired_pieces(property, first.raw);
  }
  return append_leaf({property.schema, property.plan.kinds}, first);
}

/// Whether the only value of a property that may be an array is one of its other kinds, or the
/// whole array in JSON.
bool FormValues::fits_single(const FormProperty& property, const FormEntry& entry) {
  if (entry.content == Content::kOpaque) return false;
  const auto text = decode(entry.raw, decoding_, workspace_.tape);
  if (!text) return false;
  if (entry.content == Content::kJson) {
    const auto value = workspace_.part.read(*text);
    return value && value->is_array() && !property.plan.list.of(0).kinds.has(Kinds::kArray);
  }
  return accepts({property.schema, property.plan.kinds}, *text, program_, workspace_.scratch);
}

bool FormValues::append_list(const FormProperty& property, std::span<const FormEntry> entries) {
  schema::Tape& tape = workspace_.tape;
  tape.open_array();
  if (property.style && !property.style->explode) {
    if (entries.size() > 1) return refuse("must not be given more than once");
    if (!append_pieces(property, entries.front().raw)) return false;
  } else {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (!append_leaf(property.plan.list.of(i), entries[i])) return false;
    }
  }
  tape.close();
  return true;
}

bool FormValues::append_pieces(const FormProperty& property, std::string_view raw) {
  PieceCursor cursor(raw, separator_of(*property.style));
  for (std::size_t i = 0; cursor.next(); ++i) {
    FormEntry piece;
    piece.raw = cursor.piece;
    if (!append_leaf(property.plan.list.of(i), piece)) return false;
  }
  return true;
}

/// `R,100,G,200`
bool FormValues::append_paired_pieces(const FormProperty& property, std::string_view raw) {
  PieceCursor cursor(raw, separator_of(*property.style));
  std::size_t count = 0;
  while (cursor.next()) ++count;
  if (count > 2 * kMostPairs) {
    return refuse("must not have more than " + std::to_string(kMostPairs) + " members");
  }
  if (count % 2 != 0) return refuse("must be names and values in turn");
  const std::span<FormEntry> entries = allocate_entries(workspace_.tape, count / 2);
  cursor = PieceCursor(raw, separator_of(*property.style));
  for (std::size_t i = 0; i < entries.size(); ++i) {
    cursor.next();
    const auto name = decode(cursor.piece, decoding_, workspace_.tape);
    if (!name) return refuse(std::string(kNotUtf8));
    cursor.next();
    entries[i].order = static_cast<std::uint32_t>(i);
    entries[i].target.name = *name;
    entries[i].raw = cursor.piece;
  }
  std::ranges::sort(entries, stands_before);
  return append_members(property, entries);
}

/// Entries of one property, named by its members.
bool FormValues::append_members(const FormProperty& property, std::span<const FormEntry> entries) {
  schema::Tape& tape = workspace_.tape;
  tape.open_object();
  for (std::size_t at = 0; at < entries.size();) {
    std::size_t end = at + 1;
    while (end < entries.size() && entries[end].target.name == entries[at].target.name) ++end;
    if (!append_member(property, entries.subspan(at, end - at))) return false;
    at = end;
  }
  tape.close();
  return true;
}

bool FormValues::append_member(const FormProperty& property, std::span<const FormEntry> same) {
  static const LeafPlan kAnything;
  const MemberPlan* member = property.plan.member(same.front().target.name, matcher_);
  if (matcher_.spent()) return refuse_slow_name();
  workspace_.tape.name(same.front().target.name);
  if (member && member->leaf.kinds.only(Kinds::kArray)) {
    workspace_.tape.open_array();
    for (std::size_t i = 0; i < same.size(); ++i) {
      if (!append_leaf(member->list.of(i), same[i])) return false;
    }
    workspace_.tape.close();
    return true;
  }
  if (same.size() > 1) return refuse("must not have a member twice");
  return append_leaf(member ? member->leaf : kAnything, same.front());
}

bool FormValues::append_leaf(const LeafPlan& leaf, const FormEntry& entry) {
  if (entry.content == Content::kOpaque) {
    workspace_.tape.opaque(std::min<std::size_t>(entry.size, UINT32_MAX));
    return true;
  }
  const auto text = decode(entry.raw, decoding_, workspace_.tape);
  if (!text) return refuse(std::string(kNotUtf8));
  Content content = entry.content;
  if (content == Content::kByKind) content = content_of(leaf.kinds);
  const bool no_value = text->empty() && leaf.kinds.has(Kinds::kNull);
  if (content == Content::kJson && !no_value) return append_json(*text);
  if (content == Content::kEither && looks_structured(*text)) {
    if (const auto value = workspace_.part.read(*text)) {
      append_copy(workspace_.tape, *value);
      return true;
    }
  }
  detail::append_leaf(workspace_.tape, leaf, *text, program_, workspace_.scratch);
  return true;
}

bool FormValues::append_json(std::string_view text) {
  const auto value = workspace_.part.read(text);
  if (!value) return refuse(not_json(value.error()));
  append_copy(workspace_.tape, *value);
  return true;
}

}  // namespace barbacane::validation::detail
