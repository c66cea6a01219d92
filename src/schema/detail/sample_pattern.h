#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/detail/pattern_tree.h"

/// Text for a regular expression: the other direction of `pattern.h`.
///
/// Assertions and look-around are read over, since whoever asks tries the text against the pattern
/// anyway. Texts stay readable: letters and digits in their order, `abc` for `[a-z]{3}`.
namespace barbacane::schema {

class PatternSampler {
 public:
  /// Nothing for what is no pattern, or a very long one.
  static std::optional<PatternSampler> parse(std::string_view source);

  /// Which of the many texts: `extra` is how often a repeat goes on beyond its minimum, `variant`
  /// shifts letters and alternatives.
  struct Choice {
    std::size_t extra = 0;
    std::size_t variant = 0;
  };
  /// UTF-8; nothing when it would be longer than a few thousand bytes.
  std::optional<std::string> text(Choice choice) const;

 private:
  detail::PatternTree tree_;
  std::vector<std::vector<char32_t>> letters_;  ///< of each class the usable ones, never none
};

}  // namespace barbacane::schema
