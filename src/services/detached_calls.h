#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "services/http_call.h"

/// HTTP calls that nobody waits for: `host_http_detach` (plugin ABI contract, 5.5).
///
/// A call is performed on the worker that queued it, after the handler that did so has returned.
/// Its answer is read and thrown away; what became of it is reported once. There are at most so
/// many in the process, with so many bytes of bodies, running ones included: more are refused, and
/// nothing waits for room. One object a process; any thread.
namespace barbacane::services {

struct DetachedLimits {
  std::size_t calls = 1024;
  std::size_t bytes = std::size_t{64} << 20;  ///< of requests
};

class DetachedCalls {
 public:
  explicit DetachedCalls(DetachedLimits limits = {}) : limits_(limits) {}
  DetachedCalls(const DetachedCalls&) = delete;
  DetachedCalls& operator=(const DetachedCalls&) = delete;

  enum class Outcome : std::uint8_t {
    kOk,       ///< there was an answer, of whatever status
    kFailed,   ///< there was none
    kDropped,  ///< the process stopped first
  };
  /// Its result has no body. Called on the worker's thread, and for `kDropped` from the end of its
  /// loop; must not throw.
  using Report = std::function<void(Outcome outcome, const HttpResult& result)>;

  /// False when there is no room; then nothing is reported. `http` is that of the calling worker
  /// and outlives what runs on its loop, as does this object.
  bool queue(OutboundHttp& http, std::shared_ptr<const HttpGrant> grant, HttpRequest request,
             Report report);

  /// Queued or running. A process that stops gives them their time, until this is zero.
  std::size_t pending() const { return pending_.load(std::memory_order_acquire); }

 private:
  class Place;
  static net::Task<> run(OutboundHttp& http, std::shared_ptr<const HttpGrant> grant,
                         HttpRequest request, Report report, Place place);

  const DetachedLimits limits_;
  std::atomic<std::size_t> pending_{0};
  std::atomic<std::size_t> bytes_{0};
};

}  // namespace barbacane::services
