#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace barbacane::schema::detail {

[[gnu::noinline]] inline bool same_long_bytes(const char* a, const char* b, std::size_t size) {
  return std::memcmp(a, b, size) == 0;
}

template <class Word>
inline Word load(const char* from) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

/// Names are short: two words that may overlap instead of a call.
inline bool same_bytes(const char* a, const char* b, std::size_t size) {
  if (size > 16) return same_long_bytes(a, b, size);
  if (size >= 8) {
    return ((load<std::uint64_t>(a) ^ load<std::uint64_t>(b)) |
            (load<std::uint64_t>(a + size - 8) ^ load<std::uint64_t>(b + size - 8))) == 0;
  }
  if (size >= 4) {
    return ((load<std::uint32_t>(a) ^ load<std::uint32_t>(b)) |
            (load<std::uint32_t>(a + size - 4) ^ load<std::uint32_t>(b + size - 4))) == 0;
  }
  if (size == 0) return true;
  const auto differs = [&](std::size_t i) { return a[i] ^ b[i]; };
  return (differs(0) | differs(size / 2) | differs(size - 1)) == 0;
}

}  // namespace barbacane::schema::detail
