#include "validation/detail/multipart_part.h"

#include <cstddef>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "validation/detail/media_syntax.h"
#include "validation/media_type.h"

namespace barbacane::validation::detail {
namespace {

using Content = FormEntry::Content;

constexpr std::size_t kLongestShown = 100;

constexpr std::uint8_t kStringLike = Kinds::kString | Kinds::kNumberElseString;
constexpr std::uint8_t kStructure = Kinds::kObject | Kinds::kArray;

enum class Family : std::uint8_t { kJson, kText, kOther };

Family family_of(std::string_view content_type) {
  const auto type = view_media_type(content_type);
  if (type && type->is_json()) return Family::kJson;
  return type && base::equals_ignoring_case(type->type, "text") ? Family::kText : Family::kOther;
}

/// Of values for which nothing is said, sent or declared.
Family default_family(const FormProperty& property) {
  const bool structure_only =
      property.element.has(kStructure) && !property.element.has(Kinds::kPrimitive);
  return structure_only ? Family::kJson : Family::kText;
}

std::string type_mismatch(const FormProperty& property, std::string_view content_type) {
  std::string out = "must be of type ";
  for (std::size_t i = 0; i < property.content_types.names.size(); ++i) {
    if (i > 0) out += " or ";
    out += property.content_types.names[i];
  }
  if (property.content_types.names.empty()) out += "application/json";
  return out + ", but is of type " + std::string(content_type.substr(0, kLongestShown));
}

/// A string of a JSON type holds JSON as text (`contentMediaType`), and a file is a file.
bool is_read_as_json(const FormProperty& property, const PartHead& head) {
  if (!property.element_typed) return property.schema && !head.file;
  return property.element.has(kStructure) || !property.element.has(kStringLike);
}

PartContent string_content(const PartRule& rule, bool binary) {
  return {.content = Content::kByKind,
          .may_be_file = !rule.looks_inside,
          .binary = binary || !rule.property.element_typed,
          .unread = false};
}

}  // namespace

bool looks_inside(const schema::Program& program, const LeafPlan& leaf) {
  if (!leaf.schema) return false;
  constexpr std::size_t kEverySizeTo = 512;
  constexpr std::size_t kLargest = std::size_t{64} << 10;
  schema::Tape tape;
  schema::Scratch scratch;
  for (std::size_t size = 0; size <= kLargest; size += size < kEverySizeTo ? 1 : size) {
    tape.begin();
    tape.opaque(size);
    const auto verdict = program.run(*leaf.schema, tape.built(), scratch);
    if (verdict == schema::Verdict::kLimit) return true;
  }
  return false;
}

LeafPlan PartRule::element() const {
  if (property.is_list()) return property.plan.list.of(0);
  return {property.schema, property.plan.kinds};
}

PartRule plan_part(const schema::Program& program, FormProperty property) {
  PartRule out{std::move(property), false};
  out.looks_inside = looks_inside(program, out.element());
  return out;
}

std::expected<PartContent, std::string> content_of(const PartRule& rule, const PartHead& head) {
  const FormProperty& property = rule.property;
  const auto& declared = property.content_types;
  if (head.content_type && !property.style && !declared.accept(*head.content_type)) {
    return std::unexpected(type_mismatch(property, *head.content_type));
  }
  for (const std::string& header : property.required_headers) {
    if (!head.has(header)) return std::unexpected("must have the header '" + header + "'");
  }
  const bool string = property.element.has(kStringLike);
  // Written by a style, a value is text whatever its type.
  if (property.style) return string ? string_content(rule, head.file) : PartContent{};
  Family family = default_family(property);
  if (head.content_type) {
    family = family_of(*head.content_type);
  } else if (!declared.names.empty()) {
    family = family_of(declared.names.front());
  }
  if (family == Family::kJson && is_read_as_json(property, head)) {
    return PartContent{
        .content = Content::kJson, .may_be_file = false, .binary = false, .unread = false};
  }
  if (string) return string_content(rule, head.file || family == Family::kOther);
  if (family != Family::kOther) return PartContent{};
  if (declared.names.empty()) return std::unexpected(type_mismatch(property, *head.content_type));
  return PartContent{
      .content = Content::kOpaque, .may_be_file = true, .binary = true, .unread = true};
}

}  // namespace barbacane::validation::detail
