#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "gateway/plugins/plugin_wait.h"
#include "services/http_call.h"

/// An answer on its way from an upstream to the client while the dispatcher that asked for it
/// waits: `host_http_stream` (plugin ABI, 8.4).
///
/// The head leaves as soon as it is here, the body as fast as the client takes it. A copy of the
/// body is kept for the plugin, unless it is too long for that. The end of the answer is not told
/// to the client before the plugin has come back: one that traps takes its answer with it. One
/// worker's thread.
namespace barbacane::gateway {

class PluginInstance;
struct RequestContext;

class AnswerStream final : public PluginWait {
 public:
  /// `request`, which nobody has answered yet, is that of the call under way.
  AnswerStream(PluginInstance& plugin, RequestContext& request, services::HttpRequest asked);

  net::Task<std::int32_t> run() override;
  void cancel() override;

 private:
  std::int32_t fail(const services::HttpProblem& problem);
  /// Sends the head, and keeps it for whoever observes the answer.
  void begin(const http::ResponseHead& head);
  /// False when it broke off.
  net::Task<bool> relay();
  void keep(std::string_view part);
  void keep_trailers();

  PluginInstance& plugin_;
  RequestContext& request_;
  services::HttpCall call_;
  std::string copy_;
  std::size_t most_copied_;
  bool copies_ = true;
  bool left_ = false;  ///< the client
};

/// The end of such an answer, should it be due.
net::Task<> end_streamed_answer(RequestContext& request);
/// Instead of the end: the client sees that something went wrong.
void break_streamed_answer(RequestContext& request);

}  // namespace barbacane::gateway
