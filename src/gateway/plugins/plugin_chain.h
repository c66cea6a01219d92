#pragma once

#include <cstdint>
#include <vector>

#include "gateway/plugins/plugin.h"

namespace barbacane::gateway {

/// The middlewares of an operation, in the order of `on_request`; resolved by the compiler.
struct PluginChain {
  struct Entry {
    const Plugin* plugin;
    std::uint32_t pool;  ///< among the snapshot's, see `InstancePools`
  };
  std::vector<Entry> entries;
  bool reads_request_body = false;
  bool reads_response_body = false;
};

}  // namespace barbacane::gateway
