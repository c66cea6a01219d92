#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "gateway/dispatchers/dispatcher.h"
#include "gateway/dispatchers/http_upstream_config.h"
#include "gateway/problem.h"
#include "gateway/request_context.h"
#include "http/client/call.h"
#include "http/client/upstream.h"

/// What dispatchers that call an upstream have in common: the upstream itself, and what happens
/// when it does not answer.
namespace barbacane::gateway {

/// Which versions of HTTP are offered to an upstream with TLS, to choose from (RFC 7301).
enum class UpstreamVersions : std::uint8_t { kHttp1, kAll };

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
