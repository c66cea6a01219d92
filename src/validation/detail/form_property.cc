#include "validation/detail/form_property.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "validation/detail/style_pieces.h"

namespace barbacane::validation::detail {
namespace {

using base::fail;
using schema::Kind;
using schema::Program;
using schema::SchemaId;
using schema::Value;

FormProperty plan_property(const Program& program, std::string name, SchemaId schema,
                           ValuePlan plan) {
  FormProperty out;
  out.name = std::move(name);
  out.schema = schema;
  out.plan = std::move(plan);
  out.element = out.plan.kinds;
  out.element_typed = out.plan.typed;
  if (out.is_list()) {
    const LeafPlan& item = out.plan.list.rest;
    out.element.bits &= static_cast<std::uint8_t>(~Kinds::kArray);
    out.element.bits |= item.kinds.bits;
    out.element_typed = item.schema && program.shape(*item.schema).typed;
  }
  return out;
}

/// Of a declared property, which patterns may know, too.
ValuePlan plan_declared(const Program& program, const schema::Shape::Property& property,
                        const std::vector<PatternPlan<FormProperty>>& patterns) {
  ValuePlan plan = plan_value(program, property.schema);
  NameMatcher matcher;
  const FormProperty* other = narrowest(patterns, property.name, matcher);
  return other != nullptr && other->width() < plan.width() ? other->plan : plan;
}

/// Commas inside quotes do not separate.
std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> out;
  std::string part;
  bool quoted = false;
  const auto flush = [&] {
    if (const auto name = base::trim(part); !name.empty()) out.emplace_back(name);
    part.clear();
  };
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted) {
      flush();
    } else {
      part += c;
    }
  }
  flush();
  return out;
}

std::optional<Style> parse_style(std::string_view text) {
  for (const auto& [name, style] : {std::pair{"form", Style::kForm},
                                    {"spaceDelimited", Style::kSpaceDelimited},
                                    {"pipeDelimited", Style::kPipeDelimited},
                                    {"deepObject", Style::kDeepObject}}) {
    if (text == name) return style;
  }
  return std::nullopt;
}

base::Result<> read_style(const std::optional<Value>& style, const std::optional<Value>& explode,
                          FormProperty& out) {
  if (!style && !explode) return {};
  StyleChoice choice{.style = Style::kForm};
  if (style) {
    const auto parsed = style->is_string() ? parse_style(style->text()) : std::nullopt;
    if (!parsed) return fail("has an unknown style");
    choice.style = *parsed;
  }
  choice.explode = choice.style == Style::kForm;
  if (explode) {
    if (explode->kind() != Kind::kTrue && explode->kind() != Kind::kFalse) {
      return fail("has an 'explode' that is neither true nor false");
    }
    choice.explode = explode->kind() == Kind::kTrue;
  }
  out.style = choice;
  return {};
}

/// Only parts have headers; see `read_part_headers`.
base::Result<> check_headers(const Value& headers) {
  if (!headers.is_object()) return fail("has 'headers' that are no object");
  for (const auto header : headers.members()) {
    if (!header.value.is_object()) return fail("has a header that is no object");
  }
  return {};
}

base::Result<> read_encoding(const Value& encoding, FormProperty& out) {
  if (!encoding.is_object()) return fail("is no object");
  if (const auto types = encoding.find("contentType")) {
    if (!types->is_string()) return fail("has a 'contentType' that is no string");
    out.content_types.names = split_list(types->text());
    for (const std::string& name : out.content_types.names) {
      if (!parse_media_type(name))
        return fail("has the content type '" + name + "', which is none");
    }
    out.content_types.table = MediaTypeTable(out.content_types.names);
    out.json =
        out.content_types.names.size() == 1 && is_json_media_type(out.content_types.names.front());
  }
  if (const auto headers = encoding.find("headers")) {
    if (auto read = check_headers(*headers); !read) return read;
  }
  return read_style(encoding.find("style"), encoding.find("explode"), out);
}

std::vector<FormProperties::Exploded> exploded_members(const std::vector<FormProperty>& declared) {
  std::vector<FormProperties::Exploded> out;
  for (std::size_t i = 0; i < declared.size(); ++i) {
    if (!declared[i].is_exploded_object()) continue;
    for (const auto& member : declared[i].plan.members) {
      out.push_back({member.name, static_cast<std::uint32_t>(i)});
    }
  }
  std::ranges::sort(out, {}, &FormProperties::Exploded::name);
  return out;
}

}  // namespace

std::optional<std::size_t> FormProperties::find(std::string_view name) const {
  const auto at = std::ranges::lower_bound(declared, name, {}, &FormProperty::name);
  if (at == declared.end() || at->name != name) return std::nullopt;
  return static_cast<std::size_t>(at - declared.begin());
}

const FormProperty& FormProperties::undeclared(std::string_view name, NameMatcher& matcher) const {
  static const FormProperty kAnything;
  if (const FormProperty* known = narrowest(patterns, name, matcher)) return *known;
  return additional ? *additional : kAnything;
}

std::optional<FormProperties::Target> FormProperties::resolve(std::string_view name) const {
  const auto member = std::ranges::lower_bound(exploded, name, {}, &Exploded::name);
  if (member != exploded.end() && member->name == name) return Target{member->property, name};
  if (const auto index = find(name)) {
    const FormProperty& property = declared[*index];
    if (property.is_deep() || property.is_exploded_object()) return std::nullopt;
    return Target{static_cast<std::uint32_t>(*index), {}};
  }
  const std::size_t bracket = std::min(name.find('['), name.size());
  const auto index = find(name.substr(0, bracket));
  if (!index || !declared[*index].is_deep()) return Target{Target::kUndeclared, name};
  const auto inside = deep_member(name.substr(bracket));
  if (!inside) return std::nullopt;
  return Target{static_cast<std::uint32_t>(*index), *inside};
}

base::Result<FormProperties> plan_form(const Program& program, SchemaId schema,
                                       std::string_view encoding) {
  schema::Shape shape = program.shape(schema);
  FormProperties out;
  out.open = shape.open || shape.additional || !shape.patterns.empty();
  out.required = std::move(shape.required);
  const auto plan_unnamed = [&program](SchemaId property) {
    return plan_property(program, {}, property, plan_value(program, property));
  };
  for (const auto& [pattern, property] : shape.patterns) {
    out.patterns.push_back({pattern, plan_unnamed(property)});
  }
  for (const auto& property : shape.properties) {
    out.declared.push_back(plan_property(program, property.name, property.schema,
                                         plan_declared(program, property, out.patterns)));
  }
  std::ranges::sort(out.declared, {}, &FormProperty::name);
  if (shape.additional) out.additional = plan_unnamed(*shape.additional);
  if (encoding.empty()) return out;

  schema::Tape tape;
  const auto object = tape.read(encoding);
  if (!object) return fail("'encoding' is not JSON: " + describe(object.error()));
  if (object->kind() == Kind::kNull) return out;
  if (!object->is_object()) return fail("'encoding' is no object");
  for (const auto member : object->members()) {
    const auto index = out.find(member.name());
    if (!index) continue;
    if (auto read = read_encoding(member.value, out.declared[*index]); !read) {
      return fail("the encoding of '" + std::string(member.name()) + "' " + read.error().message);
    }
  }
  out.exploded = exploded_members(out.declared);
  return out;
}

}  // namespace barbacane::validation::detail
