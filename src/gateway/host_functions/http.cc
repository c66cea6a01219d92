// Capability `http_call` (plugin ABI, 5.5 and 8.4).

#include <utility>

#include "gateway/host_functions/bindings.h"
#include "gateway/host_functions/host_body.h"
#include "gateway/plugins/answer_stream.h"
#include "gateway/process_state.h"
#include "gateway/request_context.h"
#include "services/detached_calls.h"
#include "services/http_call.h"
#include "services/http_request.h"

namespace barbacane::gateway {
namespace {

using services::DetachedCalls;
using telemetry::Level;

std::optional<services::HttpRequest> read_request(PluginInstance& plugin, std::uint32_t pointer,
                                                  std::uint32_t length) {
  const auto json = guest_text(plugin, pointer, length);
  if (!json) return std::nullopt;
  auto request = services::parse_http_request(*json, plugin.slots().http_request_body);
  if (request) return std::move(*request);
  if (telemetry::Log* log = plugin.services().log) {
    log->event(Level::kWarn, "barbacane::plugin", "plugin_http_call_refused",
               {{"plugin", plugin.plugin().name}, {"error", request.error().message}});
  }
  return std::nullopt;
}

/// The whole answer, or a problem document in its place.
class WholeAnswer final : public PluginWait {
 public:
  WholeAnswer(PluginInstance& plugin, services::HttpRequest request)
      : plugin_(plugin),
        call_(plugin.services().outbound, plugin.plugin().grant, std::move(request)) {}

  net::Task<std::int32_t> run() override {
    services::HttpResult result = co_await call_.perform();
    if (result.failure == services::HttpFailure::kCancelled) co_return kFailed;
    telemetry::Log* log = plugin_.services().log;
    if (result.failure != services::HttpFailure::kNone && log != nullptr) {
      log->event(Level::kWarn, "barbacane::plugin", "plugin_http_call_failed",
                 {{"plugin", plugin_.plugin().name},
                  {"kind", services::text_of(result.failure)},
                  {"error", result.log_text}});
    }
    PluginSlots& slots = plugin_.slots();
    const std::int32_t length = slots.http_result.put(services::result_json(result));
    slots.http_response_body.put(std::move(result.body));
    co_return length;
  }
  void cancel() override { call_.cancel(); }

 private:
  PluginInstance& plugin_;
  services::HttpCall call_;
};

void fail(wasm::HostWait& wait) {
  wasm::Value failed;
  failed.i32 = kFailed;
  wait.complete(failed);
}

void call(wasm::Instance& caller, const wasm::Value* arguments, wasm::HostWait& wait) {
  auto& plugin = *static_cast<PluginInstance*>(caller.owner());
  auto request = read_request(plugin, arguments[0].u32(), arguments[1].u32());
  if (!request || !plugin.plugin().grant) return fail(wait);
  plugin.wait_for(std::make_unique<WholeAnswer>(plugin, std::move(*request)), wait);
}

void stream(wasm::Instance& caller, const wasm::Value* arguments, wasm::HostWait& wait) {
  auto& plugin = *static_cast<PluginInstance*>(caller.owner());
  const bool dispatches = plugin.call() != nullptr && plugin.call()->phase == Phase::kDispatch;
  if (!dispatches) return call(caller, arguments, wait);
  auto request = read_request(plugin, arguments[0].u32(), arguments[1].u32());
  RequestContext& context = *plugin.call()->request;
  const bool streamed = context.chain->streamed != ChainState::Streamed::kNothing;
  if (!request || !plugin.plugin().grant || streamed) return fail(wait);
  plugin.wait_for(std::make_unique<AnswerStream>(plugin, context, std::move(*request)), wait);
}

std::int32_t detach(PluginInstance& plugin, std::uint32_t pointer, std::uint32_t length) {
  auto request = read_request(plugin, pointer, length);
  if (!request || !plugin.plugin().grant) return kFailed;
  PluginServices& services = plugin.services();
  const auto report = [log = services.log, name = plugin.plugin().name](
                          DetachedCalls::Outcome outcome, const services::HttpResult& result) {
    if (outcome == DetachedCalls::Outcome::kOk || log == nullptr) return;
    log->event(
        Level::kWarn, "barbacane::plugin", "plugin_detached_call_failed",
        {{"plugin", name},
         {"kind", outcome == DetachedCalls::Outcome::kDropped ? std::string_view("dropped")
                                                              : services::text_of(result.failure)},
         {"error", result.log_text}});
  };
  const bool queued = services.process.detached_calls.queue(
      services.outbound, plugin.plugin().grant, std::move(*request), report);
  return queued ? 0 : kFailed;
}

void request_body_set(PluginInstance& plugin, std::uint32_t pointer, std::uint32_t length) {
  const auto bytes =
      length == 0 ? std::optional<std::string_view>("") : plugin.memory().read(pointer, length);
  if (bytes) plugin.slots().http_request_body = std::string(*bytes);
}

std::int32_t read_result(PluginInstance& plugin, std::uint32_t buffer, std::uint32_t length) {
  return plugin.slots().http_result.take(plugin.memory(), buffer, length);
}

std::int64_t response_body_len(PluginInstance& plugin) {
  const ResultSlot& slot = plugin.slots().http_response_body;
  return slot.filled() ? static_cast<std::int64_t>(slot.size()) : kAbsent;
}

std::int32_t response_body_read(PluginInstance& plugin, std::uint32_t buffer,
                                std::uint32_t length) {
  return plugin.slots().http_response_body.take(plugin.memory(), buffer, length);
}

}  // namespace

void add_http_functions(wasm::HostBindings& bindings) {
  using enum wasm::HostModule;
  const auto at = [&](std::size_t index) -> wasm::HostBinding& { return bindings[index]; };
  at(wasm::host_index(kBarbacane, "host_http_call")).may_wait = call;
  at(wasm::host_index(kBarbacane, "host_http_stream")).may_wait = stream;
  at(wasm::host_index(kBarbacane, "host_http_detach")).at_once = host_body<&detach>;
  at(wasm::host_index(kBarbacane, "host_http_read_result")).at_once = host_body<&read_result>;
  at(wasm::host_index(kBarbacane, "host_http_request_body_set")).at_once =
      host_body<&request_body_set>;
  at(wasm::host_index(kBarbacane, "host_http_response_body_len")).at_once =
      host_body<&response_body_len>;
  at(wasm::host_index(kBarbacane, "host_http_response_body_read")).at_once =
      host_body<&response_body_read>;
}

}  // namespace barbacane::gateway
