#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "testkit/temp_directory.h"
#include "testkit/test_gateway.h"

/// A project with plugins of its own, compiled and served by the real program.
///
///     PluginProject project;
///     project.plugin("guard", "middleware", wasm, {"log", "body_access"});
///     TestGateway gateway = project.serve(spec.text());
///
/// It must outlive the gateways it serves.
namespace barbacane::testkit {

class PluginProject {
 public:
  /// `capabilities` as a manifest has them; `body_access` may be among them.
  PluginProject& plugin(const std::string& name, const std::string& type, std::string_view wasm,
                        const std::vector<std::string>& capabilities = {});
  /// Compiles the spec and serves the artifact.
  TestGateway serve(std::string_view spec, const GatewayOptions& options = {}) const;

 private:
  TempDirectory directory_;
  std::string manifest_;
};

}  // namespace barbacane::testkit
