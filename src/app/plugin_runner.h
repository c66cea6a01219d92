#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "artifact/model.h"
#include "base/result.h"

/// A plugin's phases without a gateway around them.
///
/// The seam between `barbacane plugin test`, which knows cases and reports, and the engine, which
/// knows how a module is run. One runner is one instance with one config; blocking, one thread.
namespace barbacane::app {

using HeaderLines = std::vector<std::pair<std::string, std::string>>;

struct TriedRequest {
  std::string method = "GET";
  std::string path = "/";
  std::optional<std::string> query;
  HeaderLines headers;
  std::optional<std::string> body;
  std::string client_ip = "127.0.0.1";
  std::map<std::string, std::string> path_params;
};

struct TriedResponse {
  int status = 200;
  HeaderLines headers;
  std::optional<std::string> body;
};

/// What a phase reads and changes. `response` is what `on_response` gets, and what `on_request` and
/// `dispatch` answer when they answer.
struct TriedExchange {
  TriedRequest request;
  TriedResponse response;
  std::map<std::string, std::string> context;
};

enum class Phase : std::uint8_t { kOnRequest, kOnResponse, kDispatch };

/// How a phase ended.
struct PhaseEnd {
  enum class Kind : std::uint8_t {
    kContinue,  ///< `on_request` lets the request pass, `on_response` is done
    kRespond,   ///< the response of the exchange is the answer
    kFail,      ///< a gateway would answer 500: a trap, an error code, a wrong output
  } kind = Kind::kContinue;
  std::string reason;  ///< of a failure
};

class PluginRunner {
 public:
  virtual ~PluginRunner() = default;

  /// Once, before any phase. The error is what the plugin logged, or why it could not say anything.
  virtual base::Result<> init(std::string_view config_json) = 0;
  virtual PhaseEnd run(Phase phase, TriedExchange& exchange) = 0;
  /// Lines the plugin logged since the last call.
  virtual std::vector<std::string> take_log() = 0;
};

/// Compiles the module. A new runner is a new instance.
base::Result<std::unique_ptr<PluginRunner>> make_plugin_runner(const artifact::Plugin& plugin);

}  // namespace barbacane::app
