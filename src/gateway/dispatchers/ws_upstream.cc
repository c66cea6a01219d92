#include "gateway/dispatchers/ws_upstream.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/text.h"
#include "gateway/arena_text.h"
#include "gateway/dispatchers/upstream_exchange.h"
#include "gateway/dispatchers/upstream_failure.h"
#include "gateway/dispatchers/upstream_request.h"
#include "gateway/dispatchers/ws_relay.h"
#include "gateway/dispatchers/ws_upstream_config.h"
#include "gateway/gateway.h"
#include "gateway/process_state.h"
#include "gateway/stages/stages.h"
#include "http/websocket/frames.h"

namespace barbacane::gateway {
namespace {

using http::client::CallError;
using http::client::CallFailure;
using http::client::Upstream;
using net::Task;
using Fields = std::pmr::vector<http::Field>;

constexpr std::string_view kName = "ws-upstream";
constexpr std::string_view kProtocol = "websocket";

/// Of the headers of the handshake; only the subprotocols are the upstream's business as they came
/// (RFC 6455, 11.3).
bool is_of_this_hop(std::string_view name) {
  using base::equals_ignoring_case;
  return equals_ignoring_case(name, "sec-websocket-key") ||
         equals_ignoring_case(name, "sec-websocket-version") ||
         equals_ignoring_case(name, "sec-websocket-accept") ||
         equals_ignoring_case(name, "sec-websocket-extensions");
}

std::string_view value_of(const Fields& fields, std::string_view name) {
  for (const http::Field& field : fields) {
    if (base::equals_ignoring_case(field.name, name)) return field.value;
  }
  return {};
}

/// What is wrong with a client's handshake; empty when nothing is (RFC 6455, 4.2.1).
std::string_view fault_of_handshake(const RequestContext& request) {
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

/// The list may come in several lines.
bool offers(const Fields& fields, std::string_view subprotocol) {
  return std::ranges::any_of(fields, [&](const http::Field& field) {
    return base::equals_ignoring_case(field.name, "sec-websocket-protocol") &&
           http::list_contains(field.value, subprotocol);
  });
}

/// What is wrong with an upstream's, which was asked with these fields.
std::string_view fault_of_answer(const http::ResponseHead& head, const Fields& asked) {
  if (head.status != 101) return "the upstream did not switch to WebSocket";
  const std::string_view key = value_of(asked, "sec-websocket-key");
  if (value_of(head.fields, "sec-websocket-accept") != http::websocket::accept_key(key))
    return "'sec-websocket-accept' of the upstream is wrong";
  if (!value_of(head.fields, "sec-websocket-extensions").empty())
    return "the upstream chose an extension nobody offered";
  const std::string_view chosen = value_of(head.fields, "sec-websocket-protocol");
  if (!chosen.empty() && !offers(asked, chosen))
    return "the upstream chose a subprotocol nobody offered";
  return {};
}

/// One of the WebSockets the process has room for.
class Seat {
 public:
  explicit Seat(std::atomic<std::size_t>& taken) : taken_(&taken) { ++taken; }
  Seat(Seat&& other) noexcept : taken_(std::exchange(other.taken_, nullptr)) {}
  Seat& operator=(Seat&&) = delete;
  ~Seat() {
    if (taken_ != nullptr) --*taken_;
  }
  std::size_t number() const { return *taken_; }

 private:
  std::atomic<std::size_t>* taken_;
};

/// What goes on after 101. Refers to nothing of the snapshot.
class WebSocket final : public Upgrade {
 public:
  WebSocket(http::client::CallPtr call, std::chrono::milliseconds idle_timeout, Seat seat)
      : call_(std::move(call)), idle_timeout_(idle_timeout), seat_(std::move(seat)) {}

  std::string_view protocol() const override { return kProtocol; }

  Task<> run(RequestContext& request, http::Tunnel client) override {
    const auto began = std::chrono::steady_clock::now();
    WebSocketRelay relay(request.exchange.loop(), client, call_->tunnel(), idle_timeout_);
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
  http::client::CallPtr call_;
  std::chrono::milliseconds idle_timeout_;
  Seat seat_;
};

class WsUpstream final : public Dispatcher {
 public:
  WsUpstream(WsUpstreamConfig config, std::shared_ptr<const Upstream> upstream,
             const DispatcherContext& context)
      : config_(std::move(config)),
        upstream_(std::move(upstream)),
        process_(context.process),
        // Room for ordinary requests is left.
        most_(std::max<std::size_t>(context.options.max_connections * 9 / 10, 1)) {}

  std::string_view name() const override { return kName; }
  Waiting waiting() const override { return Waiting::kPossible; }
  void answer(RequestContext&) const override {}
  Task<Step> answer_later(RequestContext& request) const override;

 private:
  Task<Step> join(RequestContext& request, std::string_view target, Seat seat) const;
  Fields handshake_fields(RequestContext& request, std::string_view key) const;
  void accept(RequestContext& request, const http::ResponseHead& head) const;
  void warn_of_plaintext(const RequestContext& request) const;

  WsUpstreamConfig config_;
  std::shared_ptr<const Upstream> upstream_;
  ProcessState& process_;
  std::size_t most_;
  mutable std::atomic<bool> warned_{false};
};

Task<Step> WsUpstream::answer_later(RequestContext& request) const {
  if (const std::string_view fault = fault_of_handshake(request); !fault.empty())
    co_return answer_problem(request, Problem::kBadRequest, dispatch_details(request, fault));
  const auto target = target_for(request, config_.handshake);
  if (!target) co_return answer_bad_target(request);
  Seat seat(process_.websockets);
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
  std::erase_if(fields, [](const http::Field& field) { return is_of_this_hop(field.name); });
  fields.push_back({"sec-websocket-version", "13"});
  fields.push_back({"sec-websocket-key", key});
  return fields;
}

Task<Step> WsUpstream::join(RequestContext& request, std::string_view target, Seat seat) const {
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
  const std::string_view fault = fault_of_answer(**head, fields);
  if (!fault.empty()) {
    const CallError error{CallFailure::kInvalid, std::string(fault)};
    co_return answer_call_error(request, *upstream_, error);
  }
  accept(request, **head);
  request.upgrade =
      std::make_unique<WebSocket>(exchange.take_call(), config_.idle_timeout, std::move(seat));
  co_return Step::kAnswer;
}

void WsUpstream::accept(RequestContext& request, const http::ResponseHead& head) const {
  request.reply.status = 101;
  const std::string_view key = value_of(request.head.fields, "sec-websocket-key");
  request.reply.add("sec-websocket-accept",
                    copy_to(request.arena, http::websocket::accept_key(key)));
  const std::string_view subprotocol = value_of(head.fields, "sec-websocket-protocol");
  if (!subprotocol.empty())
    request.reply.add("sec-websocket-protocol", copy_to(request.arena, std::string(subprotocol)));
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
