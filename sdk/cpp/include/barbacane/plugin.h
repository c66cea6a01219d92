#pragma once

#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "barbacane/config.h"
#include "barbacane/message.h"
#include "barbacane/reply.h"
#include "barbacane/services.h"
#include "barbacane/text.h"

/// A Barbacane plugin is one class and one macro:
///
///     #include <barbacane/plugin.h>
///     using namespace barbacane::plugin;
///
///     class Greeting {
///      public:
///       struct Config {
///         std::string text = "hello";
///         void bind(Fields& fields) { fields.optional("text", text); }
///       };
///       std::string init(Config config) {   // what is wrong with it, or nothing
///         config_ = std::move(config);
///         return {};
///       }
///       Action on_request(Request& request) {
///         return request.has_header("x-quiet") ? proceed() : respond(200).body(config_.text);
///       }
///       void on_response(Response& response) { response.set_header("x-greeting", "yes"); }
///
///      private:
///       Config config_;
///     };
///     BARBACANE_MIDDLEWARE(Greeting)
///
/// `Config` with `init`, `on_request` and `on_response` may each be left out. A dispatcher has
/// `Action dispatch(Request&)` and BARBACANE_DISPATCHER. One instance serves many requests, one at
/// a time; whatever `init` made may be read by all of them, and nothing about a request may stay.
/// A plugin with a `Config` needs the capability `log`, which says what is wrong with it.
namespace barbacane::plugin::detail {

/// Where the one instance of a module lives; never destroyed, so no code runs at exit.
template <class Plugin>
alignas(Plugin) inline char instance_storage[sizeof(Plugin)];

template <class Plugin>
Plugin& instance() {
  return *std::launder(reinterpret_cast<Plugin*>(instance_storage<Plugin>));
}

/// 0, or 1 with the reason in the log.
template <class Plugin>
std::int32_t init(std::string_view config_text) {
  auto* plugin = new (instance_storage<Plugin>) Plugin();
  if constexpr (requires { typename Plugin::Config; }) {
    typename Plugin::Config config;
    std::string error = read_config(config_text, config);
    if (error.empty()) error = plugin->init(std::move(config));
    if (error.empty()) return 0;
    log_error(error);
    return 1;
  }
  return 0;
}

template <class Plugin>
Action on_request() {
  if constexpr (requires(Plugin& plugin, Request& request) { plugin.on_request(request); }) {
    Request request;
    return instance<Plugin>().on_request(request);
  }
  return proceed();
}

template <class Plugin>
void on_response() {
  if constexpr (requires(Plugin& plugin, Response& response) { plugin.on_response(response); }) {
    Response response;
    instance<Plugin>().on_response(response);
  }
}

template <class Plugin>
Action dispatch() {
  Request request;
  return instance<Plugin>().dispatch(request);
}

}  // namespace barbacane::plugin::detail

#define BARBACANE_EXPORT(name) extern "C" __attribute__((export_name(#name), used))

#if BARBACANE_PLUGIN_ABI == 1
#include "barbacane/detail/exports_json.h"
#else
#include "barbacane/detail/exports_direct.h"
#endif
