#include "hand_made_plugins.h"

#include <csignal>

#include <gtest/gtest.h>

#include "occurrences.h"
#include "testkit/error.h"
#include "testkit/eventually.h"
#include "testkit/program.h"
#include "testkit/wasm_builder.h"
#include "wasm/text_format.h"

namespace barbacane::integration {
namespace {

using testkit::TestkitError;

constexpr std::string_view kShared = R"(
  (import "barbacane" "host_http_stream" (func $host_stream (param i32 i32) (result i32)))
  (import "barbacane" "host_http_call" (func $host_call (param i32 i32) (result i32)))
  (import "barbacane" "host_http_detach" (func $host_detach (param i32 i32) (result i32)))
  (import "barbacane" "host_ws_upgrade" (func $host_upgrade (param i32 i32) (result i32)))
  (import "barbacane" "host_http_read_result" (func $read_result (param i32 i32) (result i32)))
  (import "barbacane" "host_http_response_body_len" (func $copy_length (result i64)))
  (import "barbacane" "host_http_response_body_read" (func $read_copy (param i32 i32) (result i32)))
  (import "barbacane" "host_log" (func $log (param i32 i32 i32)))
)";

constexpr std::string_view kSharedBodies = R"(
  (memory (export "memory") 4)
  (data (i32.const 512) "came to -1")
  (data (i32.const 528) "streamed: true")
  (data (i32.const 544) "observed: a body")
  (data (i32.const 560) "response.streamed")
  (data (i32.const 592) "content-type")
  (data (i32.const 608) "x-changed")
  (data (i32.const 624) "made an instance")
  (data (i32.const 656) "observed: ")
  (data (i32.const 672) "copy: ")
  (func $say (param $text i32) (param $length i32)
    (call $log (i32.const 2) (local.get $text) (local.get $length)))
  (func $stream (result i32) (call $host_stream (i32.const 8192) (call $config)))
  (func $call (result i32) (call $host_call (i32.const 8192) (call $config)))
  (func $detach (result i32) (call $host_detach (i32.const 8192) (call $config)))
  (func $upgrade (result i32) (call $host_upgrade (i32.const 8192) (call $config)))
  (func $note (param $came i32) (local $length i32)
    (if (i32.lt_s (local.get $came) (i32.const 0)) (then (call $say (i32.const 512) (i32.const 10))))
    (local.set $length (call $read_result (i32.const 16384) (i32.const 4096)))
    (if (local.get $length) (then (call $say (i32.const 16384) (local.get $length))))
    (if (i64.ge_s (call $copy_length) (i64.const 0)) (then
      (memory.copy (i32.const 16384) (i32.const 672) (i32.const 6))
      (local.set $length (call $read_copy (i32.const 16390) (i32.const 4096)))
      (call $say (i32.const 16384) (i32.add (i32.const 6) (local.get $length))))))
)";

constexpr std::string_view kJson = R"(
  (import "barbacane" "host_set_output" (func $set_output (param i32 i32)))
  (import "barbacane" "host_body_len" (func $body_length (result i64)))
  (import "barbacane" "host_body_set" (func $set_body (param i32 i32)))
  (import "barbacane" "host_context_get" (func $find (param i32 i32) (result i32)))
)";

