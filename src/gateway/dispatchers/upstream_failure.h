#pragma once

#include <memory>
#include <string_view>

#include "gateway/dispatchers/dispatcher.h"
#include "gateway/dispatchers/http_upstream_config.h"
#include "gateway/dispatchers/upstream_tls.h"
#include "gateway/problem.h"
#include "gateway/request_context.h"
#include "http/client/call.h"
#include "http/client/upstream.h"

/// What dispatchers that call an upstream have in common: the upstream itself, and what happens
/// when it does not answer.
namespace barbacane::gateway {

/// Reads the files `tls` names: blocking. The error repeats no secret.
base::Result<std::shared_ptr<const http::client::Upstream>> make_upstream(
    const HttpUpstreamConfig& config, const DispatcherConfig& texts,
    const DispatcherContext& context, UpstreamVersions versions);

/// Logs it under the reasons of the observability contract, 3, and answers 502, 503 or 504.
Step answer_call_error(RequestContext& request, const http::client::Upstream& upstream,
                       const http::client::CallError& error);

/// `dispatch_error` in the log.
void log_dispatch_error(const RequestContext& request, const http::client::Upstream& upstream,
                        std::string_view reason, std::string_view text);

/// What `--dev` shows of it.
ProblemDetails dispatch_details(const RequestContext& request, std::string_view text);

}  // namespace barbacane::gateway
