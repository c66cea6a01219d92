#pragma once

#include <array>
#include <cstdint>
#include <string_view>

/// Identifiers that sort by the time they were made: UUID version 7 (RFC 9562, 5.7).
///
/// Within a millisecond, and while the clock stands still or goes back, they go on in order: the
/// twelve bits behind the time count up from a random start (RFC 9562, 6.2, method 1). One
/// generator a worker; its ids differ from those of others by 62 random bits. Allocates nothing.
namespace barbacane::services {

class UuidV7 {
 public:
  /// 36 characters; holds until the next call. `random` gives 64 bits by `next()`.
  template <class Random>
  std::string_view next(std::uint64_t unix_ms, Random& random) {
    const bool later = unix_ms > last_ms_;
    return make(unix_ms, random.next(), later ? random.next() : 0);
  }

 private:
  std::string_view make(std::uint64_t unix_ms, std::uint64_t random, std::uint64_t start);

  std::uint64_t last_ms_ = 0;
  std::uint32_t count_ = 0;
  std::array<char, 36> text_{};
};

}  // namespace barbacane::services
