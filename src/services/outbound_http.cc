#include "services/outbound_http.h"

#include <utility>

#include "services/detail/call_failure.h"

namespace barbacane::services {
namespace {

using detail::problem;
using http::client::Upstream;

}  // namespace

std::expected<OutboundHttp::Target, HttpProblem> OutboundHttp::target(const HttpGrant& grant,
                                                                      const Wanted& wanted) {
  if (wanted.schemes == UrlSchemes::kHttp && wanted.origin.scheme == Origin::Scheme::kHttp &&
      options_.plaintext == PlaintextUpstreams::kRefuse) {
    return std::unexpected(problem(
        HttpFailure::kPlaintext, "the upstream is http:// and --allow-plaintext-upstream is off"));
  }
  const auto found = known(grant, wanted);
  if (!found) return std::unexpected(found.error());
  Target& target = (*found)->target;
  if (!wanted.breaker) return Target{target.upstream, nullptr};
  if (target.breaker == nullptr || target.breaker->settings() != *wanted.breaker)
    target.breaker = breakers_.get(target.upstream->text(), grant.key(), *wanted.breaker);
  return target;
}

std::expected<OutboundHttp::Known*, HttpProblem> OutboundHttp::known(const HttpGrant& grant,
                                                                     const Wanted& wanted) {
  std::string key = wanted.schemes == UrlSchemes::kHttp ? "" : "ws+";
  key.append(wanted.origin.text()).append(" ").append(grant.key());
  if (wanted.tls) {
    const auto identity = grant.tls_key(*wanted.tls);
    if (!identity) {
      return std::unexpected(problem(
          HttpFailure::kTls,
          "a text of 'tls' does not stand in the plugin's config, or is no PEM and no file of it"));
    }
    key.append(" ").append(*identity);
  }
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    known_.splice(known_.begin(), known_, found->second);
    return &known_.front();
  }
  auto upstream = make(grant, wanted);
  if (!upstream) return std::unexpected(std::move(upstream.error()));
  known_.push_front({std::move(key), {std::move(*upstream), nullptr}});
  by_key_.emplace(known_.front().key, known_.begin());
  if (known_.size() > options_.upstreams) {
    by_key_.erase(known_.back().key);
    known_.pop_back();
  }
  return &known_.front();
}

std::expected<std::shared_ptr<const Upstream>, HttpProblem> OutboundHttp::make(
    const HttpGrant& grant, const Wanted& wanted) {
  using Versions = HttpGrant::Versions;
  const Origin& origin = wanted.origin;
  Upstream upstream;
  upstream.scheme = origin.scheme;
  upstream.host = origin.host;
  upstream.port = origin.port;
  upstream.egress = net::egress(options_.egress, grant.destination(origin, wanted.schemes));
  if (origin.scheme == Origin::Scheme::kHttps) {
    const auto versions = wanted.schemes == UrlSchemes::kHttp ? Versions::kAll : Versions::kHttp1;
    auto tls = grant.tls_context(wanted.tls, versions);
    if (!tls) return std::unexpected(problem(HttpFailure::kTls, tls.error().message));
    upstream.tls = std::move(*tls);
    if (versions == Versions::kAll) upstream.http2 = Upstream::Http2::kIfAgreed;
  }
  return upstreams_.add(std::move(upstream));
}

}  // namespace barbacane::services
