#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A pattern as instructions for the machine in regex.cc.
namespace barbacane::plugin::detail {

struct Range {
  std::uint32_t low, high;
};

struct Instruction {
  enum class Kind : std::uint8_t {
    kRange,      ///< takes a code point from `a` to `b`
    kClass,      ///< takes one of class `a`
    kSplit,      ///< goes on at `a`, and with less preference at `b`
    kJump,       ///< to `a`
    kSave,       ///< the position as slot `a`
    kTextBegin,  ///< assertions take nothing
    kTextEnd,
    kLineBegin,
    kLineEnd,
    kWordBorder,
    kNoWordBorder,
    kMatch,
  };
  Kind kind;
  std::uint32_t a = 0, b = 0;
};

struct RegexProgram {
  std::vector<Instruction> code;
  std::vector<std::vector<Range>> classes;  ///< each sorted
  std::vector<std::pair<std::string, std::size_t>> names;
  std::size_t groups = 0;  ///< without the whole match
  bool anchored = false;   ///< can match only at the begin of the text

  std::size_t slots() const { return 2 * (groups + 1); }
};

/// False, and why in `error`.
bool compile_regex(std::string_view pattern, RegexProgram& program, std::string& error);

/// The code point at the begin of `text` and its length; U+FFFD and 1 for a stray byte.
std::pair<std::uint32_t, std::size_t> first_code_point(std::string_view text);

}  // namespace barbacane::plugin::detail
