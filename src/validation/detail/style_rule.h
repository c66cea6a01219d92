#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "schema/program.h"
#include "validation/violation.h"

/// How values of parameters are written (OpenAPI 3.1, 4.8.12.2; data-plane contract, 6.3).
namespace barbacane::validation::detail {

enum class Style : std::uint8_t {
  kSimple,
  kLabel,
  kMatrix,
  kForm,
  kSpaceDelimited,
  kPipeDelimited,
  kDeepObject,
  kCookie,  ///< OpenAPI 3.2: form without escapes
};

struct StyleChoice {
  Style style = Style::kSimple;
  bool explode = false;
};

/// What holds when the spec says nothing, or why what it says cannot be. `types` are those the
/// parameter's schema allows.
std::expected<StyleChoice, std::string> choose_style(Category place,
                                                     const std::optional<std::string>& style,
                                                     std::optional<bool> explode,
                                                     const schema::Shape* shape);

}  // namespace barbacane::validation::detail
