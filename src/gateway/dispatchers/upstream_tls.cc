#include "gateway/dispatchers/upstream_tls.h"

#include <utility>

namespace barbacane::gateway {

base::Result<UpstreamTlsContexts::Context> UpstreamTlsContexts::get(const UpstreamTls& tls,
                                                                    UpstreamVersions versions) {
  Key key(tls.ca, tls.client_cert, tls.client_key, versions);
  if (const auto found = made_.find(key); found != made_.end()) return found->second;
  net::TlsClientOptions options;
  if (versions == UpstreamVersions::kAll) options.alpn = {"h2", "http/1.1"};
  options.ca = tls.ca;
  options.certificate = tls.client_cert;
  options.key = tls.client_key;
  auto context = net::TlsClientContext::make(options);
  if (!context) return std::unexpected(context.error());
  return made_[std::move(key)] = std::make_shared<const net::TlsClientContext>(std::move(*context));
}

}  // namespace barbacane::gateway
