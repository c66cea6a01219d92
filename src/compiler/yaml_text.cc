#include "compiler/detail/yaml_text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace barbacane::compiler {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_digit_or_underscore(char c) { return is_digit(c) || c == '_'; }

/// Words with a meaning in YAML 1.1 or 1.2, which list some spellings of each; all are avoided.
bool is_word(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kWords{
      "null", "true", "false", "yes", "no", "on", "off", "y", "n", "~", "=", "<<"};
  return text.size() <= 5 && std::ranges::any_of(kWords, [&](std::string_view word) {
           return base::equals_ignoring_case(text, word);
         });
}

/// Eats characters from the front while they belong to the class; how many there were.
template <class Class>
std::size_t eat(std::string_view& text, Class belongs) {
  std::size_t count = 0;
  while (count < text.size() && belongs(text[count])) ++count;
  text.remove_prefix(count);
  return count;
}

/// `[eE][-+]?digits` or nothing.
bool is_exponent(std::string_view text) {
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  text.remove_prefix(1);
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
  return eat(text, is_digit_or_underscore) > 0 && text.empty();
}

/// Sexagesimal numbers of YAML 1.1 after their first group: `:30:00.5`.
bool is_sexagesimal(std::string_view text) {
  while (!text.empty() && text[0] == ':') {
    text.remove_prefix(1);
    if (eat(text, is_digit) == 0) return false;
  }
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    eat(text, is_digit_or_underscore);
  }
  return text.empty();
}

bool is_prefixed_integer(std::string_view text) {
  if (text.size() < 3 || text[0] != '0') return false;
  const char base = text[1];
  if (base != 'x' && base != 'X' && base != 'o' && base != 'O' && base != 'b' && base != 'B') {
    return false;
  }
  text.remove_prefix(2);
  return std::ranges::all_of(text, [](char c) { return base::hex_digit(c) >= 0 || c == '_'; });
}

bool is_number(std::string_view text) {
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
  if (text.empty()) return false;
  if (base::equals_ignoring_case(text, ".inf") || base::equals_ignoring_case(text, ".nan")) {
    return true;
  }
  if (is_prefixed_integer(text)) return true;
  const std::size_t whole = eat(text, is_digit_or_underscore);
  if (whole > 0 && !text.empty() && text[0] == ':') return is_sexagesimal(text);
  std::size_t fraction = 0;
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    fraction = eat(text, is_digit_or_underscore);
  }
  return whole + fraction > 0 && is_exponent(text);
}

/// `2026-06-01`, alone or with a time behind it.
bool is_timestamp(std::string_view text) {
  if (eat(text, is_digit) != 4) return false;
  for (int i = 0; i < 2; ++i) {
    if (text.empty() || text[0] != '-') return false;
    text.remove_prefix(1);
    const std::size_t digits = eat(text, is_digit);
    if (digits == 0 || digits > 2) return false;
  }
  return text.empty() || text[0] == 'T' || text[0] == 't' || text[0] == ' ';
}

bool resolves_to_something(std::string_view text) {
  const char first = text[0];
  if (is_digit(first) || first == '+' || first == '-' || first == '.' || first == '_') {
    return is_number(text) || is_timestamp(text);
  }
  return is_word(text);
}

/// What the characters of a text allow.
struct Characters {
  bool printable = true;  ///< may stand in the text as they are
  bool lines = false;     ///< has LF
  bool quote = false;     ///< has '
  bool syntax = false;    ///< has `: `, ` #` or a tab
};

/// Beyond ASCII: C1 controls, the Unicode line breaks that YAML 1.1 knows, the byte order mark and
/// what is no UTF-8 at all.
bool is_printable_sequence(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  if (sequence.size() == 2) return byte(0) != 0xC2 || byte(1) >= 0xA0;
  if (sequence.size() != 3) return sequence.size() == 4;
  if (byte(0) == 0xE2 && byte(1) == 0x80) return byte(2) != 0xA8 && byte(2) != 0xA9;
  if (byte(0) == 0xEF && byte(1) == 0xBB) return byte(2) != 0xBF;
  if (byte(0) == 0xEF && byte(1) == 0xBF) return byte(2) < 0xBE;
  return true;
}

