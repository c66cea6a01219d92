#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

/// The Unicode properties that `\p{…}` may name (ECMA-262, 22.2.1, tables 66 to 68).
namespace barbacane::schema::detail {

struct UnicodeProperty {
  enum class Kind : std::uint8_t {
    kCategory,          ///< `name` is the short one: `Lu`
    kScript,            ///< `name` is the long one: `Greek`
    kScriptExtensions,  ///< the same
    kBinary,            ///< `name` as in ECMA-262, long
  };
  Kind kind = Kind::kCategory;
  std::string_view name;  ///< lives as long as the program
  bool operator==(const UnicodeProperty&) const = default;
};

/// What stands between the braces: `L`, `Letter`, `General_Category=Letter`, `Script=Greek`,
/// `Alphabetic`. Names are case-sensitive. A script alone (`Greek`) is taken as well: ECMA-262
/// has it only after `Script=`, but other engines do not ask for that.
std::optional<UnicodeProperty> find_unicode_property(std::string_view text);

}  // namespace barbacane::schema::detail
