#include "spec/detail/surrogates.h"

#include "base/text.h"

namespace barbacane::spec {

namespace {

char lower(char c) { return static_cast<char>(c | 0x20); }

/// The four digits of `\uXXXX` at `at`, or -1.
int escape_at(std::string_view text, std::size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return -1;
  int value = 0;
  for (std::size_t i = at + 2; i < at + 6; ++i) {
    const int digit = base::hex_digit(text[i]);
    if (digit < 0) return -1;
    value = value << 4 | digit;
  }
  return value;
}

/// Whether the text has characters, or escapes, of U+X800 to U+XFFF.
bool uses_block(std::string_view text, char block) {
  const auto lead = static_cast<char>(0xE0 | base::hex_digit(block));
  for (std::size_t at = text.find(lead); at != text.npos; at = text.find(lead, at + 1)) {
    if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0xA0) return true;
  }
  for (std::size_t at = text.find("\\u"); at != text.npos; at = text.find("\\u", at + 1)) {
    const int unit = escape_at(text, at);
    if (unit >= 0 && unit >> 12 == base::hex_digit(block) && (unit & 0x800) != 0) return true;
  }
  return false;
}

/// A block whose second half mirrors D800 to DFFF digit by digit; F800 holds non-characters.
char free_block(std::string_view text) {
  for (char block : {'e', 'b', 'c', 'a'}) {
    if (!uses_block(text, block)) return block;
  }
  return '\0';
}

}  // namespace

SurrogateDetour::SurrogateDetour(std::string_view text) {
  char block = '\0';
  std::size_t at = 0;
  while ((at = text.find('\\', at)) != text.npos) {
    const int high = escape_at(text, at);
    const int low = high >= 0xD800 && high <= 0xDBFF ? escape_at(text, at + 6) : -1;
    if (low < 0xDC00 || low > 0xDFFF) {
      at += 2;  // an escaped backslash begins nothing
      continue;
    }
    if (block == '\0') {
      block = free_block(text);
      if (block == '\0') return;
      text_ = text;
    }
    const int change = block - 'd';
    text_[at + 2] = static_cast<char>(text_[at + 2] + change);
    text_[at + 8] = static_cast<char>(text_[at + 8] + change);
    at += 12;
  }
  block_ = block;
}

bool SurrogateDetour::restore_quoted(std::string& scalar) const {
  const auto lead = static_cast<char>(0xE0 | base::hex_digit(block_));
  const auto unit_at = [&](std::size_t at) -> int {
    if (at + 3 > scalar.size() || scalar[at] != lead) return -1;
    const auto second = static_cast<unsigned char>(scalar[at + 1]);
    if (second < 0xA0) return -1;
    return 0xD000 | (second & 0x3F) << 6 | (scalar[at + 2] & 0x3F);
  };
  if (scalar.find(lead) == scalar.npos) return true;
  std::string out;
  for (std::size_t at = 0; at < scalar.size();) {
    const int high = unit_at(at);
    if (high < 0) {
      out.push_back(scalar[at++]);
      continue;
    }
    const int low = unit_at(at + 3);
    if (high > 0xDBFF || low < 0xDC00) return false;
    base::append_utf8(out, static_cast<char32_t>(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00));
    at += 6;
  }
  scalar = std::move(out);
  return true;
}

void SurrogateDetour::restore_unquoted(std::string& scalar) const {
  for (std::size_t at = scalar.find("\\u"); at != scalar.npos; at = scalar.find("\\u", at + 2)) {
    if (escape_at(scalar, at) < 0 || lower(scalar[at + 2]) != block_) continue;
    if ((base::hex_digit(scalar[at + 3]) & 8) == 0) continue;
    scalar[at + 2] = static_cast<char>(scalar[at + 2] - (block_ - 'd'));
  }
}

}  // namespace barbacane::spec
