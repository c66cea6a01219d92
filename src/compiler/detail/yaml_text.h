#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// How a string has to be written so that every YAML reader reads that string.
namespace barbacane::compiler {

enum class YamlStyle : std::uint8_t {
  kPlain,         ///< as it is
  kSingleQuoted,  ///< printable, on one line, without `'`
  kDoubleQuoted,  ///< with escapes
  kLiteral,       ///< `|`: several lines that a literal block gives back exactly
};

/// Plain only when no reader of YAML 1.1 or 1.2 takes the text for a null, a boolean, a number, a
/// date or a piece of syntax. Keys never become literal blocks.
YamlStyle yaml_style_of(std::string_view text);
YamlStyle yaml_key_style_of(std::string_view text);

/// Appends the text in one of the styles that fit on one line.
void append_yaml(std::string& out, std::string_view text, YamlStyle style);

}  // namespace barbacane::compiler
