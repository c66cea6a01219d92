#include "http/h1/grammar.h"

#include <algorithm>

#include "base/byte_word.h"

namespace barbacane::http::h1 {
namespace {

using base::bytes_within;
using base::ByteWord;
using base::kHighBits;

/// Lower-case letters, digits and hyphens.
constexpr bool are_common_in_names(ByteWord word) {
  const ByteWord low = word & ~kHighBits;
  const ByteWord common =
      bytes_within(low, 'a', 'z') | bytes_within(low, '0', '9') | bytes_within(low, '-', '-');
  return (common & ~word) == kHighBits;
}

constexpr bool are_visible_or_opaque(ByteWord word) {
  return ((bytes_within(word & ~kHighBits, ' ', '~') | word) & kHighBits) == kHighBits;
}

/// Whether all words of the text are good, the last of which may overlap the one before. False for
/// texts shorter than a word.
template <bool (*kAreGood)(ByteWord)>
bool all_words(std::string_view text) {
  if (text.size() < sizeof(ByteWord)) return false;
  for (std::size_t i = 0; i + sizeof(ByteWord) < text.size(); i += sizeof(ByteWord)) {
    if (!kAreGood(base::byte_word_at(text.data() + i))) return false;
  }
  return kAreGood(base::byte_word_at(text.data() + text.size() - sizeof(ByteWord)));
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
