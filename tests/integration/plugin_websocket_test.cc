// WebSockets that a dispatcher module joins: plugin ABI, 5.10 and 8.5; data-plane.md, 11.1.
#include <chrono>
#include <csignal>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hand_made_plugins.h"
#include "testkit/client.h"
#include "testkit/spec_builder.h"
#include "testkit/upstream.h"
#include "testkit/websocket.h"

namespace barbacane::integration {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testkit::Response;
using testkit::Upstream;
using testkit::WebSocketClient;

/// Answers 101 when the upstream is there, else 502.
constexpr std::string_view kJoins = R"(
  (local.set $n (call $upgrade)) (call $note (local.get $n))
  (call $answer (select (i32.const 101) (i32.const 502) (i32.eqz (local.get $n)))) (i32.const 0))";

class PluginWebSockets : public testing::TestWithParam<PluginAbi> {
 protected:
  PluginWebSockets() {
    upstream_.otherwise({testkit::accept_websocket(), testkit::echo_websocket()});
  }

  PluginGateway gateway(std::string_view dispatch, std::string_view more = "") const {
    testkit::SpecBuilder spec;
    spec.operation("GET", "/chat")
        .dispatch("join", R"({"url":"ws://127.0.0.1:)" + std::to_string(upstream_.port()) +
                              R"(/room?a=b")" + std::string(more) + '}')
        .member("x-barbacane-middlewares", R"([{"name":"observer"}])");
    return {{{.name = "join", .abi = GetParam(), .dispatch = std::string(dispatch)},
             {.name = "observer", .abi = GetParam()}},
            spec.text()};
  }

  Upstream upstream_;
};

INSTANTIATE_TEST_SUITE_P(Abi, PluginWebSockets,
                         testing::Values(PluginAbi::kJson, PluginAbi::kDirect),
                         [](const auto& abi) {
                           return abi.param == PluginAbi::kJson ? "Json" : "Direct";
                         });

TEST_P(PluginWebSockets, AreJoinedBehindAnAnswerThatNobodyCanChange) {
  upstream_.script("/room", {testkit::accept_websocket("v2"), testkit::echo_websocket()});
  PluginGateway served =
      gateway(kJoins, R"(,"headers":{"sec-websocket-protocol":"v1, v2","x-user":"ann"})");
  {
    WebSocketClient client(served->port(), "/chat", {.subprotocols = {"v2", "v3"}});
    EXPECT_EQ(client.subprotocol(), "v2");
    EXPECT_FALSE(client.response().has("x-changed"));
    EXPECT_NE(client.response().header("x-request-id"), "");
    ASSERT_TRUE(client.send_text("hello"));
    EXPECT_EQ(client.read().payload, "hello");
    EXPECT_EQ(client.close(1000).close_code(), 1000);
  }
  EXPECT_TRUE(upstream_.wait_for_departure(1));
  const auto request = upstream_.requests().at(0);
  EXPECT_EQ(request.target, "/room?a=b");
  EXPECT_EQ(request.header("x-user"), "ann");
  EXPECT_TRUE(served.logs(R"(observed: {\"status\":101)"));
  if (GetParam() == PluginAbi::kJson) {
    EXPECT_THAT(served->log(), HasSubstr(R"(observed: {\"status\":101,\"headers\":{}})"));
  }
  EXPECT_EQ(served.count_in_log("observed: {"), 1);
  EXPECT_THAT(served->log(), HasSubstr("not encrypted"));
}

TEST_P(PluginWebSockets, ShareNoInstance) {
  PluginGateway served = gateway(kJoins);
  WebSocketClient first(served->port(), "/chat");
  const int made = served.instances_made_after(1);
  EXPECT_GT(made, 0);
  // The first goes on while others come and use what it has used.
  for (int i = 0; i < 5; ++i) {
    WebSocketClient next(served->port(), "/chat");
    ASSERT_TRUE(next.send_text("next"));
    EXPECT_EQ(next.read().payload, "next");
  }
  ASSERT_TRUE(first.send_text("first"));
  EXPECT_EQ(first.read().payload, "first");
  EXPECT_EQ(served.instances_made_after(6), made);
}

