#include "http/h1/grammar.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace barbacane::http::h1 {
namespace {

// Eight bytes at a time; the highest bit of each tells what is asked of it.
using Word = std::uint64_t;

constexpr Word all_of_word(std::uint8_t byte) { return Word{0x0101010101010101} * byte; }
constexpr Word kHighBits = all_of_word(0x80);

Word word_at(const char* bytes) {
  Word word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

/// Which bytes are not below `least`. All are below 0x80, so that none carries into the next.
constexpr Word from(Word low, std::uint8_t least) {
  return (low + all_of_word(static_cast<std::uint8_t>(0x80 - least))) & kHighBits;
}

/// Lower-case letters, digits and hyphens.
constexpr bool are_common_in_names(Word word) {
  const Word low = word & ~kHighBits;
  const Word letters = from(low, 'a') & ~from(low, 'z' + 1);
  const Word digits = from(low, '0') & ~from(low, '9' + 1);
  const Word hyphens = from(low, '-') & ~from(low, '-' + 1);
  return ((letters | digits | hyphens) & ~word & kHighBits) == kHighBits;
}

constexpr bool are_visible_or_opaque(Word word) {
  const Word low = word & ~kHighBits;
  const Word visible = from(low, 0x20) & ~from(low, 0x7F);
  return ((visible | word) & kHighBits) == kHighBits;
}

/// Whether all words of the text are good, the last of which may overlap the one before. False for
/// texts shorter than a word.
template <bool (*kIsGood)(Word)>
bool all_words(std::string_view text) {
  if (text.size() < sizeof(Word)) return false;
  for (std::size_t i = 0; i + sizeof(Word) < text.size(); i += sizeof(Word)) {
    if (!kIsGood(word_at(text.data() + i))) return false;
  }
  return kIsGood(word_at(text.data() + text.size() - sizeof(Word)));
}

}  // namespace

bool is_token(std::string_view text) {
  if (all_words<are_common_in_names>(text)) return true;
  return !text.empty() && std::ranges::all_of(text, is_token_byte);
}

bool is_field_text(std::string_view text) {
  return all_words<are_visible_or_opaque>(text) || std::ranges::all_of(text, is_field_byte);
}

}  // namespace barbacane::http::h1
