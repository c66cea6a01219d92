#pragma once

#include <cstddef>
#include <string_view>

namespace barbacane::integration {

/// How often a part stands in a text; occurrences do not overlap.
inline std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

}  // namespace barbacane::integration