TEST_P(PluginWebSockets, EndWithMessagesThatAreTooLong) {
  PluginGateway served = gateway(kJoins, R"(,"max_message_bytes":10)");
  WebSocketClient client(served->port(), "/chat");
  ASSERT_TRUE(client.send_text("ten bytes!"));
  EXPECT_EQ(client.read().payload, "ten bytes!");
  ASSERT_TRUE(client.send_fragments(testkit::Opcode::kText, {"eleven", "bytes"}));
  EXPECT_EQ(client.read().close_code(), 1009);
  EXPECT_TRUE(upstream_.wait_for_departure(1));
}

TEST_P(PluginWebSockets, AFailureIsToldAndLeftToTheDispatcher) {
  upstream_.script("/room", {testkit::answer(403, "no")});
  PluginGateway served = gateway(kJoins);
  const Response response = served->request(testkit::websocket_handshake("/chat"));
  EXPECT_EQ(response.status, 599);  // the observer changes an ordinary answer
  EXPECT_TRUE(served.logs(R"(observed: {\"status\":502)"));
  EXPECT_TRUE(served.logs("came to -1"));
  EXPECT_THAT(served->log(), Not(HasSubstr("copy: ")));
}

TEST_P(PluginWebSockets, BeginWithAHandshakeOnly) {
  PluginGateway served = gateway(kJoins);
  EXPECT_EQ(served->get("/chat").status, 599);
  EXPECT_TRUE(served.logs("'upgrade: websocket' is missing"));
  EXPECT_TRUE(served.logs(R"(observed: {\"status\":502)"));
  EXPECT_EQ(upstream_.accepted(), 0U);
  const auto http2 =
      testkit::curl({"--http2-prior-knowledge", "--header", "upgrade: websocket",
                     "http://127.0.0.1:" + std::to_string(served->port()) + "/chat"});
  EXPECT_EQ(upstream_.accepted(), 0U) << http2.error;
}

TEST_P(PluginWebSockets, AnotherAnswerDropsTheUpstream) {
  PluginGateway served =
      gateway("(call $note (call $upgrade)) (call $answer (i32.const 403)) (i32.const 0)");
  EXPECT_EQ(served->request(testkit::websocket_handshake("/chat")).status, 599);
  EXPECT_TRUE(served.logs(R"(observed: {\"status\":403)"));
  EXPECT_TRUE(upstream_.wait_for_departure(1));
}

TEST_P(PluginWebSockets, Status101WithoutAnUpgradeIsAFailure) {
  PluginGateway served = gateway("(call $answer (i32.const 101)) (i32.const 0)");
  const Response response = served->request(testkit::websocket_handshake("/chat"));
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.body, HasSubstr("internal-error"));
}

TEST_P(PluginWebSockets, AreNotJoinedByMiddlewares) {
  testkit::SpecBuilder spec;
  spec.operation("GET", "/chat")
      .mock(200, "ordinary", "text/plain")
      .member("x-barbacane-middlewares", R"([{"name":"joins","config":{"url":"ws://127.0.0.1:)" +
                                             std::to_string(upstream_.port()) + R"(/"}}])");
  PluginGateway served({{.name = "joins",
                         .abi = GetParam(),
                         .on_request = "(call $note (call $upgrade)) (i32.const 0)",
                         .on_response = "(i32.const 0)"}},
                       spec.text());
  EXPECT_EQ(served->request(testkit::websocket_handshake("/chat")).body, "ordinary");
  EXPECT_TRUE(served.logs("only a dispatcher can begin a WebSocket"));
  EXPECT_EQ(upstream_.accepted(), 0U);
}

TEST_P(PluginWebSockets, AClientThatLeavesMeanwhileEndsTheHandshake) {
  upstream_.script("/room", {testkit::wait_for_departure()});
  PluginGateway served = gateway(kJoins);
  {
    testkit::Connection client = served->connect();
    ASSERT_TRUE(client.send(testkit::websocket_handshake("/chat").bytes()));
    upstream_.wait_for_requests(1);
  }
  EXPECT_TRUE(upstream_.wait_for_departure(1));
  EXPECT_THAT(served->log(), Not(HasSubstr("came to -1")));
}

TEST_P(PluginWebSockets, AreToldWhenTheGatewayStops) {
  PluginGateway served = gateway(kJoins);
  WebSocketClient client(served->port(), "/chat");
  ASSERT_TRUE(client.send_text("hello"));
  EXPECT_EQ(client.read().payload, "hello");
  served->process().signal(SIGTERM);
  EXPECT_EQ(client.read().close_code(), 1001);
  EXPECT_EQ(served->stop(), 0);
}

}  // namespace
}  // namespace barbacane::integration
