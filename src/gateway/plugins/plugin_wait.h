#pragma once

#include <cstdint>

#include "net/task.h"

namespace barbacane::gateway {

/// What a guest waits for in a host function.
///
/// The host function makes one and hands it to the instance (`PluginInstance::wait_for`), whose
/// call runs it while the guest is suspended. One worker's thread; dies before the guest goes on.
class PluginWait {
 public:
  virtual ~PluginWait() = default;

  /// Once; gives what the host function returns.
  virtual net::Task<std::int32_t> run() = 0;
  /// From a callback, before `run` or while it waits: the client has left. It ends soon.
  virtual void cancel() = 0;
};

}  // namespace barbacane::gateway
