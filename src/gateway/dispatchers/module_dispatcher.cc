#include "gateway/dispatchers/module_dispatcher.h"

#include <string>
#include <utility>

#include "gateway/plugins/answer_stream.h"
#include "gateway/plugins/instance_pool.h"
#include "gateway/plugins/json_messages.h"
#include "gateway/plugins/plugin_answer.h"

namespace barbacane::gateway {
namespace {

using Outcome = PluginInstance::Outcome;

constexpr int kUntouched = 200;
constexpr int kStreamed = 0;
constexpr int kSwitchingProtocols = 101;
constexpr std::string_view kStreamedKey = "response.streamed";

/// One `dispatch` and what comes of it.
class DispatchCall {
 public:
  DispatchCall(RequestContext& request, const Plugin& plugin)
      : request_(request), plugin_(plugin), built_(request.arena) {
    begin_chain(request);
    call_.phase = Phase::kDispatch;
    call_.request = &request;
    call_.entry = &request.chain->entries.back();
    call_.response = &built_;
    call_.sees_bodies = true;
    call_.body = request_body(request);
    if (plugin_.abi == wasm::Abi::kJson) call_.input = request_json(request);
  }

  PluginCall& call() { return call_; }

  Step finish(InstanceLease instance, Outcome outcome) {
    if (outcome.kind == Outcome::Kind::kCutOff) return Step::kGone;
    if (!outcome.returned()) return failed(instance->trap().text);
    if (outcome.code != 0) return failed(refusal(*instance, outcome.code));
    const Taken taken =
        plugin_.abi == wasm::Abi::kDirect ? take_direct(*instance) : take_output(*instance);
    if (!taken) return failed(taken.error().message);
    return Step::kAnswer;
  }

  /// The same when the answer has left already, all but its end.
  Step finish_streamed(InstanceLease instance, Outcome outcome) {
    ChainState& chain = *request_.chain;
    if (!outcome.returned()) {
      log_plugin_failure(request_, plugin_, Phase::kDispatch, telemetry::Level::kError,
                         instance->trap().text);
      chain.call_nobody();
      if (chain.streamed == ChainState::Streamed::kWhole) break_streamed_answer(request_);
      return Step::kSent;
    }
    if (outcome.code != 0) {
      ignored(refusal(*instance, outcome.code));
    } else if (answers_otherwise(*instance)) {
      ignored("it answered although its answer was streamed");
    }
    chain.context.set(kStreamedKey, "true");
    return Step::kSent;
  }

 private:
  Step failed(std::string_view reason) {
    return answer_plugin_failure(request_, plugin_, Phase::kDispatch, reason);
  }

  void ignored(std::string_view reason) {
    log_plugin_failure(request_, plugin_, Phase::kDispatch, telemetry::Level::kWarn, reason);
  }

  /// A direct plugin may leave what it would build as it is.
  bool answers_otherwise(PluginInstance& instance) const {
    if (plugin_.abi == wasm::Abi::kDirect) {
      return built_.status != kStreamed && (built_.status != kUntouched || !built_.fields.empty() ||
                                            instance.slots().direct_bodies[1].changed);
    }
    const auto response = read_response(instance.slots().output, request_.arena);
    return !response || response->status != kStreamed;
  }

  std::string refusal(const PluginInstance& instance, std::int32_t code) const {
    std::string reason = "dispatch returned " + std::to_string(code);
    const std::string& output = instance.slots().output;
    if (request_.settings().development() && !output.empty()) reason += " with output " + output;
    return reason;
  }

  Taken take_direct(const PluginInstance& instance) {
    if (built_.status == kSwitchingProtocols && call_.upgrade) return take_upgrade();
    return take_built(request_, instance, built_);
  }

  Taken take_upgrade() {
    request_.reply.status = kSwitchingProtocols;
    request_.reply.fields.clear();
    request_.reply.body = {};
    request_.upgrade = std::move(call_.upgrade);
    return {};
  }

  Taken take_output(PluginInstance& instance) {
    std::string& output = instance.slots().output;
    if (output.empty()) return base::fail("it answered without a response");
    auto response = read_response(output, request_.arena);
    if (!response) return std::unexpected(response.error());
    if (response->status == kSwitchingProtocols && call_.upgrade) return take_upgrade();
    return take_response(request_, instance, *response);
  }

  RequestContext& request_;
  const Plugin& plugin_;
  http::Response built_;
  PluginCall call_;
};

class ModuleDispatcher final : public Dispatcher {
 public:
  explicit ModuleDispatcher(PluginChain::Entry entry) : entry_(entry) {}

  std::string_view name() const override { return entry_.plugin->name; }
  Waiting waiting() const override {
    return entry_.plugin->may_wait ? Waiting::kPossible : Waiting::kNever;
  }

  Step answer(RequestContext& request) const override {
    InstanceLease instance = request.pools()[entry_.pool].take();
    if (!instance) return Step::kWait;
    DispatchCall call(request, *entry_.plugin);
    const Outcome outcome = instance->call_now(call.call());
    return call.finish(std::move(instance), outcome);
  }

  net::Task<Step> answer_later(RequestContext& request) const override {
    begin_chain(request);
    InstanceLease instance = co_await request.pools()[entry_.pool].wait();
    if (!instance) co_return answer_no_instance(request, *entry_.plugin);
    DispatchCall call(request, *entry_.plugin);
    const Outcome outcome = co_await instance->call_later(call.call());
    if (!request.exchange.answered()) co_return call.finish(std::move(instance), outcome);
    const Step step = call.finish_streamed(std::move(instance), outcome);
    co_await end_streamed_answer(request);
    co_return step;
  }

 private:
  const PluginChain::Entry entry_;
};

}  // namespace

std::unique_ptr<Dispatcher> make_module_dispatcher(PluginChain::Entry plugin) {
  return std::make_unique<ModuleDispatcher>(plugin);
}

}  // namespace barbacane::gateway
