#pragma once

#include <cstdint>
#include <cstring>

/// Eight bytes of a text looked at together: the highest bit of each byte tells what was asked of
/// it.
namespace barbacane::base {

using ByteWord = std::uint64_t;

constexpr ByteWord all_bytes(std::uint8_t byte) { return ByteWord{0x0101010101010101} * byte; }
inline constexpr ByteWord kHighBits = all_bytes(0x80);

/// From anywhere in memory.
inline ByteWord byte_word_at(const char* bytes) {
  ByteWord word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

/// A high bit at the first byte of the word that is that one, and perhaps at some behind it, which
/// only borrow; none when there is no such byte.
constexpr ByteWord bytes_equal(ByteWord word, char byte) {
  const ByteWord different = word ^ all_bytes(static_cast<std::uint8_t>(byte));
  return (different - all_bytes(1)) & ~different & kHighBits;
}

/// The same of bytes below `limit`, which is ASCII.
constexpr ByteWord bytes_below(ByteWord word, char limit) {
  return (word - all_bytes(static_cast<std::uint8_t>(limit))) & ~word & kHighBits;
}

/// Which bytes are in `[first, last]`. Bytes of the word and both bounds are ASCII, so that none
/// carries into the next.
constexpr ByteWord bytes_within(ByteWord ascii, char first, char last) {
  const ByteWord from = ascii + all_bytes(static_cast<std::uint8_t>(0x80 - first));
  const ByteWord behind = ascii + all_bytes(static_cast<std::uint8_t>(0x80 - last - 1));
  return from & ~behind & kHighBits;
}

}  // namespace barbacane::base
