#pragma once

#include <array>
#include <cstdint>

/// Random numbers for ids: xoshiro256++ (Blackman and Vigna, 2018), one generator a worker.
///
/// Seeded from the system, so that ids do not collide between workers, processes and hosts. Not for
/// anything that must not be guessed.
namespace barbacane::gateway {

class Random {
 public:
  /// Seeds from getrandom(2).
  Random();
  explicit Random(const std::array<std::uint64_t, 4>& seed) : state_(seed) {}

  std::uint64_t next() {
    const std::uint64_t result = rotate(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate(state_[3], 45);
    return result;
  }

 private:
  static std::uint64_t rotate(std::uint64_t x, int bits) { return x << bits | x >> (64 - bits); }

  std::array<std::uint64_t, 4> state_;
};

}  // namespace barbacane::gateway
