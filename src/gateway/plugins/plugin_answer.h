#pragma once

#include "gateway/plugins/json_messages.h"
#include "gateway/plugins/plugin_call.h"
#include "gateway/plugins/plugin_instance.h"
#include "gateway/request_context.h"

/// What both kinds of plugins need who build an answer: middlewares that answer themselves, and
/// dispatchers.
namespace barbacane::gateway {

/// Makes sure that `request.chain` is there, with the request as plugins see it: without what a
/// client may not say about itself, with the id that was fixed (data-plane contract, 8).
void begin_chain(RequestContext& request);

/// What a JSON handler is passed.
std::string_view request_json(RequestContext& request);

/// The body of the request for who may see it; an empty one is none (plugin ABI, 5.1).
std::optional<std::string_view> request_body(const RequestContext& request);
void replace_request_body(RequestContext& request, std::string_view body);

/// After a call: whether its output was taken, and why it was not.
using Taken = base::Result<>;

/// Of final answers, which is what plugins give (plugin ABI, 4.2).
inline constexpr int kLeastStatus = 200;
Taken check_status(int status);

/// Makes what a JSON plugin wrote the answer.
Taken take_response(RequestContext& request, const PluginInstance& instance,
                    const ReadResponse& response);
/// The same of what a direct plugin built.
Taken take_built(RequestContext& request, const PluginInstance& instance, http::Response& built);

/// The plugin failed: 500, and no `on_response` runs (plugin ABI, 7.4 and 8.3).
Step answer_plugin_failure(RequestContext& request, const Plugin& plugin, Phase phase,
                           std::string_view reason);
/// No instance could be had.
Step answer_no_instance(RequestContext& request, const Plugin& plugin);
void log_plugin_failure(const RequestContext& request, const Plugin& plugin, Phase phase,
                        telemetry::Level level, std::string_view reason);

}  // namespace barbacane::gateway
