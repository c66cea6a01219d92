#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "validation/detail/style_rule.h"

/// One raw text cut at the separators of a style, before anything is decoded: `3,4` has two pieces,
/// `3%2C4` has one. A text without separator is one piece, also when it is empty.
namespace barbacane::validation::detail {

enum class Separator : std::uint8_t {
  kComma,
  kDot,
  kSemicolon,
  kSpace,  ///< `%20` or `+`
  kPipe,   ///< `|` or `%7C`
};

/// Between the pieces of a value that stands in one text.
Separator separator_of(StyleChoice choice);

/// The member that a deepObject's name has behind that of the whole: `R` of `[R]`. There is one
/// level of them (OpenAPI 3.1, 4.8.12.2), and none without a name.
std::optional<std::string_view> deep_member(std::string_view rest);

class PieceCursor {
 public:
  PieceCursor(std::string_view text, Separator separator) : rest_(text), separator_(separator) {}

  /// False behind the last piece.
  bool next();

  std::string_view piece;

 private:
  std::string_view rest_;
  Separator separator_;
  bool done_ = false;
};

}  // namespace barbacane::validation::detail
