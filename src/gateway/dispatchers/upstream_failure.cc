#include "gateway/dispatchers/upstream_failure.h"

#include <utility>

#include "gateway/dispatchers/upstream_tls.h"
#include "gateway/gateway.h"
#include "gateway/process_state.h"

namespace barbacane::gateway {
namespace {

using http::client::CallFailure;
using http::client::Upstream;

struct Verdict {
  std::string_view reason;
  Problem problem;
};

Verdict verdict_on(CallFailure failure) {
  using enum CallFailure;
  switch (failure) {
    case kDns:
      return {"dns", Problem::kUpstreamUnavailable};
    case kBlocked:
      return {"blocked", Problem::kUpstreamUnavailable};
    case kConnect:
      return {"connection_refused", Problem::kUpstreamUnavailable};
    case kTls:
      return {"tls", Problem::kUpstreamUnavailable};
    case kTimeout:
      return {"timeout", Problem::kUpstreamTimeout};
    case kInvalid:
      return {"invalid_response", Problem::kUpstreamUnavailable};
    case kOverloaded:
      return {"overloaded", Problem::kOverloaded};
    case kStale:
    case kUntouched:
    case kUnanswered:
    case kBroken:
    case kCancelled:
      break;
  }
  return {"upstream_reset", Problem::kUpstreamUnavailable};
}

base::Result<UpstreamTlsContexts::Context> tls_context(const UpstreamTls& tls,
                                                       UpstreamVersions versions,
                                                       const DispatcherConfig& texts,
                                                       UpstreamTlsContexts& contexts) {
  auto context = contexts.get(tls, versions);
  // What cannot be read as PEM is quoted as the path it might be, and may be a secret.
  if (!context && texts.written != texts.resolved)
    return base::fail(
        "'tls' cannot be used: a certificate or key is no PEM text and no file with one");
  return context;
}

}  // namespace

base::Result<std::shared_ptr<const Upstream>> make_upstream(const HttpUpstreamConfig& config,
                                                            const DispatcherConfig& texts,
                                                            const DispatcherContext& context,
                                                            UpstreamVersions versions) {
  Upstream upstream;
  const bool secure = config.origin.scheme == Origin::Scheme::kHttps;
  upstream.scheme = secure ? http::Scheme::kHttps : http::Scheme::kHttp;
  upstream.host = config.origin.host;
  upstream.port = config.origin.port;
  upstream.egress = net::egress(context.options.egress, net::Destination::kOperatorWrote);
  if (secure) {
    auto tls = tls_context(config.tls, versions, texts, context.tls);
    if (!tls) return std::unexpected(tls.error());
    upstream.tls = std::move(*tls);
    if (versions == UpstreamVersions::kAll) upstream.http2 = Upstream::Http2::kIfAgreed;
  }
  return context.process.upstreams.add(std::move(upstream));
}

Step answer_call_error(RequestContext& request, const Upstream& upstream,
                       const http::client::CallError& error) {
  const Verdict verdict = verdict_on(error.failure);
  log_dispatch_error(request, upstream, verdict.reason, error.text);
  return answer_problem(request, verdict.problem, dispatch_details(request, error.text));
}

void log_dispatch_error(const RequestContext& request, const Upstream& upstream,
                        std::string_view reason, std::string_view text) {
  request.worker.log.event(telemetry::Level::kError, "barbacane::dispatch", "dispatch_error",
                           {{"dispatcher", request.operation->dispatcher_name},
                            {"upstream", upstream.text()},
                            {"reason", reason},
                            {"error", text}},
                           log_context(request));
}

ProblemDetails dispatch_details(const RequestContext& request, std::string_view text) {
  return {.detail = text,
          .spec = {},
          .operation = {},
          .dispatcher = request.operation->dispatcher_name,
          .errors = {}};
}

}  // namespace barbacane::gateway
