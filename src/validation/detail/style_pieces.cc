#include "validation/detail/style_pieces.h"

#include <algorithm>

namespace barbacane::validation::detail {

namespace {

/// Where a separator stands and how many characters it takes; size 0 for nowhere.
struct Found {
  std::size_t at;
  std::size_t size;
};

Found find_character(std::string_view text, char c) {
  const std::size_t at = text.find(c);
  return {std::min(at, text.size()), at == text.npos ? std::size_t{0} : std::size_t{1}};
}

bool is_escape(std::string_view text, std::size_t at, char high, char low) {
  return text.size() - at >= 3 && text[at + 1] == high && (text[at + 2] | 0x20) == (low | 0x20);
}

Found find_space(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '+' || text[at] == ' ') return {at, 1};
    if (text[at] == '%' && is_escape(text, at, '2', '0')) return {at, 3};
  }
  return {text.size(), 0};
}

Found find_pipe(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '|') return {at, 1};
    if (text[at] == '%' && is_escape(text, at, '7', 'c')) return {at, 3};
  }
  return {text.size(), 0};
}

Found find(std::string_view text, Separator separator) {
  switch (separator) {
    case Separator::kComma:
      return find_character(text, ',');
    case Separator::kDot:
      return find_character(text, '.');
    case Separator::kSemicolon:
      return find_character(text, ';');
    case Separator::kSpace:
      return find_space(text);
    case Separator::kPipe:
      return find_pipe(text);
  }
  return {text.size(), 0};
}

}  // namespace

Separator separator_of(StyleChoice choice) {
  switch (choice.style) {
    case Style::kLabel:
      return choice.explode ? Separator::kDot : Separator::kComma;
    case Style::kMatrix:
      return choice.explode ? Separator::kSemicolon : Separator::kComma;
    case Style::kSpaceDelimited:
      return Separator::kSpace;
    case Style::kPipeDelimited:
      return Separator::kPipe;
    default:
      return Separator::kComma;
  }
}

std::optional<std::string_view> deep_member(std::string_view rest) {
  if (!rest.starts_with('[') || !rest.ends_with(']')) return std::nullopt;
  const std::string_view member = rest.substr(1, rest.size() - 2);
  if (member.empty() || member.find_first_of("[]") != member.npos) return std::nullopt;
  return member;
}

bool PieceCursor::next() {
  if (done_) return false;
  const Found found = find(rest_, separator_);
  piece = rest_.substr(0, found.at);
  done_ = found.size == 0;
  rest_.remove_prefix(found.at + found.size);
  return true;
}

}  // namespace barbacane::validation::detail
