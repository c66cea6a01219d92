#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "services/circuit_breaker.h"

/// The request of `host_http_call` and `host_http_stream`, as plugins write it (plugin ABI
/// contract, 5.5).
namespace barbacane::services {

struct HttpRequest {
  /// Names and values as given; whether they may be sent is seen when they are.
  using Headers = std::vector<std::pair<std::string, std::string>>;

  /// Texts in PEM or names of files; empty: absent.
  struct Tls {
    std::string client_cert;
    std::string client_key;
    std::string ca;

    friend bool operator==(const Tls&, const Tls&) = default;
  };

  std::string method;
  std::string url;
  Headers headers;
  std::string body;
  std::chrono::milliseconds timeout{30'000};  ///< of the whole exchange; zero: is over at once
  std::optional<Tls> tls;
  std::optional<BreakerSettings> breaker;
};

/// `pending_body` is what `host_http_request_body_set` left, if anything. It is the body then, be
/// it empty, and is gone once the JSON proved good. What is wrong is for the log.
base::Result<HttpRequest> parse_http_request(std::string_view json,
                                             std::optional<std::string>& pending_body);

}  // namespace barbacane::services
