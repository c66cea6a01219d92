#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Regular expressions that take time in proportion to the text, whatever the pattern: a small
/// engine after Thompson and Pike, for patterns of a config and texts of strangers.
///
/// The syntax is that of RE2 (and so of Go and Rust): groups `( )`, `(?: )`, `(?P<name> )`,
/// `(?<name> )`; alternatives; classes with ranges, negation, `\d \w \s` and `[:alpha:]`; `^ $ \A
/// \z
/// \b \B`; `* + ? {n,m}` and their lazy forms; flags `(?imsU)`; `\x{41}`, `\Q...\E`. Matching is by
/// code points, leftmost first. Not there: Unicode classes `\p{..}`, and letters beyond ASCII under
/// `(?i)`. Back-references and look-around, which cannot be done in linear time, are refused.
namespace barbacane::plugin {

namespace detail {
struct RegexProgram;
}

class Regex {
 public:
  static constexpr std::size_t kMaxProgram = 10'000;  ///< instructions
  static constexpr int kMaxRepetition = 1000;
  static constexpr std::size_t kMaxGroups = 50;

  /// Nothing, and why in `error`, for a pattern that is wrong or too large.
  static std::optional<Regex> compile(std::string_view pattern, std::string& error);

  /// Begin and end of the whole match and of every group; -1 for a group that took no part.
  using Match = std::vector<std::int32_t>;
  /// The first match at or behind `from`.
  bool search(std::string_view text, Match& match, std::size_t from = 0) const;
  bool contains(std::string_view text) const {
    Match match;
    return search(text, match);
  }

  std::size_t group_count() const;  ///< without the whole match
  std::optional<std::size_t> group_of(std::string_view name) const;

 private:
  std::shared_ptr<const detail::RegexProgram> program_;
};

/// What takes the place of a match: text with `$1`, `${1}`, `${name}` and `$$`.
class Replacement {
 public:
  /// Nothing, and why in `error`, when it names a group that the pattern lacks.
  static std::optional<Replacement> parse(std::string_view text, const Regex& regex,
                                          std::string& error);
  /// All matches that do not overlap replaced.
  std::string replace_all(const Regex& regex, std::string_view text) const;

 private:
  struct Piece {
    std::string text;
    std::int32_t group;  ///< -1: the text
  };
  std::vector<Piece> pieces_;
};

}  // namespace barbacane::plugin
