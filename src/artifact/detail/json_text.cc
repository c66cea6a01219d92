#include "artifact/detail/json_text.h"

#include <array>
#include <bit>
#include <bitset>
#include <cstdint>
#include <cstring>

#include "base/byte_word.h"
#include "base/text.h"

namespace barbacane::artifact::detail {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - from;
}

/// Bytes before the next quote, backslash or control character, eight at a time.
std::size_t plain_length(std::string_view text) {
  std::size_t at = 0;
  for (; at + sizeof(base::ByteWord) <= text.size(); at += sizeof(base::ByteWord)) {
    const base::ByteWord word = base::byte_word_at(text.data() + at);
    if (base::bytes_equal(word, '"') | base::bytes_equal(word, '\\') |
        base::bytes_below(word, ' ')) {
      break;
    }
  }
  while (at < text.size() && text[at] != '"' && text[at] != '\\' &&
         static_cast<unsigned char>(text[at]) >= 0x20) {
    ++at;
  }
  return at;
}

std::size_t escape_length(std::string_view text) {
  if (text.size() < 2) return 0;
  if (text[1] != 'u') return std::strchr("\"\\/bfnrt", text[1]) != nullptr && text[1] != 0 ? 2 : 0;
  if (text.size() < 6) return 0;
  for (std::size_t i = 2; i < 6; ++i) {
    if (base::hex_digit(text[i]) < 0) return 0;
  }
  return 6;
}

std::size_t literal_length(std::string_view text) {
  for (std::string_view word : {"true", "false", "null"}) {
    if (text.starts_with(word)) return word.size();
  }
  return 0;
}

std::size_t scalar_length(std::string_view text) {
  switch (text.empty() ? '\0' : text[0]) {
    case '"':
      return string_length(text);
    case 't':
    case 'f':
    case 'n':
      return literal_length(text);
    default:
      return number_length(text);
  }
}

/// Walks one value and tells the layout about its tokens. Returns the bytes taken, 0 on error.
template <class Layout>
std::size_t walk(std::string_view text, Layout& layout) {
  std::bitset<kMaxDepth> in_object;  // by depth: what the container there is
  std::size_t depth = 0;
  std::size_t at = 0;
  const auto skip_space = [&] { at += whitespace_length(text.substr(at)); };
  const auto next = [&] { return at < text.size() ? text[at] : '\0'; };

  const auto member_name = [&] {
    const std::size_t length = string_length(text.substr(at));
    if (length == 0) return false;
    layout.token(text.substr(at, length));
    at += length;
    skip_space();
    if (next() != ':') return false;
    ++at;
    skip_space();
    layout.colon();
    return true;
  };

  skip_space();
  for (;;) {
    // At the start of a value.
    const char first = next();
    if (first == '{' || first == '[') {
      ++at;
      skip_space();
      if (next() == (first == '{' ? '}' : ']')) {
        ++at;
        layout.empty_container(first == '{' ? "{}" : "[]");
      } else {
        if (depth == kMaxDepth) return 0;
        in_object[depth++] = first == '{';
        layout.open(first);
        if (first == '{' && !member_name()) return 0;
        continue;
      }
    } else {
      const std::size_t length = scalar_length(text.substr(at));
      if (length == 0) return 0;
      layout.token(text.substr(at, length));
      at += length;
    }
    // Behind a value: close what ends here, then go on to the next value.
    for (;;) {
      if (depth == 0) return at;
      skip_space();
      const bool object = in_object[depth - 1];
      const char c = next();
      ++at;
      if (c == ',') {
        skip_space();
        layout.comma();
        if (object && !member_name()) return 0;
        break;
      }
      if (c != (object ? '}' : ']')) return 0;
      --depth;
      layout.close(c);
    }
  }
}

struct Nothing {
  void token(std::string_view) {}
  void colon() {}
  void comma() {}
  void open(char) {}
  void close(char) {}
  void empty_container(std::string_view) {}
};

