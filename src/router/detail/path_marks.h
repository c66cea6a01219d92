#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

/// Where the bytes that matter to routing stand in up to 64 bytes of a path, as bit sets.
///
/// Paths differ in where their segments end, so that a loop over bytes mispredicts at nearly every
/// slash; finding all of them at once costs less than one such miss.
namespace barbacane::router::detail {

struct PathMarks {
  static constexpr std::size_t kMaxBytes = 64;

  std::uint64_t slash = 0;
  std::uint64_t dot = 0;
  std::uint64_t special = 0;  ///< `%` and control bytes
};

constexpr bool is_control(unsigned char byte) { return byte < 0x20 || byte == 0x7F; }

/// Adds the marks of 16 bytes that stand at `offset`.
inline void mark_block(const char* bytes, std::size_t offset, PathMarks& marks) {
#ifdef __SSE2__
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  const auto equal = [&](char c) { return _mm_cmpeq_epi8(block, _mm_set1_epi8(c)); };
  const auto bits = [&](__m128i mask) {
    return static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(mask))) << offset;
  };
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1F)), block);
  marks.slash |= bits(equal('/'));
  marks.dot |= bits(equal('.'));
  marks.special |= bits(_mm_or_si128(control, _mm_or_si128(equal('%'), equal(0x7F))));
#else
  for (std::size_t i = 0; i < 16; ++i) {
    const std::uint64_t bit = std::uint64_t{1} << (offset + i);
    if (bytes[i] == '/') marks.slash |= bit;
    if (bytes[i] == '.') marks.dot |= bit;
    if (bytes[i] == '%' || is_control(static_cast<unsigned char>(bytes[i]))) marks.special |= bit;
  }
#endif
}

/// Marks of the first 64 bytes, or of all when there are fewer.
inline PathMarks path_marks(std::string_view text) {
  PathMarks marks;
  const std::size_t size = std::min(text.size(), PathMarks::kMaxBytes);
  if (size < 16) {
    std::array<char, 16> block;
    block.fill('x');
    std::copy_n(text.data(), size, block.data());
    mark_block(block.data(), 0, marks);
    return marks;
  }
  for (std::size_t i = 0; i + 16 < size; i += 16) mark_block(text.data() + i, i, marks);
  mark_block(text.data() + size - 16, size - 16, marks);  // may mark some bytes twice
  return marks;
}

}  // namespace barbacane::router::detail
