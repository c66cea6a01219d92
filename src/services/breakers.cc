#include "services/breakers.h"

#include <algorithm>
#include <utility>

namespace barbacane::services {

std::shared_ptr<CircuitBreaker> Breakers::get(const std::string& upstream,
                                              const std::string& config,
                                              const BreakerSettings& settings) {
  const std::lock_guard lock(mutex_);
  std::erase_if(breakers_, [](const auto& entry) { return entry.second.expired(); });
  std::weak_ptr<CircuitBreaker>& known = breakers_[{upstream, config}];
  std::shared_ptr<CircuitBreaker> breaker = known.lock();
  // Settings of the same text differ when they are secrets that have changed.
  if (breaker == nullptr || breaker->settings() != settings) {
    breaker = std::make_shared<CircuitBreaker>(settings);
    known = breaker;
  }
  return breaker;
}

std::size_t Breakers::size() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::ranges::count_if(breakers_, [](const auto& entry) { return !entry.second.expired(); }));
}

}  // namespace barbacane::services
