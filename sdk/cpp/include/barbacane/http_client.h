#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Calls to other services, through the gateway's pooled connections. Capability `http_call`.
///
/// A call suspends only the request it is made for. Redirects are not followed. The gateway refuses
/// internal addresses unless the operator wrote them into this plugin's config.
namespace barbacane::plugin {

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  /// Repeated names are joined; values that are not UTF-8 and headers of the connection stay away.
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<std::string> body;
  std::int64_t timeout_milliseconds = 30'000;

  void set_header(std::string_view name, std::string_view value);
  bool has_header(std::string_view name) const;
};

struct HttpResponse {
  /// Of the gateway's own answer when `failure` says so.
  int status = 0;
  /// In lower case; `set-cookie` once for each line.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  /// Why there is no answer of the service: `timeout`, `circuit_open`, `connect`, `dns`, `tls`,
  /// `blocked`, `plaintext`, `too_large`; empty when there is one.
  std::string failure;

  std::optional<std::string_view> header(std::string_view lower_case_name) const;
};

/// Waits for the whole answer. Nothing: the request was malformed or the gateway cannot call.
std::optional<HttpResponse> http_call(const HttpRequest& request);

enum class Detached : std::uint8_t {
  kQueued,   ///< made after the handler has returned; the gateway logs and counts how it ends
  kDropped,  ///< the queue is full
  kDone,     ///< on a gateway without such a queue: it was made at once, and answered below 500
  kFailed,   ///< the same, and it was not
};

/// Makes a call whose answer nobody waits for.
Detached http_detach(const HttpRequest& request);

}  // namespace barbacane::plugin
