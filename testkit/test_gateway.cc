#include "testkit/test_gateway.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "testkit/error.h"
#include "testkit/eventually.h"

namespace barbacane::testkit {

namespace {

using std::chrono::milliseconds;

bool admin_is_off(const std::vector<std::string>& flags) {
  return std::ranges::any_of(
      flags, [](const std::string& flag) { return flag == "off" || flag == "--admin-bind=off"; });
}

bool gives(const std::vector<std::string>& flags, const std::string& name) {
  return std::ranges::any_of(
      flags, [&](const std::string& flag) { return flag == name || flag.starts_with(name + "="); });
}

}  // namespace

std::string compile_artifact(const TempDirectory& directory,
                             const std::map<std::string, std::string>& specs,
                             const GatewayOptions& options) {
  const std::string manifest = directory.write("barbacane.yaml", "specs: ./specs/\nplugins: {}\n");
  for (const auto& [name, text] : specs) directory.write("specs/" + name, text);
  std::string artifact = directory / "api.bca";
  std::vector<std::string> arguments{"compile", "--manifest", manifest, "--output", artifact};
  arguments.insert(arguments.end(), options.compile_flags.begin(), options.compile_flags.end());
  const RunResult result = run(arguments, {.environment = options.environment});
  if (result.exit_code != 0) throw TestkitError("the spec does not compile:\n" + result.err);
  return artifact;
}

TestGateway::TestGateway(std::string_view spec, const GatewayOptions& options)
    : TestGateway(std::map<std::string, std::string>{{"api.yaml", std::string(spec)}}, options) {}

TestGateway::TestGateway(const std::map<std::string, std::string>& specs,
                         const GatewayOptions& options)
    : directory_(std::make_unique<TempDirectory>()) {
  artifact_ = compile_artifact(*directory_, specs, options);
  start(options);
}

TestGateway TestGateway::from_artifact(const std::string& artifact, const GatewayOptions& options) {
  TestGateway gateway;
  gateway.artifact_ = artifact;
  gateway.start(options);
  return gateway;
}

void TestGateway::start(const GatewayOptions& options) {
  std::vector<std::string> arguments{"serve", "--artifact", artifact_};
  if (!gives(options.serve_flags, "--listen")) arguments.emplace_back("--listen=127.0.0.1:0");
  if (!gives(options.serve_flags, "--admin-bind"))
    arguments.emplace_back("--admin-bind=127.0.0.1:0");
  arguments.insert(arguments.end(), options.serve_flags.begin(), options.serve_flags.end());
  child_ = std::make_unique<Child>(program_path(), arguments,
                                   RunOptions{.environment = options.environment});

  const bool wants_admin = !admin_is_off(options.serve_flags);
  const bool up = eventually(options.start_timeout, [&] {
    port_ = port_after("listening on http");
    admin_port_ = port_after("admin API on http://");
    return (port_ != 0 && (admin_port_ != 0 || !wants_admin)) || !child_->running();
  });
  if (!up || port_ == 0) throw TestkitError("the gateway does not start:\n" + standard_error());
}

/// The port at the end of the line of standard error that contains the text; 0 without such a line.
std::uint16_t TestGateway::port_after(std::string_view line) const {
  const std::string text = standard_error();
  const std::size_t begin = text.find(line);
  const std::size_t end = text.find('\n', begin);
  if (begin == std::string::npos || end == std::string::npos) return 0;
  const std::size_t colon = text.rfind(':', end);
  return static_cast<std::uint16_t>(std::strtoul(text.c_str() + colon + 1, nullptr, 10));
}

Response TestGateway::request(const RequestBuilder& request) const {
  return connect().request(request);
}

Response TestGateway::get(std::string_view target) const { return connect().get(target); }

Response TestGateway::admin_get(std::string_view target) const {
  return Connection(admin_port_).get(target);
}

bool TestGateway::wait_for_error_text(std::string_view text, milliseconds within) const {
  return eventually(within, [&] { return standard_error().contains(text); });
}

bool TestGateway::wait_for_log(std::string_view text, milliseconds within) const {
  return eventually(within, [&] { return log().contains(text); });
}

int TestGateway::stop(milliseconds within) {
  child_->signal(SIGTERM);
  const auto exit_code = child_->wait(within);
  if (!exit_code) throw TestkitError("the gateway does not stop:\n" + standard_error());
  return *exit_code;
}

}  // namespace barbacane::testkit
