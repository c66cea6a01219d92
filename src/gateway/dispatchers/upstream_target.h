#pragma once

#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gateway/dispatchers/http_upstream_config.h"

/// The request target an upstream is asked for (plugins contract, 2.2; data-plane contract, 4.4).
///
/// Values that go into a path template are percent-encoded whole, but for the slashes of a
/// `{name+}` value, so that nothing a client writes can end a segment, begin a query or climb out
/// of the path.
namespace barbacane::gateway {

/// The parts of a request that its target is made of.
struct TargetSource {
  std::string_view path;
  std::string_view query;                         ///< without `?`
  std::string_view route = {};                    ///< path template of the operation
  std::span<const std::string> names = {};        ///< of its parameters, left to right
  std::span<const std::string_view> values = {};  ///< decoded, in the same order
};

/// A view of the request's own target where that will do, else a text in the arena. Nothing: a
/// value would make a dot segment (answer 400 `bad-request`).
std::optional<std::string_view> upstream_target(const HttpUpstreamConfig& config,
                                                const TargetSource& source,
                                                std::pmr::memory_resource* arena);

}  // namespace barbacane::gateway
