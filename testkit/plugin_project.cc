#include "testkit/plugin_project.h"

#include "testkit/error.h"

namespace barbacane::testkit {

PluginProject& PluginProject::plugin(const std::string& name, const std::string& type,
                                     std::string_view wasm,
                                     const std::vector<std::string>& capabilities) {
  const std::string folder = "plugins/" + name + "/";
  std::string list;
  for (const std::string& each : capabilities) list += (list.empty() ? "\"" : ", \"") + each + "\"";
  directory_.write(folder + "plugin.toml",
                   "[plugin]\nname = \"" + name + "\"\nversion = \"1.0.0\"\ntype = \"" + type +
                       "\"\n[capabilities]\nhost_functions = [" + list + "]\n");
  directory_.write(folder + name + ".wasm", wasm);
  manifest_ += "  " + name + ": {path: ./" + folder + name + ".wasm}\n";
  return *this;
}

TestGateway PluginProject::serve(std::string_view spec, const GatewayOptions& options) const {
  const std::string manifest = directory_.write(
      "barbacane.yaml",
      "specs: ./specs/\nplugins:" + (manifest_.empty() ? std::string(" {}\n") : "\n" + manifest_));
  directory_.write("specs/api.yaml", spec);
  const std::string artifact = directory_ / "api.bca";
  std::vector<std::string> arguments{"compile", "--manifest", manifest, "--output", artifact};
  arguments.insert(arguments.end(), options.compile_flags.begin(), options.compile_flags.end());
  const RunResult result = run(arguments, {.environment = options.environment});
  if (result.exit_code != 0) throw TestkitError("the project does not compile:\n" + result.err);
  return TestGateway::from_artifact(artifact, options);
}

}  // namespace barbacane::testkit
