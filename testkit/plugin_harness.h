#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/plugins/trial.h"

/// Runs the phases of a plugin without a gateway around it, on the engine that serves it: see
/// `gateway/plugins/trial.h`, for tests.
namespace barbacane::testkit {

using Headers = gateway::TrialHeaders;
using PluginRequest = gateway::TrialRequest;
using PluginResponse = gateway::TrialResponse;

enum class PluginAbi { kDirect, kJson };

/// The build of an official plugin for one of the ABIs.
std::string module_path(std::string_view plugin, PluginAbi abi);

class PluginHarness : public gateway::PluginTrial {
 public:
  /// A module that describes itself. Throws when it does not.
  PluginHarness(const std::string& wasm_path, const std::string& config_json);
  /// A module that has no manifest: with these capabilities (and `body_access`, if named).
  PluginHarness(std::string name, std::string wasm, const std::string& config_json,
                std::vector<std::string> capabilities);
};

}  // namespace barbacane::testkit
