#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "services/circuit_breaker.h"

/// The circuit breakers of the process.
///
/// A breaker belongs to an upstream and the config that names it, not to a snapshot: a reload in
/// which both are unchanged finds it in the state it had. Whoever uses one owns it together with
/// the others; when the last has gone, so has the breaker. Any thread, not on the request path.
namespace barbacane::services {

class Breakers {
 public:
  /// `upstream` is scheme, host and port, `config` the text as the artifact holds it, with secret
  /// references in place.
  std::shared_ptr<CircuitBreaker> get(const std::string& upstream, const std::string& config,
                                      const BreakerSettings& settings);

  /// How many are in use.
  std::size_t size() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::weak_ptr<CircuitBreaker>> breakers_;
};

}  // namespace barbacane::services
