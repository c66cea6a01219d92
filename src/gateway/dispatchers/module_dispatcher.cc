#include "gateway/dispatchers/module_dispatcher.h"

#include <string>
#include <utility>

#include "gateway/plugins/instance_pool.h"
#include "gateway/plugins/json_messages.h"
#include "gateway/plugins/plugin_answer.h"

namespace barbacane::gateway {
namespace {

using Outcome = PluginInstance::Outcome;

constexpr int kLeastStatus = 200;

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
    const Taken taken = plugin_.abi == wasm::Abi::kDirect
                            ? take_built(request_, *instance, built_, kLeastStatus)
                            : take_output(*instance);
    if (!taken) return failed(taken.error().message);
    return Step::kAnswer;
  }

 private:
  Step failed(std::string_view reason) {
    return answer_plugin_failure(request_, plugin_, Phase::kDispatch, reason);
  }

  std::string refusal(PluginInstance& instance, std::int32_t code) const {
    std::string reason = "dispatch returned " + std::to_string(code);
    const std::string& output = instance.slots().output;
    if (request_.settings().development() && !output.empty()) reason += " with output " + output;
    return reason;
  }

  Taken take_output(PluginInstance& instance) {
    std::string& output = instance.slots().output;
    if (output.empty()) return base::fail("it answered without a response");
    auto response = read_response(output, request_.arena);
    if (!response) return std::unexpected(response.error());
    return take_response(request_, instance, *response, kLeastStatus);
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
    co_return call.finish(std::move(instance), outcome);
  }

 private:
  const PluginChain::Entry entry_;
};

}  // namespace

std::unique_ptr<Dispatcher> make_module_dispatcher(PluginChain::Entry plugin) {
  return std::make_unique<ModuleDispatcher>(plugin);
}

}  // namespace barbacane::gateway
