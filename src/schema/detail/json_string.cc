#include "schema/detail/json_string.h"

#include <bit>
#include <cstdint>
#include <cstring>

#include "base/byte_word.h"

namespace barbacane::schema::detail {
namespace {

constexpr std::uint32_t kNone = 0xFFFFFFFF;

/// The value of `XXXX` in `\uXXXX`, or `kNone`.
std::uint32_t read_unit(const char* at, const char* end) {
  if (end - at < 6 || at[0] != '\\' || at[1] != 'u') return kNone;
  std::uint32_t unit = 0;
  for (int i = 2; i < 6; ++i) {
    const auto c = static_cast<unsigned char>(at[i]);
    const unsigned letter = (c | 0x20U) - 'a';
    if (c - unsigned{'0'} < 10)
      unit = unit << 4 | (c - unsigned{'0'});
    else if (letter < 6)
      unit = unit << 4 | (letter + 10);
    else
      return kNone;
  }
  return unit;
}

char* write_utf8(std::uint32_t c, char* out) {
  const auto put = [&](std::uint32_t byte) { *out++ = static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
  return out;
}

char simple_escape(char letter) {
  switch (letter) {
    case '"':
    case '\\':
    case '/':
      return letter;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

/// Copies up to the next backslash or the end. Eight bytes at a time: between escapes there are too
/// few for a call of memchr to pay. May write more than it copies, never more than it reads.
void copy_plain(const char*& at, const char* end, char*& out) {
  static_assert(std::endian::native == std::endian::little);
  for (; end - at >= 8; at += 8, out += 8) {
    const base::ByteWord bytes = base::byte_word_at(at);
    std::memcpy(out, &bytes, sizeof bytes);
    const base::ByteWord found = base::bytes_equal(bytes, '\\');
    if (found == 0) continue;
    const int before = std::countr_zero(found) / 8;
    at += before;
    out += before;
    return;
  }
  while (at != end && *at != '\\') *out++ = *at++;
}

}  // namespace

Unescaped unescape(std::string_view text, char* out) {
  const char* at = text.data();
  const char* const end = at + text.size();
  for (;;) {
    copy_plain(at, end, out);
    if (at == end) return {.end = out};
    const char letter = end - at > 1 ? at[1] : '\0';
    if (letter != 'u') {
      const char plain = simple_escape(letter);
      if (plain == '\0') return {.flaw = at};
      *out++ = plain;
      at += 2;
      continue;
    }
    std::uint32_t c = read_unit(at, end);
    if (c == kNone) return {.flaw = at};
    if (c >= 0xD800 && c < 0xE000) {
      const std::uint32_t low = read_unit(at + 6, end);
      if (c >= 0xDC00 || low < 0xDC00 || low >= 0xE000) return {.flaw = at, .lone_surrogate = true};
      c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
      at += 6;
    }
    at += 6;
    out = write_utf8(c, out);
  }
}

}  // namespace barbacane::schema::detail
