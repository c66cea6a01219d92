#pragma once

#include "gateway/worker_state.h"
#include "http/exchange.h"

/// The admin port: health and provenance of what is being served, for operators (data-plane
/// contract, 9.1). Plain HTTP without authentication; none of the traffic port's fields.
namespace barbacane::gateway {

class Admin final : public http::Handler {
 public:
  /// `worker` is the one whose loop the admin port runs on; outlives this.
  explicit Admin(const WorkerState& worker) : worker_(worker) {}

  net::Task<> handle(http::Exchange& exchange) override;

 private:
  const WorkerState& worker_;
};

}  // namespace barbacane::gateway
