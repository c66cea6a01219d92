#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

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

/// Colours for a stream: on for a terminal unless NO_COLOR is set or TERM is `dumb`.
Colours colours_for(int file_descriptor);

}  // namespace barbacane::base
