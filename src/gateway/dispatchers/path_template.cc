#include "gateway/dispatchers/path_template.h"

#include <algorithm>

#include "base/text.h"
#include "router/placeholder.h"
#include "services/url.h"

namespace barbacane::gateway {
bool has_dot_segment(std::string_view path) {
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string segment = base::percent_decode(path.substr(0, end));
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return false;
}

base::Result<PathTemplate> PathTemplate::parse(std::string_view prefix, std::string_view text) {
  if (text.find('#') != std::string_view::npos) return base::fail("must not have a fragment");
  if (has_dot_segment(text.substr(0, text.find('?')))) {
    return base::fail("must not have the segments '.' and '..'");
  }
  PathTemplate result;
  Piece piece{std::string(prefix), {}, {}};
  if (!text.starts_with('/')) piece.literal.push_back('/');
  while (!text.empty()) {
    const std::size_t length = router::placeholder_length(text);
    if (length == 0) {
      const std::string_view literal = text.substr(0, std::min(text.find('{', 1), text.size()));
      result.has_query |= literal.find('?') != std::string_view::npos;
      piece.literal += services::encode_for_target(literal);
      text.remove_prefix(literal.size());
      continue;
    }
    piece.parameter = router::placeholder_name(text.substr(0, length));
    piece.as_written = services::encode_for_target(text.substr(0, length));
    result.pieces.push_back(std::move(piece));
    piece = {};
    text.remove_prefix(length);
  }
  result.pieces.push_back(std::move(piece));
  return result;
}

}  // namespace barbacane::gateway