/// Statuses 101 and 200 to 999 have three digits; 0 has a text of its own.
constexpr std::string_view kJsonBodies = R"(
  (global $config_length (mut i32) (i32.const 0))
  (data (i32.const 1024) "{\"status\":000,\"headers\":{}}")
  (data (i32.const 1056) "{\"status\":0,\"headers\":{}}")
  (data (i32.const 1088) "{\"status\":599,\"headers\":{\"x-changed\":\"yes\"}}")
  (func $config (result i32) (global.get $config_length))
  (func (export "init") (param $text i32) (param $length i32) (result i32)
    (memory.copy (i32.const 8192) (local.get $text) (local.get $length))
    (global.set $config_length (local.get $length))
    (call $say (i32.const 624) (i32.const 16))
    (i32.const 0))
  (func $digit (param $where i32) (param $value i32)
    (i32.store8 (local.get $where) (i32.add (i32.const 48) (local.get $value))))
  (func $answer (param $status i32)
    (if (i32.eqz (local.get $status)) (then
      (call $set_output (i32.const 1056) (i32.const 25)) (return)))
    (call $digit (i32.const 1034) (i32.div_u (local.get $status) (i32.const 100)))
    (call $digit (i32.const 1035)
      (i32.rem_u (i32.div_u (local.get $status) (i32.const 10)) (i32.const 10)))
    (call $digit (i32.const 1036) (i32.rem_u (local.get $status) (i32.const 10)))
    (call $set_output (i32.const 1024) (i32.const 27)))
  (func $observe (param $text i32) (param $length i32)
    (memory.copy (i32.const 32768) (i32.const 656) (i32.const 10))
    (memory.copy (i32.const 32778) (local.get $text) (local.get $length))
    (call $say (i32.const 32768) (i32.add (i32.const 10) (local.get $length)))
    (if (i32.eq (call $find (i32.const 560) (i32.const 17)) (i32.const 4)) (then
      (call $say (i32.const 528) (i32.const 14))))
    (if (i64.ge_s (call $body_length) (i64.const 0)) (then
      (call $say (i32.const 544) (i32.const 16))))
    (call $set_output (i32.const 1088) (i32.const 44))
    (call $set_body (i32.const 608) (i32.const 9)))
)";

constexpr std::string_view kDirect = R"(
  (import "barbacane_direct" "field_get" (func $field_get (param i32 i32 i32) (result i32)))
  (import "barbacane_direct" "status_get" (func $status_get (result i32)))
  (import "barbacane_direct" "status_set" (func $status_set (param i32) (result i32)))
  (import "barbacane_direct" "header_get"
    (func $header_get (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "barbacane_direct" "header_set"
    (func $header_set (param i32 i32 i32 i32 i32) (result i32)))
  (import "barbacane_direct" "body_length" (func $body_length (param i32) (result i64)))
  (import "barbacane_direct" "body_set" (func $body_set (param i32 i32 i32) (result i32)))
  (import "barbacane_direct" "context_get"
    (func $context_get (param i32 i32 i32 i32) (result i32)))
)";

/// What a JSON plugin logs as it got it is put together here, as far as tests look at it.
constexpr std::string_view kDirectBodies = R"(
  (data (i32.const 1024) "{\"status\":000,\"content-type\":\"")
  (func $config (result i32) (call $field_get (i32.const 7) (i32.const 8192) (i32.const 4096)))
  (func (export "init") (result i32) (call $say (i32.const 624) (i32.const 16)) (i32.const 0))
  (func $answer (param $status i32) (drop (call $status_set (local.get $status))))
  (func $digit (param $where i32) (param $value i32)
    (i32.store8 (local.get $where) (i32.add (i32.const 48) (local.get $value))))
  (func $observe (local $status i32) (local $length i32)
    (local.set $status (call $status_get))
    (call $digit (i32.const 1034) (i32.div_u (local.get $status) (i32.const 100)))
    (call $digit (i32.const 1035)
      (i32.rem_u (i32.div_u (local.get $status) (i32.const 10)) (i32.const 10)))
    (call $digit (i32.const 1036) (i32.rem_u (local.get $status) (i32.const 10)))
    (memory.copy (i32.const 32768) (i32.const 656) (i32.const 10))
    (memory.copy (i32.const 32778) (i32.const 1024) (i32.const 30))
    (local.set $length (call $header_get (i32.const 1) (i32.const 592) (i32.const 12) (i32.const 0)
      (i32.const 32808) (i32.const 256)))
    (if (i32.lt_s (local.get $length) (i32.const 0)) (then (local.set $length (i32.const 0))))
    (call $say (i32.const 32768) (i32.add (i32.const 40) (local.get $length)))
    (if (i32.eq (i32.const 4)
          (call $context_get (i32.const 560) (i32.const 17) (i32.const 4096) (i32.const 16))) (then
      (call $say (i32.const 528) (i32.const 14))))
    (if (i64.ge_s (call $body_length (i32.const 1)) (i64.const 0)) (then
      (call $say (i32.const 544) (i32.const 16))))
    (drop (call $status_set (i32.const 599)))
    (drop (call $header_set (i32.const 1) (i32.const 608) (i32.const 9)
      (i32.const 608) (i32.const 9)))
    (drop (call $body_set (i32.const 1) (i32.const 608) (i32.const 9))))
)";

