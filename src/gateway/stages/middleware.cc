// Steps 11 and 13: the chain on its way in and on its way out (plugin ABI, 8).

#include <utility>

#include "gateway/arena_text.h"
#include "gateway/field_list.h"
#include "gateway/plugins/instance_pool.h"
#include "gateway/plugins/json_messages.h"
#include "gateway/plugins/plugin_answer.h"
#include "gateway/problem.h"
#include "gateway/stages/stages.h"

namespace barbacane::gateway::stages {
namespace {

using Entry = PluginChain::Entry;
using Outcome = PluginInstance::Outcome;
using telemetry::Level;

/// The instance that serves this entry: the one that did before, or any.
InstanceLease take_instance(RequestContext& request, std::size_t index) {
  ChainState::Entry& state = request.chain->entries[index];
  if (state.held) return std::move(state.held);
  return request.pools()[request.operation->chain.entries[index].pool].take();
}

// ---- on the way in --------------------------------------------------------------------------

/// Puts the values a plugin gave back where those of the path are; others it made up count for
/// nothing.
void apply_path_values(RequestContext& request, const ReadRequest& read) {
  const auto& names = request.operation->parameters;
  if (request.path_values.empty()) return;
  auto* values = static_cast<std::string_view*>(
      request.arena->allocate(request.path_values.size_bytes(), alignof(std::string_view)));
  for (std::size_t i = 0; i < request.path_values.size(); ++i) {
    std::construct_at(values + i, request.path_values[i]);
    for (const auto& [name, value] : read.path_values) {
      if (name == names[i]) values[i] = value;
    }
  }
  request.path_values = {values, request.path_values.size()};
}

void apply_request(RequestContext& request, const ReadRequest& read) {
  ChainState& chain = *request.chain;
  chain.request.method = read.method;
  chain.request.path = read.path;
  chain.request.query = read.query;
  chain.client_ip = read.client_ip;
  apply_headers(read.headers, chain.request.fields, request.arena);
  reindex(chain.request);
  apply_path_values(request, read);
  chain.request_json = {};
}

void take_request_body(RequestContext& request, const PluginInstance& instance) {
  if (!instance.plugin().body_access) return;
  const PluginSlots& slots = instance.slots();
  if (slots.body == PluginSlots::Body::kUntouched || slots.body_left() == request.body) return;
  replace_request_body(request, copy_to(request.arena, slots.body_left()));
}

/// One `on_request` and what comes of it.
class RequestCall {
 public:
  RequestCall(RequestContext& request, std::size_t index)
      : request_(request),
        plugin_(*request.operation->chain.entries[index].plugin),
        state_(request.chain->entries[index]),
        built_(request.arena) {
    call_.phase = Phase::kOnRequest;
    call_.request = &request;
    call_.entry = &state_;
    call_.response = &built_;
    call_.sees_bodies = plugin_.body_access;
    if (plugin_.body_access) call_.body = request_body(request);
    if (plugin_.abi == wasm::Abi::kJson) call_.input = request_json(request);
  }

  PluginCall& call() { return call_; }

  Step finish(InstanceLease instance, Outcome outcome) {
    if (outcome.kind == Outcome::Kind::kCutOff) return Step::kGone;
    if (!outcome.returned()) return failed(instance->trap().text);
    const Step step = plugin_.abi == wasm::Abi::kDirect ? finish_direct(*instance, outcome.code)
                                                        : finish_json(*instance, outcome.code);
    if (step == Step::kGoOn) {
      ++request_.chain->passed;
      if (plugin_.holds_instance()) state_.held = std::move(instance);
    }
    return step;
  }

 private:
  Step failed(std::string_view reason) {
    return answer_plugin_failure(request_, plugin_, Phase::kOnRequest, reason);
  }

  Step answered(const Taken& taken) {
    if (!taken) return failed(taken.error().message);
    request_.chain->short_circuited = true;
    return Step::kAnswer;
  }

  Step finish_direct(const PluginInstance& instance, std::int32_t code) {
    if (code == 1) return answered(take_built(request_, instance, built_));
    if (code != 0) return failed("on_request returned " + std::to_string(code));
    const DirectBody& body = instance.slots().direct_bodies[0];
    if (body.changed) replace_request_body(request_, copy_to(request_.arena, body.bytes));
    if (call_.request_changed) reindex(request_.chain->request);
    return Step::kGoOn;
  }

  Step finish_json(PluginInstance& instance, std::int32_t code) {
    auto action = read_action(instance.slots().output, code, call_.input, request_.arena);
    if (!action) return failed(action.error().message);
    if (action->kind == ReadAction::Kind::kRespond) {
      return answered(take_response(request_, instance, *action->response));
    }
    if (action->kind == ReadAction::Kind::kContinue) apply_request(request_, *action->request);
    take_request_body(request_, instance);
    return Step::kGoOn;
  }

