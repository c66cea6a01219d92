#include "validation/detail/style_rule.h"

#include <algorithm>
#include <array>

namespace barbacane::validation::detail {

namespace {

struct Row {
  std::string_view name;
  Style style;
  std::array<Category, 2> places;
};

constexpr std::array<Row, 8> kRows{{
    {"simple", Style::kSimple, {Category::kPath, Category::kHeader}},
    {"label", Style::kLabel, {Category::kPath, Category::kPath}},
    {"matrix", Style::kMatrix, {Category::kPath, Category::kPath}},
    {"form", Style::kForm, {Category::kQuery, Category::kCookie}},
    {"spaceDelimited", Style::kSpaceDelimited, {Category::kQuery, Category::kQuery}},
    {"pipeDelimited", Style::kPipeDelimited, {Category::kQuery, Category::kQuery}},
    {"deepObject", Style::kDeepObject, {Category::kQuery, Category::kQuery}},
    {"cookie", Style::kCookie, {Category::kCookie, Category::kCookie}},
}};

std::string_view in_words(Category place) {
  switch (place) {
    case Category::kPath:
      return "in a path";
    case Category::kHeader:
      return "in a header";
    case Category::kCookie:
      return "in a cookie";
    default:
      return "in a query";
  }
}

std::string_view default_of(Category place) {
  return place == Category::kPath || place == Category::kHeader ? "simple" : "form";
}

/// Types that a style has no way of writing are a mistake in the spec.
std::string_view missing_type(Style style, const schema::Shape& shape) {
  using Type = schema::TypeSet;
  const bool object = shape.types.has(Type::kObject);
  if (!shape.typed) return {};
  if (style == Style::kDeepObject && !object) return "an object";
  const bool delimited = style == Style::kSpaceDelimited || style == Style::kPipeDelimited;
  if (delimited && !object && !shape.types.has(Type::kArray)) return "an array or an object";
  return {};
}

}  // namespace

std::expected<StyleChoice, std::string> choose_style(Category place,
                                                     const std::optional<std::string>& style,
                                                     std::optional<bool> explode,
                                                     const schema::Shape* shape) {
  const std::string_view name = style ? std::string_view(*style) : default_of(place);
  const auto row = std::ranges::find(kRows, name, &Row::name);
  if (row == kRows.end()) return std::unexpected("unknown style '" + std::string(name) + "'");
  if (std::ranges::find(row->places, place) == row->places.end()) {
    return std::unexpected("style '" + std::string(name) + "' is not allowed " +
                           std::string(in_words(place)));
  }
  const std::string_view needed = shape ? missing_type(row->style, *shape) : std::string_view{};
  if (!needed.empty()) {
    return std::unexpected("style '" + std::string(name) + "' needs a schema that allows " +
                           std::string(needed));
  }
  const bool exploded = row->style == Style::kForm || row->style == Style::kCookie;
  return StyleChoice{row->style, explode.value_or(exploded)};
}

}  // namespace barbacane::validation::detail
