#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

/// The body of `name_hash`, for the reader's inner loop.
///
/// Reads exactly the bytes of the name, in at most two loads up to sixteen, and mixes them with one
/// 64 by 64 multiplication. Without a secret: whoever wants collisions gets them.
namespace barbacane::schema::detail {

__extension__ using Uint128 = unsigned __int128;

template <class T>
T load(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const Uint128 product = static_cast<Uint128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline std::uint32_t hash_name(const char* text, std::size_t size) {
  constexpr std::uint64_t kOne = 0x9e3779b97f4a7c15, kTwo = 0xd1b54a32d192ed03;
  std::uint64_t first = 0, last = 0, state = size;
  if (size >= 8) {
    const char* at = text;
    for (std::size_t left = size; left > 16; left -= 16, at += 16)
      state = mix(state ^ load<std::uint64_t>(at) ^ kOne, load<std::uint64_t>(at + 8) ^ kTwo);
    const char* end = text + size;
    first = load<std::uint64_t>(end - at >= 8 ? at : end - 8);
    last = load<std::uint64_t>(end - 8);
  } else if (size >= 4) {
    first = load<std::uint32_t>(text);
    last = load<std::uint32_t>(text + size - 4);
  } else if (size > 0) {
    const auto byte = [&](std::size_t i) {
      return std::uint64_t{static_cast<std::uint8_t>(text[i])};
    };
    first = byte(0) << 16 | byte(size / 2) << 8 | byte(size - 1);
  }
  const std::uint64_t mixed = mix(first ^ kOne, last ^ kTwo ^ (state << 56 | state >> 8));
  return static_cast<std::uint32_t>(mixed ^ mixed >> 32);
}

}  // namespace barbacane::schema::detail
