#pragma once

#include <atomic>
#include <cstddef>

#include "gateway/breakers.h"
#include "http/client/upstream.h"
#include "net/resolver.h"

/// What outlives snapshots: a reload loses none of it.
///
/// One object a process, made before the first artifact is loaded and handed to every `load`. It
/// outlives whatever was loaded with it. Any thread.
namespace barbacane::gateway {

struct ProcessState {
  Breakers breakers;
  http::client::Upstreams upstreams;
  net::Resolver resolver;
  std::atomic<std::size_t> websockets{0};  ///< joined right now
};

}  // namespace barbacane::gateway