struct Compact {
  std::string& out;
  void token(std::string_view text) { out += text; }
  void colon() { out += ':'; }
  void comma() { out += ','; }
  void open(char c) { out += c; }
  void close(char c) { out += c; }
  void empty_container(std::string_view text) { out += text; }
};

struct Pretty {
  std::string& out;
  std::size_t depth;
  void new_line() {
    out += '\n';
    out.append(depth * 2, ' ');
  }
  void token(std::string_view text) { out += text; }
  void colon() { out += ": "; }
  void comma() {
    out += ',';
    new_line();
  }
  void open(char c) {
    out += c;
    ++depth;
    new_line();
  }
  void close(char c) {
    --depth;
    new_line();
    out += c;
  }
  void empty_container(std::string_view text) { out += text; }
};

}  // namespace

std::size_t whitespace_length(std::string_view text) {
  constexpr std::uint64_t kSpaces = 0x2020202020202020;
  std::size_t at = 0;
  for (;;) {
    // Indentation: long runs of blanks.
    std::uint64_t word;
    while (at + 8 <= text.size() && (std::memcpy(&word, text.data() + at, 8), word == kSpaces)) {
      at += 8;
    }
    if (at == text.size()) return at;
    const char c = text[at];
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return at;
    ++at;
  }
}

std::size_t string_length(std::string_view text) {
  if (text.empty() || text[0] != '"') return 0;
  std::size_t at = 1;
  for (;;) {
    at += plain_length(text.substr(at));
    if (at == text.size()) return 0;
    if (text[at] == '"') return at + 1;
    if (text[at] != '\\') return 0;
    const std::size_t escape = escape_length(text.substr(at));
    if (escape == 0) return 0;
    at += escape;
  }
}

std::size_t number_length(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const std::size_t whole = digits(text, at);
  if (whole == 0 || (whole > 1 && text[at] == '0')) return 0;
  at += whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = digits(text, at + 1);
    if (fraction == 0) return 0;
    at += 1 + fraction;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t exponent = digits(text, at);
    if (exponent == 0) return 0;
    at += exponent;
  }
  return at;
}

std::size_t append_compact(std::string& out, std::string_view text) {
  Compact layout{out};
  return walk(text, layout);
}

std::size_t value_length(std::string_view text) {
  Nothing layout;
  return walk(text, layout);
}

bool append_pretty(std::string& out, std::string_view text, std::size_t depth) {
  Pretty layout{out, depth};
  const std::size_t taken = walk(text, layout);
  return taken != 0 && taken + whitespace_length(text.substr(taken)) == text.size();
}

std::string unescape(std::string_view token) {
  std::string_view rest = token.substr(1, token.size() - 2);
  std::string text;
  text.reserve(rest.size());
  const auto take_unit = [&rest]() -> char32_t {  // `\uXXXX`, known to be well-formed
    char32_t unit = 0;
    for (char c : rest.substr(2, 4)) unit = unit << 4 | static_cast<char32_t>(base::hex_digit(c));
    rest.remove_prefix(6);
    return unit;
  };
  while (!rest.empty()) {
    const std::size_t plain = std::min(rest.find('\\'), rest.size());
    text += rest.substr(0, plain);
    rest.remove_prefix(plain);
    if (rest.empty()) break;
    if (rest[1] != 'u') {
      static constexpr std::string_view kNames = "bfnrt", kMeanings = "\b\f\n\r\t";
      const std::size_t index = kNames.find(rest[1]);
      text += index == std::string_view::npos ? rest[1] : kMeanings[index];
      rest.remove_prefix(2);
      continue;
    }
    char32_t unit = take_unit();
    if (unit >= 0xD800 && unit < 0xDC00 && rest.starts_with("\\u")) {
      const std::string_view before = rest;
      const char32_t low = take_unit();
      if (low >= 0xDC00 && low < 0xE000) {
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
      } else {
        rest = before;
      }
    }
    base::append_utf8(text, unit);
  }
  return text;
}

}  // namespace barbacane::artifact::detail
