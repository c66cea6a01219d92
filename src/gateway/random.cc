#include "gateway/random.h"

#include <random>

#include <sys/random.h>

namespace barbacane::gateway {

Random::Random() {
  if (::getrandom(state_.data(), sizeof state_, 0) == static_cast<ssize_t>(sizeof state_)) return;
  // Only kernels without the call come here; the standard library has its own ways.
  std::random_device device;
  for (std::uint64_t& word : state_) word = std::uint64_t{device()} << 32 | device();
}

}  // namespace barbacane::gateway
