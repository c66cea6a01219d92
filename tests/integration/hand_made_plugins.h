#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "testkit/temp_directory.h"
#include "testkit/test_gateway.h"

/// Plugins in the text format of WebAssembly, for both ABIs, and gateways that have them.
///
/// A script is what a handler does, in instructions that mean the same under both ABIs: the config
/// lies at 8192, `$config` is its length, `$n` is a number to use. It leaves what the handler
/// returns. Besides the host functions there is for scripts:
///
///     $stream, $call, $upgrade, $detach   the host function, with the config as its request
///     $note NUMBER                        logs what came of one of these: "came to -1", the result
///                                         that was left, "copy:" and the body that was left
///     $answer STATUS                      a response without fields and body
namespace barbacane::integration {

enum class PluginAbi : std::uint8_t { kJson, kDirect };

struct HandMadePlugin {
  std::string name = {};
  PluginAbi abi = PluginAbi::kJson;
  /// Of a dispatcher; or of a middleware, when empty.
  std::string dispatch = {};
  std::string on_request = "(i32.const 0)";
  /// Unless it is given, a middleware logs what it sees of the answer ("observed: ...") and tries
  /// to change all of it.
  std::string on_response = {};
  /// Says of itself that it keeps nothing between the phases.
  bool stateless = false;
};

class PluginGateway {
 public:
  /// Modules under their names, in one project with the spec. Plaintext is allowed.
  PluginGateway(const std::vector<HandMadePlugin>& plugins, std::string_view spec,
                const testkit::GatewayOptions& options = {});
  /// Expects that the program, if it still runs, ends well: a sanitizer would say otherwise.
  ~PluginGateway();
  PluginGateway(const PluginGateway&) = delete;
  PluginGateway& operator=(const PluginGateway&) = delete;

  testkit::TestGateway* operator->() { return &*gateway_; }
  testkit::TestGateway& operator*() { return *gateway_; }

  /// Whether the log says it before long.
  bool logs(std::string_view text) const;
  /// How often it says it now.
  int count_in_log(std::string_view text) const;
  /// How many instances of plugins were made until so many requests were through.
  int instances_made_after(int requests) const;

 private:
  testkit::TempDirectory directory_;
  std::unique_ptr<testkit::TestGateway> gateway_;
};

}  // namespace barbacane::integration
