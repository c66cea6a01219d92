#include <optional>
#include <utility>

#include "base/text.h"
#include "schema/detail/json_structure.h"

namespace barbacane::schema::detail {
namespace {

JsonError flaw(JsonError::Kind kind, std::size_t offset, std::string_view what) {
  return {.kind = kind, .offset = offset, .what = what};
}

/// Moves past the string that opens here, or says why there is no way past it.
std::optional<JsonError> skip_string(std::string_view text, std::size_t& at) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  const std::size_t open = at++;
  while (at < text.size()) {
    const char c = text[at];
    if (is_control(c)) return flaw(JsonError::Kind::kSyntax, at, "a control character in a string");
    ++at;
    if (c == '"') return std::nullopt;
    if (c == '\\' && at < text.size() && !is_control(text[at])) ++at;
  }
  return flaw(JsonError::Kind::kSyntax, open, "a string that is not closed");
}

}  // namespace

JsonError find_flaw(std::string_view text) {
  using Kind = JsonError::Kind;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = base::utf8_sequence_length(text.substr(at));
    if (length == 0) return flaw(Kind::kEncoding, at, "a byte that is not UTF-8");
    at += length;
  }
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\\') return flaw(Kind::kSyntax, at, "a backslash outside of a string");
    if (text[at] != '"') {
      ++at;
      continue;
    }
    if (auto found = skip_string(text, at)) return *std::move(found);
  }
  return flaw(Kind::kSyntax, 0, "malformed text");
}

}  // namespace barbacane::schema::detail
