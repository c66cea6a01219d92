#include "validation/detail/parameter_build.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "validation/detail/places.h"
#include "validation/media_type.h"

namespace barbacane::validation::detail {

namespace {

using Content = ParameterRule::Content;
using Error = std::unexpected<std::string>;

std::optional<Category> parse_location(std::string_view location) {
  static constexpr std::array kLocations{Category::kPath, Category::kQuery, Category::kQuerystring,
                                         Category::kHeader, Category::kCookie};
  const auto at = std::ranges::find(kLocations, location, location_of);
  if (at == kLocations.end()) return std::nullopt;
  return *at;
}

Content parse_content(std::string_view media_type) {
  const auto parsed = parse_media_type(media_type);
  if (!parsed) return Content::kUnread;
  if (parsed->is_json()) return Content::kJson;
  if (parsed->type == "text") return Content::kText;
  const bool form = parsed->type == "application" && parsed->subtype == "x-www-form-urlencoded";
  return form ? Content::kForm : Content::kUnread;
}

Content content_of(const artifact::Parameter& parameter, Category category, const ValuePlan& plan) {
  if (!parameter.content_type) {
    // The earlier implementation does not store the media type; a query that is an object is a
    // form.
    if (category != Category::kQuerystring) return Content::kStyle;
    return plan.kinds.has(Kinds::kObject) ? Content::kForm : Content::kText;
  }
  const Content content = parse_content(*parameter.content_type);
  if (content != Content::kUnread) return content;
  return plan.kinds.has(Kinds::kPrimitive) ? Content::kText : Content::kUnread;
}

Decoding decoding_of(const ParameterRule& rule) {
  switch (rule.category) {
    case Category::kPath:
      return Decoding::kPercent;
    case Category::kCookie:
      return rule.style.style == Style::kCookie ? Decoding::kNone : Decoding::kPercent;
    case Category::kHeader:
      return Decoding::kNone;
    default:
      return Decoding::kForm;
  }
}

bool is_delimited(Style style) {
  return style == Style::kSpaceDelimited || style == Style::kPipeDelimited;
}

/// What the style says about a schema that says too little, or allows what the style cannot write.
Kinds narrowed(const ValuePlan& plan, Style style) {
  if (style == Style::kDeepObject) return {Kinds::kObject};
  if (!is_delimited(style)) return plan.kinds;
  if (!plan.typed) return {Kinds::kArray};
  const std::uint8_t kept = Kinds::kArray | Kinds::kObject | Kinds::kNull;
  return {static_cast<std::uint8_t>(plan.kinds.bits & kept)};
}

/// Which names of a text of pairs are for this parameter.
void settle_names(ParameterRule& rule) {
  if (rule.content != Content::kStyle || !rule.plan.kinds.has(Kinds::kObject)) return;
  const Style style = rule.style.style;
  if (style == Style::kDeepObject) {
    rule.by_members = true;
    rule.by_name = false;
    return;
  }
  const bool pairs = style == Style::kForm || style == Style::kCookie || is_delimited(style);
  if (!pairs || !rule.style.explode) return;
  rule.by_members = true;
  rule.by_name = rule.plan.kinds.has(Kinds::kPrimitive | Kinds::kArray);
}

std::expected<ParameterRule, std::string> build_rule(const artifact::Parameter& parameter,
                                                     std::optional<schema::SchemaId> schema,
                                                     Category category,
                                                     const schema::Program& program) {
  ParameterRule rule;
  rule.name = parameter.name;
  rule.field = base::to_lower(parameter.name);
  rule.category = category;
  rule.required = parameter.required || category == Category::kPath;
  rule.allow_empty = parameter.allow_empty_value && category == Category::kQuery;
  rule.plan = plan_value(program, schema);
  rule.content = content_of(parameter, category, rule.plan);
  if (rule.content == Content::kStyle) {
    std::optional<schema::Shape> shape;
    if (schema) shape = program.shape(*schema);
    auto style =
        choose_style(category, parameter.style, parameter.explode, shape ? &*shape : nullptr);
    if (!style) return Error(std::move(style).error());
    rule.style = *style;
    if (schema) rule.plan.kinds = narrowed(rule.plan, rule.style.style);
  }
  rule.decoding = decoding_of(rule);
  settle_names(rule);
  return rule;
}

/// The place of a name among the captures; the name of a wildcard may carry its `+`.
std::optional<std::size_t> capture_of(std::string_view name,
                                      std::span<const std::string> path_names) {
  const auto bare = [](std::string_view text) {
    return text.ends_with('+') ? text.substr(0, text.size() - 1) : text;
  };
  const auto at = std::ranges::find_if(
      path_names, [&](std::string_view captured) { return bare(captured) == bare(name); });
  if (at == path_names.end()) return std::nullopt;
  return static_cast<std::size_t>(at - path_names.begin());
}

/// The earlier implementation wrote path-item parameters before those of the operation that replace
/// them.
bool is_replaced(std::span<const artifact::Parameter> parameters, std::size_t index) {
  const artifact::Parameter& parameter = parameters[index];
  return std::ranges::any_of(parameters.subspan(index + 1), [&](const artifact::Parameter& other) {
    if (other.location != parameter.location) return false;
    return other.name == parameter.name ||
           (other.location == "header" && base::equals_ignoring_case(other.name, parameter.name));
  });
}

std::string about(const artifact::Parameter& parameter, std::string_view what) {
  return "parameter '" + parameter.name + "': " + std::string(what);
}

std::vector<ParameterRule>& rules_of(ParameterRules& rules, Category category) {
  switch (category) {
    case Category::kPath:
      return rules.path;
    case Category::kQuerystring:
      return rules.querystring;
    case Category::kHeader:
      return rules.header;
    case Category::kCookie:
      return rules.cookie.rules;
    default:
      return rules.query.rules;
  }
}

}  // namespace

std::expected<ParameterRules, std::string> build_rules(
    std::span<const artifact::Parameter> parameters,
    std::span<const std::optional<schema::SchemaId>> schemas,
    std::span<const std::string> path_names, const schema::Program& program,
    std::span<const std::string> known_query, std::string_view place) {
  ParameterRules out;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const artifact::Parameter& parameter = parameters[i];
    const auto category = parse_location(parameter.location);
    if (!category) {
      return Error(about(parameter, "unknown location '" + parameter.location + "'"));
    }
    if (is_replaced(parameters, i)) continue;
    auto rule = build_rule(parameter, schemas[i], *category, program);
    if (!rule) return Error(about(parameter, rule.error()));
    rule->place = parameter_place(place, i);
    if (category == Category::kPath) {
      const auto capture = capture_of(parameter.name, path_names);
      if (!capture) continue;
      rule->capture = *capture;
    }
    rules_of(out, *category).push_back(std::move(*rule));
    const bool whole = !out.querystring.empty();
    if (whole && (out.querystring.size() > 1 || !out.query.rules.empty())) {
      return Error(about(parameter, out.query.rules.empty()
                                        ? "only one 'querystring' parameter is possible"
                                        : "'querystring' and 'query' exclude each other"));
    }
  }
  for (const std::string& name : known_query) out.query.know(name);
  out.query.finish();
  out.cookie.finish();
  return out;
}

}  // namespace barbacane::validation::detail
