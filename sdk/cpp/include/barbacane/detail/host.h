#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "barbacane/value.h"

/// What the SDK's messages are made of, once for each binary interface: over host calls for the
/// direct one, over what the JSON of the call said for the other. The only seam between the two.
namespace barbacane::plugin::host {

enum class Field : std::int32_t {
  kMethod,
  kPath,
  kQuery,
  kClientIp,
  kScheme,
  kAuthority,
  kHttpVersion,
  kConfig,
  kOperationId,
  kPathTemplate,
  kRequestId,
  kTraceId,
  kSpanId,
  kPluginName,
};

/// Which of the two messages.
enum class Which : std::int32_t { kRequest = 0, kResponse = 1 };

}  // namespace barbacane::plugin::host

#if BARBACANE_PLUGIN_ABI == 1
#include "barbacane/detail/host_json.h"
#else
#include "barbacane/detail/host_direct.h"
#endif
