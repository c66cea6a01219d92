#include "compiler/detail/pointer_tokens.h"

#include <algorithm>
#include <charconv>

#include "base/json_pointer.h"

namespace barbacane::compiler {

std::string PointerTokens::next() {
  const std::size_t end = std::min(rest_.find('/', 1), rest_.size());
  std::string token = base::unescape_pointer_token(rest_.substr(0, end).substr(1));
  rest_.remove_prefix(end);
  return token;
}

std::size_t PointerTokens::next_index(std::size_t size) {
  const std::string token = next();
  std::size_t index = size;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  const bool is_index = error == std::errc() && end == token.data() + token.size();
  return is_index ? std::min(index, size) : size;
}

bool PointerTokens::take(std::string_view token) {
  PointerTokens ahead = *this;
  if (ahead.empty() || ahead.next() != token) return false;
  *this = ahead;
  return true;
}

PointerStep step_into(const spec::Node& value, PointerTokens& tokens) {
  if (value.is_array()) {
    const auto items = value.items();
    const std::size_t index = tokens.next_index(items.size());
    return {index == items.size() ? nullptr : items[index], nullptr};
  }
  const spec::Member* member = value.find_member(tokens.next());
  return {member == nullptr ? nullptr : member->value, member};
}

}  // namespace barbacane::compiler
