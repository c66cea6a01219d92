// Plugins of both ABIs, request after request: memory stays where it was.

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "steady_load.h"
#include "testkit/client.h"
#include "testkit/plugin_project.h"
#include "testkit/spec_builder.h"
#include "wasm/text_format.h"

namespace barbacane::soak {
namespace {

using testkit::PluginProject;
using testkit::SpecBuilder;
using testkit::TestGateway;

constexpr int kWarmUp = 20'000;

int requests_asked_for() {
  const char* text = std::getenv("BARBACANE_SOAK_REQUESTS");
  return text == nullptr ? 50'000 : std::atoi(text);
}

std::string assembled(const std::string& text) {
  auto bytes = wasm::assemble(text);
  if (!bytes) throw std::runtime_error(bytes.error().message);
  return *bytes;
}

std::string sdk_module() {
  std::ifstream in(std::string(BARBACANE_PLUGIN_FIXTURES) + "/sdk08.wat");
  std::ostringstream text;
  text << in.rdbuf();
  return assembled(text.str());
}

/// Keeps something in its state and shows it on the way out; every 1,000th call of it traps.
std::string direct_module() {
  return assembled(R"((module
    (import "barbacane_direct" "state_set" (func $keep (param i32 i32) (result i32)))
    (import "barbacane_direct" "state_get" (func $kept (param i32 i32) (result i32)))
    (import "barbacane_direct" "header_set"
      (func $set (param i32 i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1) (data (i32.const 0) "x-direct")
    (global $calls (mut i32) (i32.const 0))
    (func (export "init") (result i32) (i32.const 0))
    (func (export "on_request") (result i32)
      (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
      (call $keep (i32.const 2) (i32.const 6)))
    (func (export "on_response") (result i32)
      (drop (call $set (i32.const 1) (i32.const 0) (i32.const 8) (i32.const 100)
              (call $kept (i32.const 100) (i32.const 64))))
      (if (i32.eqz (i32.rem_u (global.get $calls) (i32.const 1000))) (then unreachable))
      (i32.const 0))))");
}

TEST(Soak, ChainsOfBothAbisLeaveNoGrowth) {
  PluginProject project;
  project.plugin("sdk", "middleware", sdk_module(), {"body_access"});
  project.plugin("direct", "middleware", direct_module());
  SpecBuilder spec;
  spec.operation("GET", "/{a}")
      .member("x-barbacane-middlewares",
              R"([{"name":"sdk"},{"name":"direct"},{"name":"sdk"},{"name":"direct"}])")
      .mock(200, "right");
  TestGateway gateway =
      project.serve(spec.text(), {.serve_flags = {"--workers", "2", "--log-level", "error"}});
  const auto load = [&](int requests) {
    return testkit::h2load({.url = "http://127.0.0.1:" + std::to_string(gateway.port()) + "/a",
                            .requests = requests,
                            .clients = 32,
                            .http1 = true});
  };
  const auto warm = load(kWarmUp);
  EXPECT_EQ(warm.status_2xx, kWarmUp) << warm.output;
  const std::size_t before = resident_kib(gateway.pid());
  const int requests = requests_asked_for();
  const auto result = load(requests);
  const std::size_t after = resident_kib(gateway.pid());
  EXPECT_EQ(result.status_2xx, requests) << result.output;
  EXPECT_EQ(result.failed, 0);
  RecordProperty("resident_kib_before", static_cast<int>(before));
  RecordProperty("resident_kib_after", static_cast<int>(after));
#if !defined(BARBACANE_SANITIZED)
  EXPECT_LT(after, before + 4096) << "KiB";
#endif
  EXPECT_EQ(gateway.get("/b").header("x-sdk"), "b");
  EXPECT_EQ(gateway.stop(), 0) << gateway.standard_error();
}

}  // namespace
}  // namespace barbacane::soak
