#include "app/plugin_runner.h"

#include <utility>

#include "gateway/plugins/trial.h"

namespace barbacane::app {
namespace {

using gateway::PluginTrial;
using Verdict = PluginTrial::Exchange::Verdict;

gateway::TrialRequest trial_request(const TriedRequest& request) {
  return {.method = request.method,
          .path = request.path,
          .query = request.query.value_or(""),
          .headers = request.headers,
          .client_ip = request.client_ip,
          .path_params = request.path_params,
          .body = request.body};
}

void take_request(const gateway::TrialRequest& from, TriedRequest& into) {
  into.method = from.method;
  into.path = from.path;
  into.query = from.query.empty() ? std::nullopt : std::optional(from.query);
  into.headers = from.headers;
  into.body = from.body;
  into.client_ip = from.client_ip;
}

void take_response(const gateway::TrialResponse& from, TriedResponse& into) {
  into = {.status = from.status, .headers = from.headers, .body = from.body};
}

/// The request of `on_request` goes on to `on_response`, as in a gateway.
class EngineRunner final : public PluginRunner {
 public:
  explicit EngineRunner(artifact::Plugin plugin) : plugin_(std::move(plugin)) {}

  base::Result<> init(std::string_view config_json) override {
    trial_.emplace(plugin_, std::string(config_json));
    if (trial_->error().empty()) return {};
    return base::fail(trial_->error());
  }

  PhaseEnd run(Phase phase, TriedExchange& exchange) override {
    if (phase != Phase::kOnResponse || !current_) begin(exchange);
    Verdict verdict = Verdict::kContinue;
    if (phase == Phase::kOnRequest) {
      verdict = current_->on_request();
      take_request(current_->request(), exchange.request);
    } else if (phase == Phase::kDispatch) {
      verdict = current_->dispatch();
    } else {
      current_->on_response({.status = exchange.response.status,
                             .headers = exchange.response.headers,
                             .body = exchange.response.body});
    }
    const bool answered = verdict != Verdict::kContinue || phase == Phase::kOnResponse;
    if (answered) take_response(current_->response(), exchange.response);
    exchange.context = current_->contexts();
    return end_of(verdict);
  }

  std::vector<std::string> take_log() override {
    std::vector<std::string> lines;
    if (!trial_) return lines;
    for (const auto& [level, text] : trial_->logs()) lines.push_back(level + ": " + text);
    return lines;
  }

 private:
  void begin(const TriedExchange& exchange) {
    current_.reset();
    current_.emplace(trial_->exchange(trial_request(exchange.request)));
    for (const auto& [key, value] : exchange.context) current_->set_context(key, value);
  }

  PhaseEnd end_of(Verdict verdict) const {
    if (verdict == Verdict::kContinue) return {PhaseEnd::Kind::kContinue, {}};
    if (verdict == Verdict::kRespond) return {PhaseEnd::Kind::kRespond, {}};
    return {PhaseEnd::Kind::kFail, current_->response().body.value_or("")};
  }

  artifact::Plugin plugin_;
  std::optional<PluginTrial> trial_;
  std::optional<PluginTrial::Exchange> current_;
};

}  // namespace

base::Result<std::unique_ptr<PluginRunner>> make_plugin_runner(const artifact::Plugin& plugin) {
  return std::make_unique<EngineRunner>(plugin);
}

}  // namespace barbacane::app
