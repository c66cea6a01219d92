#pragma once

#include <cstring>
#include <string_view>

#include "base/text.h"

/// Name and value pairs as they stand in a query or in a `cookie` field, one after the other.
namespace barbacane::validation::detail {

class PairCursor {
 public:
  enum class Syntax : char {
    kQuery = '&',   ///< `name=value&name`; no `=` means an empty value
    kCookie = ';',  ///< RFC 6265, 4.2.1: `name=value; name=value`; a pair without `=` is none
  };

  PairCursor(std::string_view text, Syntax syntax) : rest_(text), syntax_(syntax) {}

  /// False at the end.
  bool next();

  std::string_view name;  ///< not decoded
  std::string_view value;
  const char* begin = nullptr;  ///< where this pair stands

  Syntax syntax() const { return syntax_; }

 private:
  std::string_view rest_;
  Syntax syntax_;
};

inline bool PairCursor::next() {
  while (!rest_.empty()) {
    begin = rest_.data();
    const void* found = std::memchr(begin, static_cast<char>(syntax_), rest_.size());
    const std::size_t size =
        found ? static_cast<std::size_t>(static_cast<const char*>(found) - begin) : rest_.size();
    const std::string_view pair = rest_.substr(0, size);
    rest_.remove_prefix(found ? size + 1 : size);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    name = pair.substr(0, equals);
    value = equals == pair.npos ? std::string_view("") : pair.substr(equals + 1);
    if (syntax_ == Syntax::kQuery) return true;
    if (equals == pair.npos) continue;
    name = base::trim(name);
    value = base::trim(value);
    return true;
  }
  return false;
}

}  // namespace barbacane::validation::detail
