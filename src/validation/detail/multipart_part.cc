#include "validation/detail/multipart_part.h"

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

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

PartContent string_content(const PartRule& rule, bool comes_as_file) {
  PartContent out;
  out.file = !rule.looks_inside && (comes_as_file || !rule.property.element_typed);
  return out;
}

std::expected<PartContent, std::string> content_by_type(const PartRule& rule,
                                                        const PartHead& head) {
  const FormProperty& property = rule.property;
  const auto& declared = property.content_types;
  const bool string = property.element.has(kStringLike);
  // Written by a style, a value is text whatever its type.
  if (property.style) return string ? string_content(rule, head.file) : PartContent{};
  if (head.content_type && !declared.accept(*head.content_type)) {
    return std::unexpected(type_mismatch(property, *head.content_type));
  }
  Family family = default_family(property);
  if (head.content_type) {
    family = family_of(*head.content_type);
  } else if (!declared.names.empty()) {
    family = family_of(declared.names.front());
  }
  PartContent out;
  if (family == Family::kJson && is_read_as_json(property, head)) {
    out.content = Content::kJson;
    return out;
  }
  if (string) return string_content(rule, head.file || family == Family::kOther);
  if (family != Family::kOther) return out;
  if (declared.names.empty()) return std::unexpected(type_mismatch(property, *head.content_type));
  out.content = Content::kOpaque;
  out.unread = true;
  return out;
}

base::Result<std::optional<ParameterSet>> plan_headers(const schema::Program& program,
                                                       std::string_view property,
                                                       std::span<const PartHeader> headers) {
  std::vector<artifact::Parameter> parameters;
  std::vector<std::optional<schema::SchemaId>> schemas;
  for (const PartHeader& header : headers) {
    if (header.property != property) continue;
    parameters.push_back(header.parameter);
    schemas.push_back(header.schema);
  }
  if (parameters.empty()) return std::nullopt;
  auto set = ParameterSet::build(parameters, schemas, {}, program, {});
  if (!set) return base::fail("the encoding of '" + std::string(property) + "': " + set.error());
  return std::move(*set);
}

}  // namespace

bool looks_inside(const schema::Program& program, const LeafPlan& leaf) {
  if (!leaf.schema) return false;
  constexpr std::size_t kEverySizeTo = 512;
  constexpr std::size_t kLargest = std::size_t{1} << 30;
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

base::Result<PartRule> plan_part(const schema::Program& program, FormProperty property,
                                 std::span<const PartHeader> headers) {
  auto declared = plan_headers(program, property.name, headers);
  if (!declared) return std::unexpected(std::move(declared.error()));
  PartRule out{std::move(property), std::move(*declared), false};
  out.looks_inside = looks_inside(program, out.element());
  return out;
}

std::expected<PartContent, std::string> content_of(const PartRule& rule, const PartHead& head) {
  auto content = content_by_type(rule, head);
  if (!content || content->file || content->unread || !head.content_type) return content;
  using Charset = MediaType::Charset;
  const auto type = parse_media_type(*head.content_type);
  const Charset charset = type ? type->charset() : Charset::kUtf8;
  if (charset == Charset::kOther) return std::unexpected(std::string(kForeignCharset));
  content->ascii_only = charset == Charset::kSameAscii;
  return content;
}

}  // namespace barbacane::validation::detail
