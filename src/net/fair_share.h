#pragma once

#include <cstddef>

/// How much one coroutine may move before others get their turn.
namespace barbacane::net {

/// Two fast peers never make their relay wait; without a pause of its own it would keep the worker
/// for a whole body.
class FairShare {
 public:
  /// True when it is time to `EventLoop::yield`.
  bool used_up(std::size_t bytes) {
    moved_ += bytes;
    if (moved_ < kShare) return false;
    moved_ = 0;
    return true;
  }

 private:
  static constexpr std::size_t kShare = std::size_t{1} << 20;

  std::size_t moved_ = 0;
};

}  // namespace barbacane::net
