#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

/// Where a random generator takes its decisions from: the bytes of a fuzzer, or a seed.
///
/// Bytes come to an end, after which every decision is the first of its kind; generators put there
/// what ends them.
namespace barbacane::schema::slow {

class Choices {
 public:
  explicit Choices(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  explicit Choices(std::uint64_t seed) : state_(seed), endless_(true) {}

  /// From 0 to `count` - 1; `count` is at most 256.
  std::size_t below(std::size_t count) { return next() % count; }
  bool once_in(std::size_t count) { return below(count) == count - 1; }
  template <class Range>
  const auto& one_of(const Range& range) {
    return range[below(std::size(range))];
  }

 private:
  std::size_t next() {
    if (!endless_) {
      if (bytes_.empty()) return 0;
      const std::uint8_t byte = bytes_.front();
      bytes_ = bytes_.subspan(1);
      return byte;
    }
    // SplitMix64, by its published constants.
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return static_cast<std::size_t>((mixed ^ (mixed >> 31)) >> 33);
  }

  std::span<const std::uint8_t> bytes_;
  std::uint64_t state_ = 0;
  bool endless_ = false;
};

}  // namespace barbacane::schema::slow
