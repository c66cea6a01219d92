#include "http/client/upstream.h"

#include <utility>

namespace barbacane::http::client {

std::string Upstream::text() const {
  const bool address = host.find(':') != std::string::npos;
  return (scheme == Scheme::kHttps ? "https://" : "http://") + (address ? '[' + host + ']' : host) +
         ':' + std::to_string(port);
}

std::shared_ptr<const Upstream> Upstreams::add(Upstream upstream) {
  const std::string key = upstream.text() + ' ' +
                          std::to_string(static_cast<int>(upstream.egress)) + ' ' +
                          std::to_string(static_cast<int>(upstream.http2)) + ' ' +
                          (upstream.tls ? upstream.tls->identity() : std::string());
  const std::scoped_lock lock(mutex_);
  upstream.id = ids_.try_emplace(key, ids_.size()).first->second;
  return std::make_shared<const Upstream>(std::move(upstream));
}

}  // namespace barbacane::http::client
