#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/client/call.h"
#include "http/client/pool.h"
#include "services/http_grant.h"
#include "services/http_request.h"
#include "services/http_result.h"
#include "services/outbound_http.h"

/// A WebSocket to an upstream that a plugin names: `host_ws_upgrade` (plugin ABI contract, 5.10 and
/// 8.5).
///
/// The connection is made and the handshake done during the call, so that the plugin can answer
/// otherwise when it fails. What comes of it is the connected upstream, for whoever joins the
/// client to it later; destroying it closes the connection. One worker's thread.
namespace barbacane::services {

struct WebSocketRequest {
  std::string url;
  std::chrono::milliseconds connect_timeout{5'000};  ///< connection and handshake
  HttpRequest::Headers headers;
  std::chrono::milliseconds idle_timeout{300'000};  ///< of the joined WebSocket; zero: off
  std::uint64_t max_message_bytes = 0;              ///< of the same; zero: any
};

/// The argument of `host_ws_upgrade`. What is wrong is for the log.
base::Result<WebSocketRequest> parse_websocket_request(std::string_view json);

struct WebSocketConnection {
  http::client::CallPtr call;  ///< whose `tunnel` it is
  std::shared_ptr<const http::client::Upstream> upstream;
  std::string subprotocol;  ///< that the upstream chose, empty for none
};

class WebSocketCall {
 public:
  /// `key` is a fresh `sec-websocket-key`. `http` outlives it.
  WebSocketCall(OutboundHttp& http, std::shared_ptr<const HttpGrant> grant,
                WebSocketRequest request, std::string key);
  WebSocketCall(const WebSocketCall&) = delete;
  WebSocketCall& operator=(const WebSocketCall&) = delete;

  /// Once. The call must not be destroyed meanwhile.
  net::Task<std::expected<WebSocketConnection, HttpProblem>> connect();
  /// From a callback: the client has left.
  void cancel();

 private:
  std::optional<HttpProblem> prepare();
  net::Task<std::expected<const http::ResponseHead*, http::client::CallError>> shake_hands(
      http::client::TimePoint deadline);

  OutboundHttp& http_;
  const std::shared_ptr<const HttpGrant> grant_;
  WebSocketRequest request_;
  const std::string key_;

  std::shared_ptr<const http::client::Upstream> upstream_;
  std::string authority_;
  std::string target_;
  std::vector<http::Field> fields_;
  http::client::Pool::Wish* wish_ = nullptr;  ///< while a connection is waited for
  http::client::CallPtr call_;
  bool cancelled_ = false;
};

}  // namespace barbacane::services
