#pragma once

#include <optional>
#include <string_view>

/// The field `Prefer` (RFC 7240), as far as the mock dispatcher knows it: `code=404` and
/// `example=NAME`.
namespace barbacane::gateway {

struct Preferences {
  std::optional<int> code;
  /// Between the quotes when it was quoted, backslashes in place; compare with `is_word`.
  std::optional<std::string_view> example;
};

/// Several field lines come joined by commas. The first of two preferences with one name counts;
/// what is malformed counts as not there. Views point into `field`.
Preferences parse_preferences(std::string_view field);

/// Whether the inside of a quoted string, or a token, says this.
bool is_word(std::string_view raw, std::string_view text);

}  // namespace barbacane::gateway
