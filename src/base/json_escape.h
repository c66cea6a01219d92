#pragma once

#include <string_view>

#include "base/text.h"

/// Text that somebody else wrote, made safe for the inside of a JSON string.
///
/// Unlike `append_json_escaped`, which keeps every byte, this is for text whose origin is a client:
/// bytes that are not UTF-8 become U+FFFD, so that the document stays valid JSON whatever was sent.
/// `Out` is anything with `append(const char* begin, const char* end)`.
namespace barbacane::base {

namespace detail {

/// Bytes that go into a JSON string as they are, without looking at their neighbours.
constexpr bool plain_json_byte(unsigned char c) {
  return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

template <class Out>
void append(Out& out, std::string_view text) {
  out.append(text.data(), text.data() + text.size());
}

template <class Out>
void append_escape(Out& out, unsigned char c) {
  static constexpr char kDigits[] = "0123456789abcdef";
  switch (c) {
    case '"':
      return append(out, "\\\"");
    case '\\':
      return append(out, "\\\\");
    case '\n':
      return append(out, "\\n");
    case '\r':
      return append(out, "\\r");
    case '\t':
      return append(out, "\\t");
    default:
      const char escape[] = {'\\', 'u', '0', '0', kDigits[c >> 4], kDigits[c & 15]};
      append(out, {escape, sizeof escape});
  }
}

}  // namespace detail

template <class Out>
void escape_json(Out& out, std::string_view text) {
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && detail::plain_json_byte(text[plain])) ++plain;
    detail::append(out, text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) return;
    const auto c = static_cast<unsigned char>(text.front());
    std::size_t taken = 1;
    if (c < 0x80) {
      detail::append_escape(out, c);
    } else if (const std::size_t length = utf8_sequence_length(text); length != 0) {
      detail::append(out, text.substr(0, length));
      taken = length;
    } else {
      detail::append(out, "\xEF\xBF\xBD");
    }
    text.remove_prefix(taken);
  }
}

}  // namespace barbacane::base
