#include "spec/detail/syntax_error.h"

#include <algorithm>

namespace barbacane::spec {

std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

base::Position position_at(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  std::string_view line = before.substr(line_start);
  if (line_start == 0 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  return {static_cast<std::uint32_t>(1 + std::ranges::count(before, '\n')),
          static_cast<std::uint32_t>(1 + count_code_points(line))};
}

SyntaxError nesting_error(std::size_t limit, base::Position position) {
  return {.what = "nested more than " + std::to_string(limit) + " levels deep",
          .position = position,
          .limit = true};
}

SyntaxError node_count_error(std::size_t limit, base::Position position) {
  return {.what = "more than " + std::to_string(limit) + " values after expanding aliases",
          .position = position,
          .limit = true};
}

}  // namespace barbacane::spec