  RequestContext& request_;
  const Plugin& plugin_;
  ChainState::Entry& state_;
  http::Response built_;
  PluginCall call_;
};

/// A body that was checked as it arrived lies in a spool.
Step load_body(RequestContext& request) {
  if (!request.spool) return Step::kGoOn;
  ArenaText text(request.arena, request.spool->size());
  Spool::Reader reader(*request.spool);
  for (;;) {
    const auto part = reader.next();
    if (!part) {
      request.worker.log.text(Level::kError, "barbacane::http", part.error().message, {},
                              log_context(request));
      return answer_problem(request, Problem::kInternalError);
    }
    if (part->empty()) break;
    text.append(*part);
  }
  request.body = text.view();
  request.spool.reset();
  return Step::kGoOn;
}

}  // namespace

bool has_plugins(const RequestContext& request) {
  return !request.operation->chain.entries.empty() || request.operation->dispatcher_is_module;
}

bool plugins_read_body(const RequestContext& request) {
  return request.operation->chain.reads_request_body || request.operation->dispatcher_is_module;
}

Step begin_plugins(RequestContext& request) {
  begin_chain(request);
  if (!plugins_read_body(request)) return Step::kGoOn;
  return load_body(request);
}

Step run_request_chain(RequestContext& request) {
  const std::vector<Entry>& entries = request.operation->chain.entries;
  ChainState& chain = *request.chain;
  for (; chain.next < chain.end; ++chain.next) {
    if (entries[chain.next].plugin->may_wait) return Step::kWait;
    InstanceLease instance = take_instance(request, chain.next);
    if (!instance) return Step::kWait;
    RequestCall call(request, chain.next);
    const Outcome outcome = instance->call_now(call.call());
    const Step step = call.finish(std::move(instance), outcome);
    if (step != Step::kGoOn) return step;
  }
  return Step::kGoOn;
}

net::Task<Step> run_request_chain_later(RequestContext& request) {
  const std::vector<Entry>& entries = request.operation->chain.entries;
  ChainState& chain = *request.chain;
  for (; chain.next < chain.end; ++chain.next) {
    InstanceLease instance = take_instance(request, chain.next);
    if (!instance) instance = co_await request.pools()[entries[chain.next].pool].wait();
    if (!instance) co_return answer_no_instance(request, *entries[chain.next].plugin);
    RequestCall call(request, chain.next);
    const Outcome outcome = co_await instance->call_later(call.call());
    const Step step = call.finish(std::move(instance), outcome);
    if (step != Step::kGoOn) co_return step;
  }
  co_return Step::kGoOn;
}

// ---- on the way out -------------------------------------------------------------------------

namespace {

/// The change of protocol is agreed upon, or the answer has left: nobody may change it any more.
bool observes(const RequestContext& request) {
  return request.upgrade || request.chain->streamed != ChainState::Streamed::kNothing;
}

/// One `on_response` and what comes of it. Whatever goes wrong, the answer stays as it was.
class ResponseCall {
 public:
  ResponseCall(RequestContext& request, std::size_t index)
      : request_(request),
        plugin_(*request.operation->chain.entries[index].plugin),
        undo_(request.arena) {
    ChainState& chain = *request.chain;
    call_.phase = Phase::kOnResponse;
    call_.request = &request;
    call_.entry = &chain.entries[index];
    call_.response = &request.reply;
    call_.undo = &undo_;
    call_.sees_bodies =
        plugin_.body_access && !chain.short_circuited && !request.answer_body && !observes(request);
    if (call_.sees_bodies && !request.reply.body.empty()) call_.body = request.reply.body;
    if (plugin_.abi != wasm::Abi::kJson) return;
    if (chain.response_json.empty()) {
      chain.response_json =
          write_response(request.reply.status, request.reply.fields, request.arena);
    }
    call_.input = chain.response_json;
  }

  PluginCall& call() { return call_; }

  void finish(InstanceLease instance, Outcome outcome) {
    if (outcome.kind == Outcome::Kind::kCutOff) return;
    if (!outcome.returned()) return void_call(instance->trap().text);
    if (plugin_.abi == wasm::Abi::kDirect) {
      finish_direct(*instance, outcome.code);
    } else if (auto taken = take_output(*instance); !taken) {
      void_call(taken.error().message);
    }
    if (observes(request_)) call_.restore_response();
  }

