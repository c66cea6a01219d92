#pragma once

#include "gateway/worker_state.h"
#include "http/exchange.h"

/// Every request of the traffic port, from its head to its answer (data-plane contract, 2).
///
/// One coroutine that reads like the contract; README.md tells the story.
namespace barbacane::gateway {

class Pipeline final : public http::Handler {
 public:
  /// `worker` outlives the pipeline and has a snapshot before the first request.
  explicit Pipeline(WorkerState& worker) : worker_(worker) {}

  net::Task<> handle(http::Exchange& exchange) override;

 private:
  WorkerState& worker_;
};

}  // namespace barbacane::gateway
