#include "base/source_index.h"

#include <algorithm>
#include <tuple>

#include "base/text.h"

namespace barbacane::base {

namespace {

constexpr std::size_t kMarkDistance = 4096;

bool is_before(Position a, Position b) {
  return std::tie(a.line, a.column) < std::tie(b.line, b.column);
}

}  // namespace

SourceIndex::SourceIndex(std::string_view text) : text_(text) {
  marks_.push_back({{1, 1}, text.starts_with("\xEF\xBB\xBF") ? std::size_t{3} : 0});
}

SourceIndex::Mark SourceIndex::nearest_before(Position position) const {
  const auto next = std::upper_bound(
      marks_.begin(), marks_.end(), position,
      [](Position wanted, const Mark& mark) { return is_before(wanted, mark.position); });
  return next == marks_.begin() ? *next : *(next - 1);
}

void SourceIndex::step(Mark& at) const {
  if (text_[at.offset] == '\n') {
    at = {{at.position.line + 1, 1}, at.offset + 1};
    return;
  }
  const bool ascii = static_cast<unsigned char>(text_[at.offset]) < 0x80;
  const std::size_t length = ascii ? 1 : utf8_sequence_length(text_.substr(at.offset, 4));
  ++at.position.column;
  at.offset += std::max<std::size_t>(length, 1);
}

std::optional<std::string_view> SourceIndex::line_from(Position position, std::size_t limit) {
  Mark at = nearest_before(position);
  while (at.offset < text_.size() && is_before(at.position, position)) {
    if (at.position.line == position.line && text_[at.offset] == '\n') break;
    step(at);
    if (at.offset >= marks_.back().offset + kMarkDistance) marks_.push_back(at);
  }
  if (at.position.line != position.line) return std::nullopt;
  // One byte more tells whether a '\r' at the limit belongs to the end of the line.
  std::string_view line = text_.substr(at.offset, limit + 1);
  line = line.substr(0, line.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line.substr(0, limit);
}

}  // namespace barbacane::base
