#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "http/client/pool.h"
#include "http/client/upstream.h"
#include "net/egress.h"
#include "services/breakers.h"
#include "services/http_grant.h"
#include "services/http_request.h"
#include "services/http_result.h"
#include "services/url.h"

/// What the outbound HTTP calls of plugins share on one worker.
///
/// Plugins name a URL with every call, so upstreams are made while requests run. The ones used
/// lately are remembered here, with their breakers; the one unused for longest is forgotten, so a
/// plugin that computes a new host for every request costs no memory. What pool and process keep of
/// a forgotten upstream goes with it. One worker's thread.
namespace barbacane::services {

enum class PlaintextUpstreams : std::uint8_t { kRefuse, kAllow };

struct OutboundHttpOptions {
  net::EgressGuard egress = net::EgressGuard::kOn;
  PlaintextUpstreams plaintext = PlaintextUpstreams::kRefuse;
  std::size_t max_response_bytes = 16'777'216;  ///< of an answer that is buffered
  std::size_t upstreams = 256;                  ///< remembered
};

class OutboundHttp {
 public:
  /// All outlive it.
  OutboundHttp(http::client::Pool& pool, http::client::Upstreams& upstreams, Breakers& breakers,
               const OutboundHttpOptions& options)
      : pool_(pool), upstreams_(upstreams), breakers_(breakers), options_(options) {}
  OutboundHttp(const OutboundHttp&) = delete;
  OutboundHttp& operator=(const OutboundHttp&) = delete;

  struct Target {
    std::shared_ptr<const http::client::Upstream> upstream;
    std::shared_ptr<CircuitBreaker> breaker;  ///< null without one
  };
  struct Wanted {
    const Origin& origin;
    UrlSchemes schemes;
    const std::optional<HttpRequest::Tls>& tls;
    const std::optional<BreakerSettings>& breaker;
  };
  /// Whether the plugin may go there, and how.
  std::expected<Target, HttpProblem> target(const HttpGrant& grant, const Wanted& wanted);

  http::client::Pool& pool() { return pool_; }
  const OutboundHttpOptions& options() const { return options_; }
  std::size_t remembered() const { return by_key_.size(); }

 private:
  struct Known {
    std::string key;
    Target target;
  };

  std::expected<Known*, HttpProblem> known(const HttpGrant& grant, const Wanted& wanted);
  std::expected<std::shared_ptr<const http::client::Upstream>, HttpProblem> make(
      const HttpGrant& grant, const Wanted& wanted);

  http::client::Pool& pool_;
  http::client::Upstreams& upstreams_;
  Breakers& breakers_;
  const OutboundHttpOptions options_;
  std::list<Known> known_;  ///< the latest first
  std::unordered_map<std::string_view, std::list<Known>::iterator> by_key_;
};

}  // namespace barbacane::services
