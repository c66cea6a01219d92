#pragma once

#include <memory_resource>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/dispatchers/http_upstream_config.h"
#include "gateway/request_context.h"
#include "http/message.h"

/// A client's request as an upstream is to see it: `upstream_target` and `upstream_fields` with all
/// they need to know about it.
namespace barbacane::gateway {

/// Nothing when a path parameter would leave the upstream's path: `answer_bad_target`.
std::optional<std::string_view> target_for(const RequestContext& request,
                                           const HttpUpstreamConfig& config);
Step answer_bad_target(RequestContext& request);

std::pmr::vector<http::Field> fields_for(RequestContext& request, const HttpUpstreamConfig& config);

}  // namespace barbacane::gateway
