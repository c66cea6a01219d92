#include "gateway/dispatchers/ws_upstream.h"

#include <atomic>
#include <utility>

#include "gateway/arena_text.h"
#include "gateway/dispatchers/upstream_exchange.h"
#include "gateway/dispatchers/upstream_failure.h"
#include "gateway/dispatchers/upstream_request.h"
#include "gateway/dispatchers/websocket_upgrade.h"
#include "gateway/dispatchers/ws_upstream_config.h"
#include "gateway/gateway.h"
#include "gateway/process_state.h"
#include "gateway/stages/stages.h"
#include "http/websocket/frames.h"
#include "services/websocket_handshake.h"

namespace barbacane::gateway {
namespace {

using http::client::CallError;
using http::client::CallFailure;
using http::client::Upstream;
using net::Task;
using Fields = std::pmr::vector<http::Field>;

constexpr std::string_view kName = "ws-upstream";
constexpr std::string_view kProtocol = "websocket";
constexpr int kSwitchingProtocols = 101;

class WsUpstream final : public Dispatcher {
 public:
  WsUpstream(WsUpstreamConfig config, std::shared_ptr<const Upstream> upstream,
             const DispatcherContext& context)
      : config_(std::move(config)),
        upstream_(std::move(upstream)),
        process_(context.process),
        most_(most_websockets(context.options.max_connections)) {}

  std::string_view name() const override { return kName; }
  Waiting waiting() const override { return Waiting::kPossible; }
  Step answer(RequestContext&) const override { return Step::kWait; }
  Task<Step> answer_later(RequestContext& request) const override;

 private:
  Task<Step> join(RequestContext& request, std::string_view target, WebSocketSeat seat) const;
  Fields handshake_fields(RequestContext& request, std::string_view key) const;
  void warn_of_plaintext(const RequestContext& request) const;

  WsUpstreamConfig config_;
  std::shared_ptr<const Upstream> upstream_;
  ProcessState& process_;
  std::size_t most_;
  mutable std::atomic<bool> warned_{false};
};

Task<Step> WsUpstream::answer_later(RequestContext& request) const {
  if (const std::string_view fault = fault_of_websocket_handshake(request); !fault.empty())
    co_return answer_problem(request, Problem::kBadRequest, dispatch_details(request, fault));
  const auto target = target_for(request, config_.handshake);
  if (!target) co_return answer_bad_target(request);
  WebSocketSeat seat(process_.websockets);
  if (seat.number() > most_) {
    constexpr std::string_view kFull = "there are too many WebSockets";
    log_dispatch_error(request, *upstream_, "overloaded", kFull);
    co_return answer_problem(request, Problem::kOverloaded, dispatch_details(request, kFull));
  }
  warn_of_plaintext(request);
  co_return co_await join(request, *target, std::move(seat));
}

Fields WsUpstream::handshake_fields(RequestContext& request, std::string_view key) const {
  Fields fields = fields_for(request, config_.handshake);
  std::erase_if(fields,
                [](const http::Field& field) { return services::is_of_websocket_hop(field.name); });
  fields.push_back({"sec-websocket-version", "13"});
  fields.push_back({"sec-websocket-key", key});
  return fields;
}

Task<Step> WsUpstream::join(RequestContext& request, std::string_view target,
                            WebSocketSeat seat) const {
  const auto deadline = request.exchange.loop().now() + config_.handshake.connect_timeout;
  const std::string_view key = copy_to(
      request.arena,
      http::websocket::make_key(request.worker.random.next(), request.worker.random.next()));
  const Fields fields = handshake_fields(request, key);
  UpstreamExchange exchange(request, upstream_, config_.handshake.timeout);
  const auto head = co_await exchange.ask({.method = "GET",
                                           .authority = config_.handshake.origin.authority,
                                           .target = target,
                                           .upgrade = kProtocol,
                                           .fields = fields,
                                           .body = {}},
                                          {.connected = deadline, .answered = deadline},
                                          UpstreamExchange::Connection::kFresh);
  if (!head && head.error().request_body) co_return Step::kGone;
  if (!head) co_return answer_call_error(request, *upstream_, head.error().error);
  const std::string_view fault = services::fault_of_websocket_answer(**head, fields);
  if (!fault.empty()) {
    const CallError error{CallFailure::kInvalid, std::string(fault)};
    co_return answer_call_error(request, *upstream_, error);
  }
  std::string subprotocol(services::chosen_subprotocol(**head));
  request.reply.status = kSwitchingProtocols;
  request.upgrade = make_websocket_upgrade(
      {exchange.take_call(), std::move(subprotocol)},
      {.idle_timeout = config_.idle_timeout, .max_message_bytes = 0}, std::move(seat));
  co_return Step::kAnswer;
}

void WsUpstream::warn_of_plaintext(const RequestContext& request) const {
  if (upstream_->scheme == http::Scheme::kHttps || warned_.exchange(true)) return;
  request.worker.log.text(telemetry::Level::kWarn, "barbacane::websocket",
                          "a WebSocket upstream is not encrypted",
                          {{"upstream", upstream_->text()}}, log_context(request));
}

}  // namespace

base::Result<std::unique_ptr<Dispatcher>> make_ws_upstream(const DispatcherConfig& config,
                                                           const DispatcherContext& context) {
  auto parsed = parse_ws_upstream_config(config.resolved);
  if (!parsed) return std::unexpected(parsed.error());
  auto upstream = make_upstream(parsed->handshake, config, context, UpstreamVersions::kHttp1);
  if (!upstream) return std::unexpected(upstream.error());
  return std::make_unique<WsUpstream>(std::move(*parsed), std::move(*upstream), context);
}

}  // namespace barbacane::gateway
