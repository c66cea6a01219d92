#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Text for a regular expression: the other direction of `pattern.h`.
///
/// Understands literals, classes, groups, alternatives, repeats and back-references; assertions and
/// look-around are read over, since whoever asks tries the text against the pattern anyway. Texts
/// stay readable: letters and digits in their order, `abc` for `[a-z]{3}`.
namespace barbacane::schema {

class PatternSampler {
 public:
  /// Nothing for what it does not understand.
  static std::optional<PatternSampler> parse(std::string_view source);

  /// Which of the many texts: `extra` is how often a repeat goes on beyond its minimum, `variant`
  /// shifts letters and alternatives.
  struct Choice {
    std::size_t extra = 0;
    std::size_t variant = 0;
  };
  /// UTF-8; nothing when it would be longer than a few thousand bytes.
  std::optional<std::string> text(Choice choice) const;

  /// An expression, flat: children are indexes into the list of nodes.
  struct Node {
    enum class Kind : std::uint8_t {
      kEmpty,
      kLiteral,
      kClass,
      kSequence,
      kAlternatives,
      kRepeat,
      kGroup,
      kReference,
    } kind = Kind::kEmpty;
    char32_t literal = 0;
    std::vector<char32_t> characters;  ///< of a class: usable ones, the most readable kind only
    std::vector<std::uint32_t> children;
    std::size_t least = 0, most = 0;  ///< of a repeat
    std::size_t capture = 0;          ///< of a group that captures, and of a reference; from 1
  };

 private:
  std::vector<Node> nodes_;
  std::uint32_t root_ = 0;
};

}  // namespace barbacane::schema
