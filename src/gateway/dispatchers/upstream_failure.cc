#include "gateway/dispatchers/upstream_failure.h"

#include <utility>

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
    case kUnanswered:
    case kBroken:
    case kCancelled:
      break;
  }
  return {"upstream_reset", Problem::kUpstreamUnavailable};
}

base::Result<std::shared_ptr<const net::TlsClientContext>> tls_context(
    const UpstreamTls& tls, const DispatcherConfig& texts, UpstreamVersions versions) {
  net::TlsClientOptions options;
  if (versions == UpstreamVersions::kAll) options.alpn = {"h2", "http/1.1"};
  options.ca = tls.ca;
  options.certificate = tls.client_cert;
  options.key = tls.client_key;
  auto context = net::TlsClientContext::make(options);
  if (context) return std::make_shared<const net::TlsClientContext>(std::move(*context));
  // What cannot be read as PEM is quoted as the path it might be, and may be a secret.
  if (texts.written != texts.resolved)
    return base::fail(
        "'tls' cannot be used: a certificate or key is no PEM text and no file with one");
  return std::unexpected(context.error());
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
    auto tls = tls_context(config.tls, texts, versions);
    if (!tls) return std::unexpected(tls.error());
    upstream.tls = std::move(*tls);
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
