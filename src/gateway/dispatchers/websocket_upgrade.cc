#include "gateway/dispatchers/websocket_upgrade.h"

#include <cstdint>
#include <string>

#include "base/text.h"
#include "gateway/arena_text.h"
#include "gateway/request_context.h"
#include "http/websocket/frames.h"
#include "services/websocket_handshake.h"

namespace barbacane::gateway {
namespace {

constexpr std::string_view kProtocol = "websocket";

std::string_view value_of(const std::pmr::vector<http::Field>& fields, std::string_view name) {
  for (const http::Field& field : fields) {
    if (base::equals_ignoring_case(field.name, name)) return field.value;
  }
  return {};
}

class WebSocketUpgrade final : public Upgrade {
 public:
  WebSocketUpgrade(WebSocketUpstream upstream, const WebSocketLimits& limits, WebSocketSeat seat)
      : upstream_(std::move(upstream)), limits_(limits), seat_(std::move(seat)) {}

  std::string_view protocol() const override { return kProtocol; }

  void complete(RequestContext& request) const override {
    const auto& asked = request.head.fields;
    const std::string accept = http::websocket::accept_key(value_of(asked, "sec-websocket-key"));
    request.reply.add("sec-websocket-accept", copy_to(request.arena, accept));
    if (services::offers_subprotocol(asked, upstream_.subprotocol))
      request.reply.add("sec-websocket-protocol", upstream_.subprotocol);
  }

  net::Task<> run(RequestContext& request, http::Tunnel client) override {
    const auto began = std::chrono::steady_clock::now();
    WebSocketRelay relay(request.exchange.loop(), client, upstream_.call->tunnel(), limits_);
    request.exchange.watch_client(&relay);
    const auto code = co_await relay.run();
    request.exchange.watch_client(nullptr);
    const auto lasted = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - began);
    request.worker.log.event(telemetry::Level::kDebug, "barbacane::websocket", "websocket_closed",
                             {{"duration_ms", std::int64_t{lasted.count()}},
                              {"code", std::int64_t{static_cast<int>(code)}}},
                             log_context(request));
  }

 private:
  WebSocketUpstream upstream_;
  WebSocketLimits limits_;
  WebSocketSeat seat_;
};

}  // namespace

std::string_view fault_of_websocket_handshake(const RequestContext& request) {
  const http::RequestHead& head = request.head;
  if (!http::list_contains(head.value(http::KnownField::kUpgrade), kProtocol))
    return "this is a WebSocket: 'upgrade: websocket' is missing";
  if (head.version != http::Version::kHttp11 || head.method != "GET")
    return "a WebSocket begins with GET and HTTP/1.1";
  if (!http::list_contains(head.value(http::KnownField::kConnection), "upgrade"))
    return "'connection: upgrade' is missing";
  if (value_of(head.fields, "sec-websocket-version") != "13")
    return "'sec-websocket-version' must be 13";
  if (!http::websocket::is_key(value_of(head.fields, "sec-websocket-key")))
    return "'sec-websocket-key' must be 16 bytes in Base64";
  return {};
}

std::unique_ptr<Upgrade> make_websocket_upgrade(WebSocketUpstream upstream,
                                                const WebSocketLimits& limits, WebSocketSeat seat) {
  return std::make_unique<WebSocketUpgrade>(std::move(upstream), limits, std::move(seat));
}

}  // namespace barbacane::gateway
