#include "router/detail/mixed_segment.h"

namespace barbacane::router::detail {

namespace {

/// Whether a character starts at `at`, which is not one that an escape of the text covers.
bool starts_character(std::string_view text, std::size_t at) {
  return (at < 1 || text[at - 1] != '%') && (at < 2 || text[at - 2] != '%');
}

std::size_t find_literal(std::string_view text, std::string_view literal, std::size_t from) {
  std::size_t at = text.find(literal, from);
  while (at != std::string_view::npos && !starts_character(text, at)) {
    at = text.find(literal, at + 1);
  }
  return at;
}

}  // namespace

MixedSegment::MixedSegment(const Template::Segment& segment) : literals_(1) {
  for (const Template::Part& part : segment.parts) {
    if (part.kind == Template::Part::Kind::kLiteral) {
      literals_.back() = part.text;
    } else {
      literals_.emplace_back();
    }
  }
}

bool MixedSegment::match(std::string_view segment, std::string_view* captures) const {
  const std::string& first = literals_.front();
  const std::string& last = literals_.back();
  if (segment.size() <= first.size() + last.size()) return false;
  if (!segment.starts_with(first) || !segment.ends_with(last)) return false;
  if (!starts_character(segment, segment.size() - last.size())) return false;
  segment.remove_suffix(last.size());
  segment.remove_prefix(first.size());
  for (std::size_t i = 1; i + 1 < literals_.size(); ++i) {
    const std::size_t at = find_literal(segment, literals_[i], 1);
    if (at == std::string_view::npos) return false;
    *captures++ = segment.substr(0, at);
    segment.remove_prefix(at + literals_[i].size());
  }
  *captures = segment;
  return !segment.empty();
}

}  // namespace barbacane::router::detail
