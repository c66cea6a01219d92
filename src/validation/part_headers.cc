#include "validation/part_headers.h"

#include <utility>

#include "base/json_pointer.h"
#include "base/text.h"
#include "schema/json.h"

namespace barbacane::validation {
namespace {

using schema::Kind;
using schema::Member;
using schema::Value;

/// Notes where the schema is: beside `content`, if that is there, or below its only entry.
void take_schema(Value header, PartHeader& out, std::string place) {
  if (const auto schema = header.find("schema")) {
    if (schema->kind() != Kind::kNull) out.schema_place = place + "/schema";
    return;
  }
  const auto content = header.find("content");
  if (!content || !content->is_object()) return;
  for (const Member media : content->members()) {
    out.parameter.content_type = std::string(media.name());
    if (!media.value.is_object() || !media.value.find("schema")) return;
    place += "/content";
    base::append_pointer_token(place, media.name());
    out.schema_place = place + "/schema";
    return;
  }
}

PartHeader read_header(Value header, std::string_view property, std::string_view name) {
  PartHeader out;
  out.property = property;
  out.parameter.name = name;
  out.parameter.location = "header";
  const auto is = [&](std::string_view member, Kind kind) {
    const auto value = header.find(member);
    return value && value->kind() == kind;
  };
  out.parameter.required = is("required", Kind::kTrue);
  if (const auto style = header.find("style"); style && style->is_string()) {
    out.parameter.style = std::string(style->text());
  }
  if (is("explode", Kind::kTrue)) out.parameter.explode = true;
  std::string place;
  base::append_pointer_token(place, property);
  base::append_pointer_token(place += "/headers", name);
  take_schema(header, out, std::move(place));
  return out;
}

}  // namespace

std::vector<PartHeader> read_part_headers(std::string_view encoding) {
  std::vector<PartHeader> out;
  schema::Tape tape;
  const auto object = tape.read(encoding);
  if (!object || !object->is_object()) return out;
  for (const Member property : object->members()) {
    if (!property.value.is_object()) continue;
    const auto headers = property.value.find("headers");
    if (!headers || !headers->is_object()) continue;
    for (const Member header : headers->members()) {
      if (base::equals_ignoring_case(header.name(), "content-type")) continue;
      if (!header.value.is_object()) continue;
      out.push_back(read_header(header.value, property.name(), header.name()));
    }
  }
  return out;
}

}  // namespace barbacane::validation
