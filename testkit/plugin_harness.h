#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Runs the phases of a plugin without a gateway around it, on the engine that serves it.
///
/// A harness loads one module with one config, as a data plane does: capabilities from the manifest
/// inside the module, `init` included. Each `Exchange` is one request on its way through it. The
/// module may make HTTP calls, in plain text and to loopback. One thread.
namespace barbacane::testkit {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct PluginRequest {
  std::string method = "GET";
  std::string path = "/";
  std::string query = {};
  Headers headers = {};
  std::string client_ip = "127.0.0.1";
  std::map<std::string, std::string> path_params = {};
  std::optional<std::string> body = {};

  /// The first of that name, whatever its letter case.
  std::optional<std::string> header(std::string_view name) const;
};

struct PluginResponse {
  int status = 200;
  Headers headers = {};
  std::optional<std::string> body = {};

  std::optional<std::string> header(std::string_view name) const;
  /// Every line of that name.
  std::vector<std::string> header_lines(std::string_view name) const;
};

enum class PluginAbi { kDirect, kJson };

/// The build of an official plugin for one of the ABIs.
std::string module_path(std::string_view plugin, PluginAbi abi);

class PluginHarness {
 public:
  /// `error` tells when the module, or its `init`, refuses.
  PluginHarness(const std::string& wasm_path, const std::string& config_json);
  /// Of a module that has no manifest: with these capabilities (and `body_access`, if named).
  PluginHarness(std::string name, std::string wasm, const std::string& config_json,
                std::vector<std::string> capabilities);
  ~PluginHarness();

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
    void on_response(PluginResponse response);

    const PluginRequest& request() const;
    const PluginResponse& response() const;
    void set_context(const std::string& key, const std::string& value);
    std::optional<std::string> context(const std::string& key) const;

   private:
    friend class PluginHarness;
    struct State;
    explicit Exchange(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
  };
  Exchange exchange(PluginRequest request = {});

  /// Level and text of what the plugin and the gateway logged so far, since the last call.
  std::vector<std::pair<std::string, std::string>> logs();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace barbacane::testkit
