#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"

/// What has come of a plugin's outbound HTTP call (plugin ABI contract, 5.5).
///
/// Plugins see every outcome as an answer. Where there is none, a problem document (RFC 9457)
/// stands in for it, and `error` says that it is ours and not the upstream's.
namespace barbacane::services {

enum class HttpFailure : std::uint8_t {
  kNone,
  kTimeout,
  kCircuitOpen,
  kConnect,  ///< nobody there, or the connection broke
  kDns,
  kTls,
  kBlocked,    ///< an address that must not be connected to
  kPlaintext,  ///< `http://`, which nobody allowed
  kTooLarge,   ///< the answer
  kInvalid,    ///< the URL, the method or a header field of the request
  kCancelled,  ///< by ourselves; no plugin sees it
};

/// As in the member `error`; empty for none.
std::string_view text_of(HttpFailure failure);
/// One sentence that anybody may see.
std::string_view sentence_of(HttpFailure failure);

/// Why there is no answer, or no more of it.
struct HttpProblem {
  HttpFailure failure;
  std::string text;  ///< for the log; it may name addresses, so never for a client
  /// Of an open breaker: when it may let somebody through.
  std::chrono::seconds retry_after{0};
};

struct HttpResult {
  /// Names in lower case, each once: lines of one name are joined by ", ", those of `set-cookie` by
  /// line feeds. Values that are no UTF-8 are left out.
  using Headers = std::vector<std::pair<std::string, std::string>>;

  int status = 0;
  Headers headers;
  std::string body;
  HttpFailure failure = HttpFailure::kNone;
  std::string log_text;  ///< of a failure; see `HttpProblem::text`
};

HttpResult::Headers headers_of(const http::ResponseHead& head);

/// With the problem document as its body.
HttpResult result_of(HttpProblem problem);

/// The Result JSON. Bodies are the side channel's, so `body` is null but for failures, where the
/// contract has it in both places.
std::string result_json(const HttpResult& result);

}  // namespace barbacane::services
