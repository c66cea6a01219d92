#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Escaped surrogate pairs in YAML.
///
/// JSON writes U+1F600 as `\ud83d\ude00`, and JSON is YAML, but libyaml refuses surrogates. So a
/// text that has such pairs is read again with the escapes moved to a block of code points that the
/// text does not use; `d83d` becomes `e83d`, which keeps every position. Afterwards double-quoted
/// scalars get the character, and the others, where a backslash is an ordinary character, their
/// `d` back.
namespace barbacane::spec {

class SurrogateDetour {
 public:
  /// Replaces the pairs. Nothing is replaced (and `used` is false) when there are none or when no
  /// block is free.
  explicit SurrogateDetour(std::string_view text);

  bool used() const { return block_ != '\0'; }
  const std::string& text() const { return text_; }

  /// False when a double-quoted scalar is left with half a pair.
  bool restore_quoted(std::string& scalar) const;
  void restore_unquoted(std::string& scalar) const;

 private:
  std::string text_;
  char block_ = '\0';  ///< first hexadecimal digit of the block, lower case
};

}  // namespace barbacane::spec
