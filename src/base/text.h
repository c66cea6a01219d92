#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/byte_word.h"

/// Text in the few shapes that more than one folder needs.
namespace barbacane::base {

/// ASCII letters compared without case, as HTTP field names are (RFC 9110, 5.1).
bool equals_ignoring_case(std::string_view a, std::string_view b);

std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);

/// The value of a hexadecimal digit, or -1.
int hex_digit(char c);

/// Decodes `%XX` once (RFC 3986, 2.1). Malformed escapes stay as they are; `+` is an ordinary
/// character.
std::string percent_decode(std::string_view text);

/// Length in bytes of the UTF-8 sequence at the start of `text`, 0 when it is not valid UTF-8
/// (RFC 3629: no surrogates, no overlong forms).
std::size_t utf8_sequence_length(std::string_view text);
bool is_utf8(std::string_view text);

inline bool is_ascii(std::string_view text) {
  ByteWord seen = 0;
  for (; text.size() >= sizeof seen; text.remove_prefix(sizeof seen)) {
    seen |= byte_word_at(text.data());
  }
  for (const char c : text) seen |= static_cast<unsigned char>(c);
  return (seen & kHighBits) == 0;
}

/// The longest beginning of UTF-8 text that has at most that many bytes and cuts no character.
std::string_view utf8_prefix(std::string_view text, std::size_t bytes);

/// The text without the blanks and tabs at its ends, the optional white space of HTTP (RFC 9110,
/// 5.6.3).
inline std::string_view trim(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// The same of other blanks.
std::string_view trim(std::string_view text, std::string_view blanks);

/// Appends the code point as UTF-8; values that are no scalar value become U+FFFD.
void append_utf8(std::string& out, char32_t code_point);

/// The candidate closest to `word` by edit distance, for "did you mean"; empty when none is close.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

/// Appends the text as the inside of a JSON string (RFC 8259, 7): quotes, backslashes and control
/// characters escaped, everything else untouched.
void append_json_escaped(std::string& out, std::string_view text);

/// The same in quotes.
std::string json_string(std::string_view text);

}  // namespace barbacane::base
