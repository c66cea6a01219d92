#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "base/source_index.h"

/// Diagnostics as people read them.
///
///     error[E1014]: 'ttl' is not a duration
///       --> specs/api.yaml:14:14
///        |
///     14 |         ttl: soon
///        |              ^^^^
///        = help: write a duration such as 30s, 5m or 1h
///
/// Long lines are cut around the caret, tabs are shown as one space, wide characters keep the caret
/// in place, control characters of the source are replaced. Ends with a blank line.
namespace barbacane::base {

enum class Colours { kOff, kOn };

/// Finds the text of a file named in a SourcePlace.
using SourceLookup = std::function<std::optional<std::string_view>(std::string_view file)>;

std::string render(const Diagnostic& diagnostic, const SourceLookup& sources, Colours colours);

/// Renders many: a place is found without reading its file from the beginning every time. What the
/// lookup returns must live as long as this.
class DiagnosticText {
 public:
  DiagnosticText(SourceLookup sources, Colours colours)
      : sources_(std::move(sources)), colours_(colours) {}

  std::string render(const Diagnostic& diagnostic);

 private:
  SourceIndex* index_of(const std::string& file);

  SourceLookup sources_;
  Colours colours_;
  std::map<std::string, std::optional<SourceIndex>> indexes_;
};

/// Colours for a stream: on for a terminal unless NO_COLOR is set or TERM is `dumb`.
Colours colours_for(int file_descriptor);

}  // namespace barbacane::base
