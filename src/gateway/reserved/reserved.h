#pragma once

#include <chrono>
#include <string_view>

#include "gateway/arena_text.h"
#include "gateway/request_context.h"

/// What the gateway itself serves below `/__barbacane/` on the traffic port (data-plane contract,
/// 9).
namespace barbacane::gateway::reserved {

/// Step 4: goes on when the raw path is nobody's but the spec's. (reserved.cc)
Step answer(RequestContext& request);

/// `/__barbacane/health`. (health.cc)
Step answer_health(RequestContext& request);

/// Appends the members that the health documents of both ports share, without braces. (health.cc)
void append_health(ArenaText& out, const WorkerState& worker);
/// Seconds since the process serves.
std::int64_t uptime_seconds(const Settings& settings);

/// `/__barbacane/specs` and everything below; `rest` is what follows `specs`. (specs.cc)
Step answer_specs(RequestContext& request, std::string_view rest);

}  // namespace barbacane::gateway::reserved
