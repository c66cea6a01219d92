#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "gateway/dispatchers/path_template.h"
#include "gateway/dispatchers/upstream_url.h"
#include "services/circuit_breaker.h"

/// The config of `http-upstream` (plugins contract, 2.2), checked and prepared so far that a
/// request parses none of it.
namespace barbacane::gateway {

/// Who we are to the upstream and whom we believe: PEM texts or paths of files. Empty: absent;
/// certificate and key come together.
struct UpstreamTls {
  std::string client_cert;
  std::string client_key;
  std::string ca;
};

struct HttpUpstreamConfig {
  using Headers = std::vector<std::pair<std::string, std::string>>;

  Origin origin;
  std::string prefix;                ///< path of the URL without slashes at its end, often empty
  std::optional<PathTemplate> path;  ///< begins with the prefix; absent: the request's path
  std::chrono::milliseconds timeout{30'000};
  std::chrono::milliseconds connect_timeout{10'000};
  unsigned retries = 0;
  UpstreamTls tls;
  std::optional<services::BreakerSettings> breaker;
  Headers headers;  ///< names in lower case, each once; no blanks around the values
};

/// `json` is the config with its secrets in place. The error names the field and repeats no value,
/// which may be a secret.
base::Result<HttpUpstreamConfig> parse_http_upstream_config(std::string_view json);

}  // namespace barbacane::gateway
