#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// What the compiler has to say about somebody's document.
///
/// A diagnostic carries a stable code (`E1010`), the message clients match on, and where it
/// happened twice over: as text in the words of the contract (`GET /users in 'api.yaml'`) and as a
/// place in the source from which an excerpt with a caret is drawn. Values only; rendering lives in
/// `base/diagnostic_text.h`. Codes and texts: compiler contract, section 4.
namespace barbacane::base {

/// Line and column, both counted from 1; columns count Unicode code points. Line 0 = unknown.
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  bool known() const { return line != 0; }
  friend bool operator==(const Position&, const Position&) = default;
};

/// A place in a file. `file` is the path as the user typed it, or would type it.
struct SourcePlace {
  std::string file;
  Position position;
  /// Code points to underline from `position`; 0 draws a single caret.
  std::uint32_t length = 0;
  /// The line holds a secret: the place is named, no excerpt is drawn.
  bool is_secret = false;
};

enum class Severity : std::uint8_t { kError, kWarning };

struct Diagnostic {
  Severity severity = Severity::kError;
  std::string code;      ///< `E1001`…, empty for classes without a code
  std::string message;   ///< without the code, one line
  std::string location;  ///< the contract's words for the place; empty when unknown
  SourcePlace place;
  std::string hint;  ///< how to cure it; may be empty

  /// A second place that belongs to the problem ("first declared here").
  struct Note {
    std::string message;
    SourcePlace place;
  };
  std::vector<Note> notes;
};

/// Counts without looking at codes.
bool has_errors(const std::vector<Diagnostic>& diagnostics);

}  // namespace barbacane::base
