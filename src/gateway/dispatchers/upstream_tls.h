#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>

#include "base/result.h"
#include "gateway/dispatchers/http_upstream_config.h"
#include "net/tls_client.h"

/// The TLS contexts of one load of an artifact, each made once: a thousand operations mostly trust
/// and present the same.
///
/// Kept no longer than the load, so that the next one reads the files anew. One thread.
namespace barbacane::gateway {

/// Which versions of HTTP are offered to an upstream, to choose from (RFC 7301).
enum class UpstreamVersions : std::uint8_t { kHttp1, kAll };

class UpstreamTlsContexts {
 public:
  using Context = std::shared_ptr<const net::TlsClientContext>;

  /// Reads the files `tls` names: blocking. The error may quote what stands in `tls`.
  base::Result<Context> get(const UpstreamTls& tls, UpstreamVersions versions);

 private:
  using Key = std::tuple<std::string, std::string, std::string, UpstreamVersions>;

  std::map<Key, Context> made_;
};

}  // namespace barbacane::gateway
