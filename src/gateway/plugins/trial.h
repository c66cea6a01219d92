#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "artifact/model.h"

/// A plugin on its own: its phases, without a gateway around them, on the engine that serves it.
///
/// A trial loads one module with one config, as a data plane does: its capabilities checked, `init`
/// included. Each `Exchange` is one request on its way through the plugin. HTTP calls may go
/// anywhere, in plain text too, for what is tried is often a service on the same machine. For
/// authors' tools and tests; blocking, one thread.
namespace barbacane::gateway {

using TrialHeaders = std::vector<std::pair<std::string, std::string>>;

struct TrialRequest {
  std::string method = "GET";
  std::string path = "/";
  std::string query = {};
  TrialHeaders headers = {};
  std::string client_ip = "127.0.0.1";
  std::map<std::string, std::string> path_params = {};
  std::optional<std::string> body = {};

  /// The first of that name, whatever its letter case.
  std::optional<std::string> header(std::string_view name) const;
};

struct TrialResponse {
  int status = 200;
  TrialHeaders headers = {};
  std::optional<std::string> body = {};

  std::optional<std::string> header(std::string_view name) const;
  /// Every line of that name.
  std::vector<std::string> header_lines(std::string_view name) const;
};

class PluginTrial {
 public:
  /// `error` tells when the module, or its `init`, refuses.
  PluginTrial(artifact::Plugin plugin, const std::string& config_json);
  PluginTrial(PluginTrial&&) noexcept;
  ~PluginTrial();

  /// Empty when the plugin is ready.
  const std::string& error() const;

  class Exchange {
   public:
    Exchange(Exchange&&) noexcept;
    ~Exchange();

    enum class Verdict { kContinue, kRespond, kFailed };
    /// `request` or `response` tell what came of it.
    Verdict on_request();
    /// `kRespond`, or `kFailed` with the gateway's own answer.
    Verdict dispatch();
    /// The plugin sees this answer on its way to the client; `response` is what leaves.
    void on_response(TrialResponse response);

    const TrialRequest& request() const;
    const TrialResponse& response() const;
    void set_context(const std::string& key, const std::string& value);
    std::optional<std::string> context(const std::string& key) const;
    std::map<std::string, std::string> contexts() const;

   private:
    friend class PluginTrial;
    struct State;
    explicit Exchange(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
  };
  /// Throws std::logic_error when the plugin is not ready.
  Exchange exchange(TrialRequest request = {});

  /// Level and text of what the plugin and the gateway logged since the last call.
  std::vector<std::pair<std::string, std::string>> logs() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace barbacane::gateway
