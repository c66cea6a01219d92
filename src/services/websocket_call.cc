#include "services/websocket_call.h"

#include <algorithm>
#include <utility>

#include "services/detail/call_failure.h"
#include "services/detail/json_document.h"
#include "services/detail/outgoing_fields.h"
#include "services/url.h"
#include "services/websocket_handshake.h"

namespace barbacane::services {
namespace {

using http::client::CallError;
using http::client::CallFailure;
using net::Task;
using std::chrono::milliseconds;

constexpr std::string_view kProtocol = "websocket";

bool read_member(std::string_view name, simdjson::dom::element value, WebSocketRequest& request) {
  if (name == "url") return detail::read(value, request.url);
  if (name == "headers") return detail::read_headers(value, request.headers);
  const bool known =
      name == "connect_timeout_ms" || name == "idle_timeout_ms" || name == "max_message_bytes";
  if (!known || value.is_null()) return true;
  if (name == "connect_timeout_ms") return detail::read(value, request.connect_timeout);
  if (name == "idle_timeout_ms") return detail::read(value, request.idle_timeout);
  return detail::read(value, request.max_message_bytes);
}

}  // namespace

base::Result<WebSocketRequest> parse_websocket_request(std::string_view json) {
  const detail::JsonDocument document(json);
  const auto object = document.object();
  if (!object) return base::fail("the request is no JSON object");
  WebSocketRequest request;
  bool has_url = false;
  for (const auto& [name, value] : *object) {
    has_url |= name == "url";
    if (!read_member(name, value, request))
      return base::fail("the member '" + std::string(name.substr(0, 64)) +
                        "' of the request is not of its type");
  }
  if (!has_url) return base::fail("the request lacks 'url'");
  return request;
}

WebSocketCall::WebSocketCall(OutboundHttp& http, std::shared_ptr<const HttpGrant> grant,
                             WebSocketRequest request, std::string key)
    : http_(http), grant_(std::move(grant)), request_(std::move(request)), key_(std::move(key)) {}

void WebSocketCall::cancel() {
  cancelled_ = true;
  if (wish_ != nullptr) wish_->give_up();
  if (call_) call_->cancel();
}

std::optional<HttpProblem> WebSocketCall::prepare() {
  auto url = split_url(request_.url, UrlSchemes::kWebSocket);
  if (!url || url->credentials)
    return detail::problem(HttpFailure::kInvalid, "the URL is not that of a WebSocket");
  if (!detail::take_fields(request_.headers, fields_))
    return detail::problem(HttpFailure::kInvalid, "a header field is not one that may be sent");
  std::erase_if(fields_, [](const http::Field& field) { return is_of_websocket_hop(field.name); });
  fields_.push_back({"sec-websocket-version", "13"});
  fields_.push_back({"sec-websocket-key", key_});
  const std::optional<HttpRequest::Tls> no_identity;
  const std::optional<BreakerSettings> no_breaker;
  auto to = http_.target(*grant_, {url->origin, UrlSchemes::kWebSocket, no_identity, no_breaker});
  if (!to) return std::move(to.error());
  upstream_ = std::move(to->upstream);
  authority_ = std::move(url->origin.authority);
  target_ = request_target(url->rest);
  return std::nullopt;
}

Task<std::expected<WebSocketConnection, HttpProblem>> WebSocketCall::connect() {
  if (auto wrong = prepare()) co_return std::unexpected(std::move(*wrong));
  const auto deadline = http_.pool().loop().now() + request_.connect_timeout;
  auto head = co_await shake_hands(deadline);
  if (cancelled_) co_return std::unexpected(detail::cancelled());
  if (!head) co_return std::unexpected(detail::problem_of(std::move(head.error())));
  const std::string_view fault = fault_of_websocket_answer(**head, fields_);
  if (!fault.empty()) {
    call_.reset();
    co_return std::unexpected(detail::problem(HttpFailure::kConnect, std::string(fault)));
  }
  std::string subprotocol(chosen_subprotocol(**head));
  co_return WebSocketConnection{std::move(call_), std::move(upstream_), std::move(subprotocol)};
}

Task<std::expected<const http::ResponseHead*, CallError>> WebSocketCall::shake_hands(
    http::client::TimePoint deadline) {
  http::client::Pool& pool = http_.pool();
  http::client::Pool::Wish wish(pool.loop());
  if (cancelled_) co_return std::unexpected(CallError{CallFailure::kCancelled, {}});
  wish_ = &wish;
  auto call = co_await pool.open(upstream_, deadline, wish);
  wish_ = nullptr;
  if (!call) co_return std::unexpected(std::move(call.error()));
  call_ = std::move(*call);
  if (cancelled_) co_return std::unexpected(CallError{CallFailure::kCancelled, {}});
  const auto left = std::chrono::ceil<milliseconds>(deadline - pool.loop().now());
  auto sent = co_await call_->send({.method = "GET",
                                    .authority = authority_,
                                    .target = target_,
                                    .upgrade = kProtocol,
                                    .fields = fields_,
                                    .body = {}},
                                   std::max(left, milliseconds(0)));
  if (!sent) co_return std::unexpected(std::move(sent.error()));
  for (;;) {
    auto head = co_await call_->read_head(deadline);
    if (!head || !(*head)->interim()) co_return head;
  }
}

}  // namespace barbacane::services
