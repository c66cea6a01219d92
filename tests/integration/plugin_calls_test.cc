// Calls of plugins that outlive their request, and instances while nobody needs them: plugin ABI,
// 5.5 and 7.1; data-plane.md, 11.
#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hand_made_plugins.h"
#include "testkit/child.h"
#include "testkit/client.h"
#include "testkit/eventually.h"
#include "testkit/spec_builder.h"
#include "testkit/upstream.h"

namespace barbacane::integration {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testkit::Connection;
using testkit::RequestBuilder;
using testkit::Response;
using testkit::Upstream;

class PluginCalls : public testing::TestWithParam<PluginAbi> {
 protected:
  /// `plugin` before a mock that answers "mocked" at GET /x, and before the upstream's /slow at GET
  /// /slow; its config asks for `path` of the upstream.
  PluginGateway gateway(HandMadePlugin plugin, std::string_view path,
                        const testkit::GatewayOptions& options = {}) const {
    plugin.name = "plugin";
    plugin.abi = GetParam();
    testkit::SpecBuilder spec;
    const std::string chain =
        R"([{"name":"plugin","config":{"method":"GET","url":")" + upstream_.url(path) + R"("}}])";
    spec.operation("GET", "/x")
        .mock(200, "mocked", "text/plain")
        .member("x-barbacane-middlewares", chain);
    spec.operation("GET", "/slow")
        .dispatch("http-upstream", R"({"url":")" + upstream_.url() + R"("})")
        .member("x-barbacane-middlewares", chain);
    return {{std::move(plugin)}, spec.text(), options};
  }

  Upstream upstream_;
};

INSTANTIATE_TEST_SUITE_P(Abi, PluginCalls, testing::Values(PluginAbi::kJson, PluginAbi::kDirect),
                         [](const auto& abi) {
                           return abi.param == PluginAbi::kJson ? "Json" : "Direct";
                         });

constexpr std::string_view kDetaches = "(drop (call $detach)) (i32.const 0)";

TEST_P(PluginCalls, AStopGivesCallsThatNobodyWaitsForTheirTime) {
  upstream_.otherwise({testkit::wait_for("asked"), testkit::answer(200, "late")});
  PluginGateway served = gateway({.on_request = std::string(kDetaches)}, "/late");
  EXPECT_EQ(served->request(RequestBuilder("GET", "/x").close()).status, 599);
  upstream_.wait_for_requests(1);
  served->process().signal(SIGTERM);
  EXPECT_TRUE(served->wait_for_error_text("received shutdown signal", 20s));
  std::this_thread::sleep_for(300ms);
  EXPECT_TRUE(served->process().running());
  upstream_.open_gate("asked");
  EXPECT_EQ(served->process().wait(20s), 0);
  EXPECT_THAT(served->log(), Not(HasSubstr("plugin_detached_call_failed")));
}

TEST_P(PluginCalls, ButNoMoreThanItsOwn) {
  upstream_.otherwise({testkit::wait_for_departure()});
  PluginGateway served = gateway({.on_request = std::string(kDetaches)}, "/never",
                                 {.serve_flags = {"--shutdown-timeout", "1"}});
  EXPECT_EQ(served->request(RequestBuilder("GET", "/x").close()).status, 599);
  upstream_.wait_for_requests(1);
  EXPECT_EQ(served->stop(), 0);
  EXPECT_THAT(served->log(), HasSubstr("plugin_detached_call_failed"));
  EXPECT_THAT(served->log(), HasSubstr("dropped"));
}

TEST_P(PluginCalls, AClientThatLeavesEndsTheCallOfAMiddleware) {
  upstream_.script("/asked", {testkit::wait_for_departure()});
  PluginGateway served =
      gateway({.on_request = "(call $note (call $call)) (i32.const 0)"}, "/asked");
  {
    Connection client = served->connect();
    ASSERT_TRUE(client.send(RequestBuilder("GET", "/x").bytes()));
    upstream_.wait_for_requests(1);
  }
  EXPECT_TRUE(upstream_.wait_for_departure(1));
  testkit::Child http2(testkit::find_program("curl"),
                       {"-s", "--http2-prior-knowledge",
                        "http://127.0.0.1:" + std::to_string(served->port()) + "/x"},
                       {});
  upstream_.wait_for_requests(2);
  http2.signal(SIGTERM);
  EXPECT_TRUE(upstream_.wait_for_departure(2));
  upstream_.script("/asked", {testkit::answer(204)});
  EXPECT_EQ(served->get("/x").status, 599);
  EXPECT_EQ(served.count_in_log("came to -1"), 0);
}

TEST_P(PluginCalls, AClientThatLeavesEndsTheCallBehindTheAnswer) {
  upstream_.script("/asked", {testkit::wait_for_departure()});
  PluginGateway served =
      gateway({.on_response = "(call $note (call $call)) (i32.const 0)"}, "/asked");
  {
    Connection client = served->connect();
    ASSERT_TRUE(client.send(RequestBuilder("GET", "/x").bytes()));
    upstream_.wait_for_requests(1);
  }
  EXPECT_TRUE(upstream_.wait_for_departure(1));
  upstream_.script("/asked", {testkit::answer(204)});
  EXPECT_EQ(served->get("/x").body, "mocked");
}

TEST_P(PluginCalls, AnInstanceIsFreeOnceItsPartIsDone) {
  upstream_.script("/slow", {testkit::send("HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nhalf"),
                             testkit::wait_for("rest"), testkit::send("rest")});
  PluginGateway served = gateway({.on_response = "(i32.const 0)"}, "/x");
  EXPECT_EQ(served->get("/x").status, 200);
  const int made = served.instances_made_after(1);
  EXPECT_GT(made, 0);
  Connection client = served->connect();
  ASSERT_TRUE(client.send(RequestBuilder("GET", "/slow").bytes()));
  Response response = client.read_head();
  // The answer of the first is on its way when the others need an instance.
  for (int i = 0; i < 3; ++i) EXPECT_EQ(served->get("/x").status, 200);
  upstream_.open_gate("rest");
  client.read_body(response);
  EXPECT_EQ(response.body, "halfrest");
  EXPECT_EQ(served.instances_made_after(5), made);
}

TEST_P(PluginCalls, AnInstanceWithoutStateIsFreeBetweenThePhases) {
  for (const bool stateless : {true, false}) {
    const std::string gate = stateless ? "shared" : "held";
    upstream_.script("/slow", {testkit::wait_for(gate), testkit::answer(200, "late")});
    PluginGateway served = gateway(
        {.on_response = "(call $note (i32.const 1)) (i32.const 0)", .stateless = stateless}, "/x");
    EXPECT_EQ(served->get("/x").status, 200);
    const int made = served.instances_made_after(1);
    const std::size_t asked = upstream_.requests().size();
    Connection client = served->connect();
    ASSERT_TRUE(client.send(RequestBuilder("GET", "/slow").bytes()));
    upstream_.wait_for_requests(asked + 1);
    EXPECT_EQ(served->get("/x").status, 200);
    upstream_.open_gate(gate);
    EXPECT_EQ(client.read().body, "late");
    // A direct plugin keeps what it keeps with the host.
    const bool shared = stateless || GetParam() == PluginAbi::kDirect;
    EXPECT_EQ(served.instances_made_after(3) == made, shared);
  }
}

}  // namespace
}  // namespace barbacane::integration
