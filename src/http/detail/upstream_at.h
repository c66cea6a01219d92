#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "http/client/upstream.h"

namespace barbacane::http {

/// A port of loopback as an upstream without TLS, for tests.
inline std::shared_ptr<const client::Upstream> upstream_at(std::uint16_t port,
                                                           client::Upstream::Http2 http2) {
  client::Upstream upstream;
  upstream.scheme = Scheme::kHttp;
  upstream.host = "127.0.0.1";
  upstream.port = port;
  upstream.egress = net::Egress::kOpen;
  upstream.http2 = http2;
  return std::make_shared<const client::Upstream>(std::move(upstream));
}

}  // namespace barbacane::http