std::string handler(const HandMadePlugin& plugin, std::string_view name, std::string_view script) {
  const bool json = plugin.abi == PluginAbi::kJson;
  return "(func (export \"" + std::string(name) + "\") " +
         (json ? "(param $text i32) (param $length i32) " : "") + "(result i32) (local $n i32) " +
         std::string(script) + ")\n";
}

std::string manifest_of(const HandMadePlugin& plugin) {
  return "[plugin]\nname = \"" + plugin.name + "\"\nversion = \"1.0.0\"\ntype = \"" +
         (plugin.dispatch.empty() ? "middleware" : "dispatcher") +
         "\"\n[capabilities]\nhost_functions = [\"log\", \"http_call\", \"ws_upgrade\", "
         "\"context_get\"]\nbody_access = true\nstateless = " +
         (plugin.stateless ? "true\n" : "false\n");
}

std::string module_of(const HandMadePlugin& plugin) {
  const bool json = plugin.abi == PluginAbi::kJson;
  std::string text = "(module ";
  text.append(kShared).append(json ? kJson : kDirect);
  text.append(kSharedBodies).append(json ? kJsonBodies : kDirectBodies);
  if (!plugin.dispatch.empty()) {
    text += handler(plugin, "dispatch", plugin.dispatch);
  } else {
    const std::string observe =
        json ? "(call $observe (local.get $text) (local.get $length)) (i32.const 0)"
             : "(call $observe) (i32.const 0)";
    text += handler(plugin, "on_request", plugin.on_request);
    text +=
        handler(plugin, "on_response", plugin.on_response.empty() ? observe : plugin.on_response);
  }
  text += ")";
  auto bytes = wasm::assemble(text);
  if (!bytes) throw TestkitError(bytes.error().message + "\n" + text);
  const std::string name = "barbacane_manifest";
  return *bytes +
         testkit::wasm_section(0, testkit::leb128(name.size()) + name + manifest_of(plugin));
}

}  // namespace

PluginGateway::PluginGateway(const std::vector<HandMadePlugin>& plugins, std::string_view spec,
                             const testkit::GatewayOptions& options) {
  std::string manifest = "specs: ./specs/\nplugins:\n";
  for (const HandMadePlugin& plugin : plugins) {
    directory_.write("plugins/" + plugin.name + ".wasm", module_of(plugin));
    manifest += "  " + plugin.name + ": {path: ./plugins/" + plugin.name + ".wasm}\n";
  }
  directory_.write("specs/api.yaml", spec);
  const std::string artifact = directory_ / "api.bca";
  const testkit::RunResult compiled =
      testkit::run({"compile", "--allow-plaintext", "--manifest",
                    directory_.write("barbacane.yaml", manifest), "--output", artifact},
                   {.environment = options.environment});
  if (compiled.exit_code != 0) throw TestkitError("it does not compile:\n" + compiled.err);
  testkit::GatewayOptions serving = options;
  serving.serve_flags.insert(serving.serve_flags.end(),
                             {"--allow-plaintext-upstream", "--workers", "1"});
  gateway_ = std::make_unique<testkit::TestGateway>(
      testkit::TestGateway::from_artifact(artifact, serving));
}

PluginGateway::~PluginGateway() {
  testkit::Child& process = gateway_->process();
  if (!process.running()) return;
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait(std::chrono::milliseconds(20'000)), 0) << gateway_->standard_error();
}

bool PluginGateway::logs(std::string_view text) const {
  return gateway_->wait_for_log(text, std::chrono::milliseconds(20'000));
}

int PluginGateway::instances_made_after(int requests) const {
  const bool through = testkit::eventually(std::chrono::milliseconds(20'000), [&] {
    return count_in_log("request_completed") >= requests;
  });
  if (!through) throw TestkitError("the requests are not through:\n" + gateway_->log());
  return count_in_log("made an instance");
}

int PluginGateway::count_in_log(std::string_view text) const {
  return static_cast<int>(occurrences(gateway_->log(), text));
}

}  // namespace barbacane::integration
