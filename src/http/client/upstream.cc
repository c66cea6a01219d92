#include "http/client/upstream.h"

#include <algorithm>
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
  if (known_.size() >= look_again_at_) {
    std::erase_if(known_, [](const auto& entry) { return entry.second.expired(); });
    look_again_at_ = std::max<std::size_t>(2 * known_.size(), 64);
  }
  std::weak_ptr<const Upstream>& known = known_[key];
  if (auto same = known.lock()) return same;
  upstream.id = next_id_++;
  auto made = std::make_shared<const Upstream>(std::move(upstream));
  known = made;
  return made;
}

std::size_t Upstreams::size() const {
  const std::scoped_lock lock(mutex_);
  return known_.size();
}

}  // namespace barbacane::http::client