Characters characters_of(std::string_view text) {
  Characters found;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x80) {
      const std::size_t length = base::utf8_sequence_length(text.substr(i));
      found.printable = found.printable && is_printable_sequence(text.substr(i, length));
      i += std::max<std::size_t>(length, 1);
      continue;
    }
    if (c == '\n') {
      found.lines = true;
    } else if (c == '\t') {
      found.syntax = true;
    } else if (c < 0x20 || c == 0x7F) {
      found.printable = false;
    } else if (c == '\'') {
      found.quote = true;
    } else if (c == ':') {
      found.syntax = found.syntax || i + 1 == text.size() || text[i + 1] == ' ';
    } else if (c == '#') {
      found.syntax = found.syntax || (i > 0 && text[i - 1] == ' ');
    }
    ++i;
  }
  return found;
}

bool starts_like_syntax(std::string_view text) {
  static constexpr std::string_view kIndicators = "?:,[]{}#&*!|>'\"%@`";
  if (kIndicators.find(text[0]) != std::string_view::npos) return true;
  if (text[0] == '-') return text.size() == 1 || text[1] == ' ' || text.starts_with("---");
  return text.starts_with("...");
}

/// A literal block finds its indentation by its first line, and blank lines at its edges or lines
/// of nothing but spaces are where readers differ.
bool fits_literal(std::string_view text) {
  if (text[0] == ' ' || text[0] == '\n') return false;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (!line.empty() && (line[0] == '\t' || line.find_first_not_of(" \t") == line.npos)) {
      return false;
    }
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return true;
}

YamlStyle one_line_style_of(std::string_view text, const Characters& characters) {
  if (!characters.printable || characters.lines) return YamlStyle::kDoubleQuoted;
  const bool plain = !characters.syntax && text.front() != ' ' && text.back() != ' ' &&
                     !starts_like_syntax(text) && !resolves_to_something(text);
  if (plain) return YamlStyle::kPlain;
  return characters.quote ? YamlStyle::kDoubleQuoted : YamlStyle::kSingleQuoted;
}

void append_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = base::utf8_sequence_length(text);
    const std::string_view sequence = text.substr(0, std::max<std::size_t>(length, 1));
    text.remove_prefix(sequence.size());
    const auto byte = [&](std::size_t i) { return static_cast<unsigned>(sequence[i] & 0x3F); };
    if (length == 0) {
      out += "\\uFFFD";
    } else if (length == 1 && sequence[0] == 0x7F) {
      out += "\\u007F";
    } else if (length == 1) {
      base::append_json_escaped(out, sequence);
    } else if (is_printable_sequence(sequence)) {
      out += sequence;
    } else if (length == 2) {
      out += fmt::format("\\u{:04X}", (static_cast<unsigned>(sequence[0]) & 0x1F) << 6 | byte(1));
    } else {
      out += fmt::format(
          "\\u{:04X}", (static_cast<unsigned>(sequence[0]) & 0x0F) << 12 | byte(1) << 6 | byte(2));
    }
  }
}

}  // namespace

YamlStyle yaml_style_of(std::string_view text) {
  if (text.empty()) return YamlStyle::kSingleQuoted;
  const Characters characters = characters_of(text);
  if (characters.lines && characters.printable && fits_literal(text)) return YamlStyle::kLiteral;
  return one_line_style_of(text, characters);
}

YamlStyle yaml_key_style_of(std::string_view text) {
  return text.empty() ? YamlStyle::kSingleQuoted : one_line_style_of(text, characters_of(text));
}

void append_yaml(std::string& out, std::string_view text, YamlStyle style) {
  switch (style) {
    case YamlStyle::kPlain:
      out += text;
      return;
    case YamlStyle::kSingleQuoted:
      out += '\'';
      out += text;
      out += '\'';
      return;
    case YamlStyle::kDoubleQuoted:
    case YamlStyle::kLiteral:
      out += '"';
      append_escaped(out, text);
      out += '"';
      return;
  }
}

}  // namespace barbacane::compiler
