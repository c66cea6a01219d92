#pragma once

#include <cstddef>
#include <string_view>

namespace barbacane::router {

/// Length of the `{name}` with which the text begins, braces included; 0 when it begins with none.
/// Of templates that a request's values are put into, where braces around anything else are text.
inline std::size_t placeholder_length(std::string_view text) {
  if (!text.starts_with('{')) return 0;
  const std::size_t close = text.find_first_of("{}/?#", 1);
  if (close == std::string_view::npos || text[close] != '}' || close == 1) return 0;
  return close + 1;
}

/// Of `{name}` and of `{name+}`.
inline std::string_view placeholder_name(std::string_view placeholder) {
  std::string_view name = placeholder.substr(1, placeholder.size() - 2);
  if (name.size() > 1 && name.ends_with('+')) name.remove_suffix(1);
  return name;
}

}  // namespace barbacane::router
