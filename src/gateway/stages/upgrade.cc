#include <utility>

#include "gateway/stages/stages.h"

namespace barbacane::gateway::stages {

net::Task<> upgrade(RequestContext& request) {
  request.upgrade->complete(request);
  const auto tunnel =
      co_await request.exchange.switch_protocols(request.reply, request.upgrade->protocol());
  record(request);
  if (!tunnel) co_return;
  request.operation = nullptr;
  request.chain.reset();  // first: what it holds of plugins is the snapshot's
  request.snapshot = SnapshotRef();
  co_await request.upgrade->run(request, *tunnel);
}

}  // namespace barbacane::gateway::stages
