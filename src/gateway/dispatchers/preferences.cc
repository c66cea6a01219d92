#include "gateway/dispatchers/preferences.h"

#include <algorithm>

#include "base/text.h"

namespace barbacane::gateway {
namespace {

/// The part before the first `separator` outside quotes; `rest` goes on behind it.
std::string_view cut(std::string_view& rest, char separator) {
  bool quoted = false;
  std::size_t i = 0;
  for (; i < rest.size() && (quoted || rest[i] != separator); ++i) {
    if (rest[i] == '"') quoted = !quoted;
    if (quoted && rest[i] == '\\') ++i;
  }
  i = std::min(i, rest.size());
  const std::string_view part = rest.substr(0, i);
  rest.remove_prefix(std::min(i + 1, rest.size()));
  return base::trim(part);
}

std::optional<int> status_code(std::string_view text) {
  if (text.size() != 3) return std::nullopt;
  int code = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    code = code * 10 + (c - '0');
  }
  return code;
}

}  // namespace

Preferences parse_preferences(std::string_view field) {
  Preferences wish;
  while (!field.empty()) {
    std::string_view preference = cut(field, ',');
    std::string_view pair = cut(preference, ';');
    const std::string_view name = cut(pair, '=');
    std::string_view value = base::trim(pair);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    if (value.empty()) continue;
    if (!wish.code && base::equals_ignoring_case(name, "code")) wish.code = status_code(value);
    if (!wish.example && base::equals_ignoring_case(name, "example")) wish.example = value;
  }
  return wish;
}

bool is_word(std::string_view raw, std::string_view text) {
  while (!raw.empty() && !text.empty()) {
    if (raw.front() == '\\' && raw.size() > 1) raw.remove_prefix(1);
    if (raw.front() != text.front()) return false;
    raw.remove_prefix(1);
    text.remove_prefix(1);
  }
  return raw.empty() && text.empty();
}

}  // namespace barbacane::gateway
