#include "gateway/worker_state.h"

#include "gateway/plugins/loading.h"

namespace barbacane::gateway {

void WorkerState::open(net::EventLoop& loop, ProcessState& process) {
  upstreams = std::make_unique<http::client::Pool>(loop, process.resolver);
  outbound = std::make_unique<services::OutboundHttp>(
      *upstreams, process.upstreams, process.breakers, outbound_options(settings.options));
  plugin_services.reset(new PluginServices{.loop = loop,
                                           .outbound = *outbound,
                                           .random = random,
                                           .process = process,
                                           .options = settings.options,
                                           .log = &log});
}

void WorkerState::use(std::shared_ptr<const Snapshot> next) {
  std::shared_ptr<InstancePools> pools;
  if (!next->pools().empty()) pools = InstancePools::make(next->pools(), *plugin_services, next);
  snapshot = SnapshotRef(std::move(next), std::move(pools));
}

}  // namespace barbacane::gateway
