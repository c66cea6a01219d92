// Capability `ws_upgrade` (plugin ABI, 5.10 and 8.5).

#include <utility>

#include "gateway/dispatchers/websocket_upgrade.h"
#include "gateway/gateway.h"
#include "gateway/host_functions/bindings.h"
#include "gateway/host_functions/host_body.h"
#include "gateway/process_state.h"
#include "gateway/request_context.h"
#include "http/websocket/frames.h"
#include "services/websocket_call.h"

namespace barbacane::gateway {
namespace {

using telemetry::Level;

/// The upstream's side of a WebSocket, connected while the plugin waits.
class UpgradeWait final : public PluginWait {
 public:
  UpgradeWait(PluginInstance& plugin, RequestContext& request, services::WebSocketRequest asked,
              WebSocketSeat seat)
      : plugin_(plugin),
        request_(request),
        limits_{.idle_timeout = asked.idle_timeout, .max_message_bytes = asked.max_message_bytes},
        seat_(std::move(seat)),
        call_(
            plugin.services().outbound, plugin.plugin().grant, std::move(asked),
            http::websocket::make_key(request.worker.random.next(), request.worker.random.next())) {
  }

  net::Task<std::int32_t> run() override {
    auto connected = co_await call_.connect();
    if (!connected) co_return fail(connected.error());
    const http::client::Upstream& upstream = *connected->upstream;
    if (upstream.scheme == http::Scheme::kHttp &&
        plugin_.services().process.plaintext_websockets.first(upstream.text())) {
      request_.worker.log.text(Level::kWarn, "barbacane::websocket",
                               "a WebSocket upstream is not encrypted",
                               {{"plugin", plugin_.plugin().name}, {"upstream", upstream.text()}},
                               log_context(request_));
    }
    plugin_.call()->upgrade = make_websocket_upgrade(
        {std::move(connected->call), std::move(connected->subprotocol)}, limits_, std::move(seat_));
    co_return 0;
  }
  void cancel() override { call_.cancel(); }

 private:
  std::int32_t fail(const services::HttpProblem& problem) {
    if (problem.failure == services::HttpFailure::kCancelled) return kFailed;
    request_.worker.log.event(Level::kWarn, "barbacane::plugin", "plugin_websocket_failed",
                              {{"plugin", plugin_.plugin().name},
                               {"kind", services::text_of(problem.failure)},
                               {"error", problem.text}},
                              log_context(request_));
    plugin_.slots().http_result.put(std::string(services::sentence_of(problem.failure)));
    return kFailed;
  }

  PluginInstance& plugin_;
  RequestContext& request_;
  WebSocketLimits limits_;
  WebSocketSeat seat_;
  services::WebSocketCall call_;
};

void refuse(PluginInstance& plugin, wasm::HostWait& wait, std::string_view why) {
  plugin.slots().http_result.put(std::string(why));
  wasm::Value failed;
  failed.i32 = kFailed;
  wait.complete(failed);
}

void upgrade(wasm::Instance& caller, const wasm::Value* arguments, wasm::HostWait& wait) {
  auto& plugin = *static_cast<PluginInstance*>(caller.owner());
  const PluginCall* call = plugin.call();
  if (call == nullptr || call->phase != Phase::kDispatch || !plugin.plugin().grant)
    return refuse(plugin, wait, "only a dispatcher can begin a WebSocket");
  RequestContext& request = *call->request;
  if (const std::string_view fault = fault_of_websocket_handshake(request); !fault.empty())
    return refuse(plugin, wait, fault);
  if (request.exchange.answered())
    return refuse(plugin, wait, "the request has been answered already");
  const auto json = guest_text(plugin, arguments[0].u32(), arguments[1].u32());
  if (!json) return refuse(plugin, wait, "the request is not a text in memory");
  auto asked = services::parse_websocket_request(*json);
  if (!asked) return refuse(plugin, wait, asked.error().message);
  WebSocketSeat seat(plugin.services().process.websockets);
  if (seat.number() > most_websockets(request.settings().options.max_connections))
    return refuse(plugin, wait, "there are too many WebSockets");
  plugin.wait_for(
      std::make_unique<UpgradeWait>(plugin, request, std::move(*asked), std::move(seat)), wait);
}

}  // namespace

void add_websocket_functions(wasm::HostBindings& bindings) {
  using enum wasm::HostModule;
  bindings[wasm::host_index(kBarbacane, "host_ws_upgrade")].may_wait = upgrade;
}

}  // namespace barbacane::gateway
