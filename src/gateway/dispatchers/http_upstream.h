#pragma once

#include <memory>

#include "gateway/dispatchers/dispatcher.h"

/// `http-upstream` (plugins contract, 2.2): passes requests on to a service, and its answers back.
namespace barbacane::gateway {

base::Result<std::unique_ptr<Dispatcher>> make_http_upstream(const DispatcherConfig& config,
                                                             const DispatcherContext& context);

}  // namespace barbacane::gateway
