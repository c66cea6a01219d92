#include "validation/detail/query_decode.h"

#include "base/byte_word.h"
#include "base/text.h"

namespace barbacane::validation::detail {

namespace {

using base::ByteWord;

/// The bytes that mean that a text cannot be taken as it stands, eight at a time. Where a character
/// is no escape its place is taken by a byte that stands out anyway.
struct Special {
  static constexpr char kStandsOut = '\xFF';

  explicit Special(Decoding decoding)
      : percent(decoding == Decoding::kNone ? kStandsOut : '%'),
        plus(decoding == Decoding::kForm ? '+' : kStandsOut) {}

  bool in(ByteWord word) const {
    return ((word & base::kHighBits) | base::bytes_equal(word, percent) |
            base::bytes_equal(word, plus)) != 0;
  }

  char percent;
  char plus;
};

/// ASCII without escapes: the text of nearly every parameter.
bool is_plain(std::string_view raw, Decoding decoding) {
  const Special special(decoding);
  const std::size_t size = raw.size();
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 <= size; at += 8) {
      if (special.in(base::byte_word_at(raw.data() + at))) return false;
    }
    return !special.in(base::byte_word_at(raw.data() + size - 8));
  }
  ByteWord word = 0;
  for (const char c : raw) word = word << 8 | static_cast<unsigned char>(c);
  return !special.in(word);
}

/// The next decoded byte, `at` moved behind it.
char next_byte(std::string_view raw, std::size_t& at, Decoding decoding) {
  const char c = raw[at++];
  if (c == '+' && decoding == Decoding::kForm) return ' ';
  if (c != '%' || decoding == Decoding::kNone || raw.size() - at < 2) return c;
  const int high = base::hex_digit(raw[at]);
  const int low = base::hex_digit(raw[at + 1]);
  if (high < 0 || low < 0) return c;
  at += 2;
  return static_cast<char>(high * 16 + low);
}

}  // namespace

std::optional<std::string_view> decode(std::string_view raw, Decoding decoding,
                                       schema::Tape& room) {
  if (is_plain(raw, decoding)) return raw;
  std::string_view text = raw;
  const std::string_view escapes = decoding == Decoding::kForm ? "%+" : "%";
  if (decoding != Decoding::kNone && raw.find_first_of(escapes) != raw.npos) {
    char* out = room.allocate_text(raw.size());
    std::size_t size = 0;
    for (std::size_t at = 0; at < raw.size();) out[size++] = next_byte(raw, at, decoding);
    text = {out, size};
  }
  if (!base::is_utf8(text)) return std::nullopt;
  return text;
}

std::optional<std::string_view> rest_behind(std::string_view raw, std::string_view name,
                                            Decoding decoding) {
  std::size_t at = 0;
  for (const char c : name) {
    if (at >= raw.size() || next_byte(raw, at, decoding) != c) return std::nullopt;
  }
  return raw.substr(at);
}

bool decodes_to(std::string_view raw, std::string_view name, Decoding decoding) {
  const auto rest = rest_behind(raw, name, decoding);
  return rest && rest->empty();
}

}  // namespace barbacane::validation::detail
