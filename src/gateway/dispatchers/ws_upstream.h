#pragma once

#include <memory>

#include "gateway/dispatchers/dispatcher.h"

/// `ws-upstream` (plugins contract, 3.2): joins a client's WebSocket to that of a service.
namespace barbacane::gateway {

base::Result<std::unique_ptr<Dispatcher>> make_ws_upstream(const DispatcherConfig& config,
                                                           const DispatcherContext& context);

}  // namespace barbacane::gateway