 private:
  void finish_direct(const PluginInstance& instance, std::int32_t code) {
    if (code != 0) return call_.roll_back();
    const int status = request_.reply.status;
    if (undo_.response_saved && status != undo_.status) {
      if (const Taken good = check_status(status); !good) return void_call(good.error().message);
    }
    const DirectBody& body = instance.slots().direct_bodies[1];
    if (body.changed) {
      call_.save_response();
      request_.reply.body = copy_to(request_.arena, body.bytes);
    }
    if (undo_.response_saved) request_.chain->response_json = {};
  }

  void void_call(std::string_view reason) {
    log_plugin_failure(request_, plugin_, Phase::kOnResponse, Level::kWarn, reason);
    call_.roll_back();
  }

  Taken take_output(PluginInstance& instance) {
    // An agreed change of protocol is shown and not asked about.
    if (request_.upgrade) return {};
    PluginSlots& slots = instance.slots();
    call_.save_response();
    if (!slots.output.empty() && slots.output != call_.input) {
      auto read = read_response(slots.output, request_.arena);
      if (!read) return std::unexpected(read.error());
      if (auto good = check_status(read->status); !good) return good;
      request_.reply.status = read->status;
      apply_headers(read->headers, request_.reply.fields, request_.arena);
      request_.chain->response_json = {};
    }
    if (!call_.sees_bodies || slots.body == PluginSlots::Body::kUntouched) return {};
    if (slots.body_left() != request_.reply.body) {
      request_.reply.body = copy_to(request_.arena, slots.body_left());
    }
    return {};
  }

  RequestContext& request_;
  const Plugin& plugin_;
  PluginCall::Undo undo_;
  PluginCall call_;
};

}  // namespace

bool plugins_see_answer(const RequestContext& request) {
  return request.chain && request.chain->passed > 0 && !request.preflight;
}

bool must_collect_answer(const RequestContext& request) {
  return request.answer_body && request.operation->chain.reads_response_body &&
         !request.chain->short_circuited;
}

net::Task<Step> collect_answer(RequestContext& request) {
  AnswerBody& body = *request.answer_body;
  const std::size_t limit = request.settings().options.max_upstream_response_bytes;
  ArenaText text(request.arena, 4096);
  const bool too_long = body.length().value_or(0) > limit;
  bool complete = false;
  while (!too_long && text.view().size() <= limit) {
    AnswerBody::Part part = body.buffered();
    if (part && part->empty() && !body.ended()) part = co_await body.next();
    if (!part) break;
    complete = part->empty();
    if (complete) break;
    text.append(*part);
  }
  co_await body.close();
  request.answer_body.reset();
  if (complete) {
    request.reply.body = text.view();
    co_return Step::kAnswer;
  }
  request.worker.log.event(Level::kWarn, "barbacane::dispatch", "answer_not_collected",
                           {{"route", request.operation->path},
                            {"limit", std::uint64_t{limit}},
                            {"collected", std::uint64_t{text.view().size()}}},
                           log_context(request));
  co_return answer_problem(request, Problem::kUpstreamUnavailable);
}

Step run_response_chain(RequestContext& request) {
  ChainState& chain = *request.chain;
  for (; chain.passed > 0; --chain.passed) {
    const std::size_t index = chain.passed - 1;
    const Plugin& plugin = *request.operation->chain.entries[index].plugin;
    if (plugin.skips_on_response) continue;
    if (plugin.may_wait) return Step::kWait;
    InstanceLease instance = take_instance(request, index);
    if (!instance) return Step::kWait;
    ResponseCall call(request, index);
    const Outcome outcome = instance->call_now(call.call());
    call.finish(std::move(instance), outcome);
  }
  return Step::kAnswer;
}

net::Task<Step> run_response_chain_later(RequestContext& request) {
  ChainState& chain = *request.chain;
  for (; chain.passed > 0; --chain.passed) {
    const std::size_t index = chain.passed - 1;
    const Entry& entry = request.operation->chain.entries[index];
    if (entry.plugin->skips_on_response) continue;
    InstanceLease instance = take_instance(request, index);
    if (!instance) instance = co_await request.pools()[entry.pool].wait();
    if (!instance) {
      log_plugin_failure(request, *entry.plugin, Phase::kOnResponse, Level::kWarn,
                         "no instance was free in time");
      continue;
    }
    ResponseCall call(request, index);
    const Outcome outcome = co_await instance->call_later(call.call());
    const bool cut_off = outcome.kind == Outcome::Kind::kCutOff;
    call.finish(std::move(instance), outcome);
    if (cut_off) co_return Step::kGone;
  }
  co_return Step::kAnswer;
}

}  // namespace barbacane::gateway::stages
