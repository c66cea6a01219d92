// WebSockets through the gateway: data-plane.md 11.1, plugins.md 3.2.
#include "testkit/websocket.h"

#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testkit/eventually.h"
#include "testkit/spec_builder.h"
#include "testkit/test_gateway.h"
#include "testkit/upstream.h"

namespace barbacane::integration {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testkit::Frame;
using testkit::Opcode;
using testkit::Response;
using testkit::SpecBuilder;
using testkit::TestGateway;
using testkit::Upstream;
using testkit::WebSocket;
using testkit::WebSocketClient;

std::string ws(const Upstream& upstream) {
  return "ws://127.0.0.1:" + std::to_string(upstream.port());
}

std::string spec_for(const Upstream& upstream, const std::string& more = "") {
  SpecBuilder spec;
  spec.operation("GET", "/rooms/{room}")
      .dispatch("ws-upstream",
                R"({"url":")" + ws(upstream) + R"(/v1","path":"/chat/{room}")" + more + "}");
  spec.operation("GET", "/hello").mock(200, "hello", "text/plain");
  return spec.text();
}

/// A gateway before an upstream that echoes.
struct Chat {
  explicit Chat(const std::string& more = "", const std::vector<std::string>& flags = {})
      : gateway(spec_for(echoing(upstream), more), {.serve_flags = flags}) {}

  static Upstream& echoing(Upstream& upstream) {
    upstream.otherwise({testkit::accept_websocket(), testkit::echo_websocket()});
    return upstream;
  }

  Upstream upstream;
  TestGateway gateway;
};

TEST(WebSockets, PassMessagesOfEverySizeBothWays) {
  Chat chat;
  WebSocketClient client(chat.gateway.port(), "/rooms/one");
  for (const std::size_t size : {0UL, 1UL, 125UL, 126UL, 65'535UL, 65'536UL, 1'000'000UL}) {
    const std::string message = testkit::pattern(0, size);
    ASSERT_TRUE(client.send_binary(message));
    const Frame answer = client.read();
    EXPECT_EQ(answer.payload.size(), size);
    EXPECT_EQ(answer.payload, message);
  }
  ASSERT_TRUE(client.send_fragments(Opcode::kText, {"a mes", "sage ", "in pieces"}));
  EXPECT_EQ(client.read().payload, "a message in pieces");
  ASSERT_TRUE(client.ping("are you there"));
  const auto pong = client.read_frame();
  ASSERT_TRUE(pong.has_value());
  EXPECT_EQ(pong->opcode, Opcode::kPong);
  EXPECT_EQ(pong->payload, "are you there");
}

TEST(WebSockets, CarryTheHandshakeOfEachSide) {
  Upstream upstream;
  upstream.otherwise({testkit::accept_websocket("v2"), testkit::echo_websocket()});
  TestGateway gateway(spec_for(upstream));
  WebSocketClient client(gateway.port(), "/rooms/a%20b?since=1",
                         {.subprotocols = {"v1", "v2"},
                          .headers = {{"sec-websocket-extensions", "permessage-deflate"},
                                      {"x-custom", "kept"},
                                      {"x-auth-sub", "forged"}}});
  EXPECT_EQ(client.subprotocol(), "v2");
  const Response& answer = client.response();
  EXPECT_EQ(answer.status, 101);
  EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
  EXPECT_THAT(answer.header("server"), HasSubstr("barbacane"));
  EXPECT_FALSE(answer.has("sec-websocket-extensions"));
  EXPECT_FALSE(answer.header("x-request-id").empty());
  const auto request = upstream.wait_for_requests(1).front();
  EXPECT_EQ(request.target, "/v1/chat/a%20b?since=1");
  EXPECT_EQ(request.header("host"), "127.0.0.1:" + std::to_string(upstream.port()));
  EXPECT_EQ(request.count("sec-websocket-protocol"), 2);
  EXPECT_EQ(request.header("x-custom"), "kept");
  EXPECT_EQ(request.header("x-forwarded-for"), "127.0.0.1");
  EXPECT_EQ(request.header("x-forwarded-proto"), "http");
  EXPECT_EQ(request.header("x-request-id"), answer.header("x-request-id"));
  EXPECT_EQ(request.count("sec-websocket-key"), 1);
  EXPECT_EQ(request.count("sec-websocket-version"), 1);
  EXPECT_FALSE(request.has("sec-websocket-extensions"));
  EXPECT_FALSE(request.has("x-auth-sub"));
}

TEST(WebSockets, RelayCloseCodesAndReasonsBothWays) {
  Upstream upstream;
  upstream.otherwise({testkit::accept_websocket(), testkit::with_websocket([](WebSocket& socket) {
                        if (socket.read().payload == "you close") {
                          socket.send_close(4002, "enough");
                          socket.read();
                          return;
                        }
                        const Frame close = socket.read();
                        EXPECT_EQ(close.close_code(), 4001);
                        EXPECT_EQ(close.close_reason(), "bye");
                        socket.send_close(4001, "bye");
                      })});
  TestGateway gateway(spec_for(upstream));
  WebSocketClient first(gateway.port(), "/rooms/one");
  first.send_text("I close");
  EXPECT_EQ(first.close(4001, "bye").close_code(), 4001);
  WebSocketClient second(gateway.port(), "/rooms/one");
  second.send_text("you close");
  const Frame close = second.read();
  EXPECT_EQ(close.close_code(), 4002);
  EXPECT_EQ(close.close_reason(), "enough");
  EXPECT_TRUE(upstream.wait_for_open_connections(1));
  second.send_close(4002);
  EXPECT_TRUE(upstream.wait_for_open_connections(0));
}

TEST(WebSockets, TellOneSideThatTheOtherVanished) {
  Upstream upstream;
  upstream.once("/v1/chat/torn", {testkit::accept_websocket(), testkit::reset()});
  upstream.otherwise({testkit::accept_websocket(), testkit::with_websocket([](WebSocket& socket) {
                        EXPECT_EQ(socket.read().close_code(), 1001);
                      })});
  TestGateway gateway(spec_for(upstream));
  WebSocketClient client(gateway.port(), "/rooms/torn");
  EXPECT_EQ(client.read().close_code(), 1014);
  WebSocketClient leaving(gateway.port(), "/rooms/one");
  leaving.connection().abort();
  EXPECT_TRUE(upstream.wait_for_open_connections(0));
}

TEST(WebSockets, EndWhenFramesBreakTheRules) {
  Chat chat;
  WebSocketClient client(chat.gateway.port(), "/rooms/one");
  client.send({.opcode = Opcode::kText, .payload = "x", .reserved = 4});
  EXPECT_EQ(client.read().close_code(), 1002);
  EXPECT_TRUE(chat.upstream.wait_for_open_connections(0));
}

TEST(WebSockets, EndWhenNothingPassesForTooLong) {
  Chat chat(R"(,"idle_timeout":"400ms")");
  WebSocketClient client(chat.gateway.port(), "/rooms/one");
  for (int i = 0; i < 4; ++i) {
    std::this_thread::sleep_for(200ms);
    client.send_text("still here");
    EXPECT_EQ(client.read().payload, "still here");
  }
  EXPECT_EQ(client.read().close_code(), 1001);
}

TEST(WebSockets, AreToldWhenTheGatewayStops) {
  Chat chat;
  WebSocketClient client(chat.gateway.port(), "/rooms/one");
  client.send_text("hello");
  EXPECT_EQ(client.read().payload, "hello");
  chat.gateway.process().signal(SIGTERM);
  EXPECT_EQ(client.read().close_code(), 1001);
  client.send_close(1001);
  EXPECT_EQ(chat.gateway.process().wait(10s), 0);
}

TEST(WebSockets, RefuseWhatIsNoHandshake) {
  Chat chat;
  struct Case {
    const char* what;
    testkit::RequestBuilder request;
  };
  const std::string key = "dGhlIHNhbXBsZSBub25jZQ==";
  const auto handshake = [&](const std::string& upgrade, const std::string& version,
                             const std::string& with_key) {
    testkit::RequestBuilder request("GET", "/rooms/one");
    request.header("upgrade", upgrade).header("connection", "upgrade");
    request.header("sec-websocket-version", version).header("sec-websocket-key", with_key);
    return request;
  };
  const Case cases[] = {
      {"no upgrade", testkit::RequestBuilder("GET", "/rooms/one")},
      {"another protocol", handshake("h2c", "13", key)},
      {"another version", handshake("websocket", "8", key)},
      {"a short key", handshake("websocket", "13", "c2hvcnQ=")},
  };
  for (const Case& one : cases) {
    const Response answer = chat.gateway.request(one.request);
    EXPECT_EQ(answer.status, 400) << one.what;
    EXPECT_THAT(answer.body, HasSubstr("urn:barbacane:error:bad-request")) << one.what;
  }
  EXPECT_EQ(chat.upstream.accepted(), 0U);
}

TEST(WebSockets, Answer502WhenTheUpstreamDoesNotJoin) {
  Upstream upstream;
  upstream.script("/v1/chat/no", {testkit::answer(403, "no")});
  upstream.script("/v1/chat/wrong",
                  {testkit::send("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n"
                                 "connection: upgrade\r\nsec-websocket-accept: nonsense\r\n\r\n")});
  upstream.script("/v1/chat/unasked", {testkit::accept_websocket("v9")});
  upstream.script("/v1/chat/gone", {testkit::close()});
  TestGateway gateway(spec_for(upstream));
  for (const char* room : {"no", "wrong", "unasked", "gone"}) {
    const Response answer =
        gateway.request(testkit::websocket_handshake(std::string("/rooms/") + room));
    EXPECT_EQ(answer.status, 502) << room;
    EXPECT_THAT(answer.body, HasSubstr("upstream-unavailable")) << room;
  }
  upstream.kill();
  EXPECT_EQ(gateway.request(testkit::websocket_handshake("/rooms/any")).status, 502);
  EXPECT_TRUE(gateway.wait_for_log(R"("reason":"connection_refused")", 5s));
}

TEST(WebSockets, ASideThatDoesNotReadHoldsTheOtherBack) {
  Upstream upstream;
  upstream.otherwise({testkit::accept_websocket(), testkit::with_websocket([](WebSocket& socket) {
                        const std::string message(64 * 1024, 'x');
                        while (socket.send_binary(message)) {
                        }
                      })});
  TestGateway gateway(spec_for(upstream));
  WebSocketClient client(gateway.port(), "/rooms/one");
  std::uint64_t before = 0;
  EXPECT_TRUE(testkit::eventually(20s, [&] {
    std::this_thread::sleep_for(200ms);
    const std::uint64_t sent = upstream.bytes_sent();
    return std::exchange(before, sent) == sent && sent > 0;
  }));
  EXPECT_LT(upstream.bytes_sent(), 64U << 20);
  client.connection().abort();
  EXPECT_TRUE(upstream.wait_for_open_connections(0));
}

}  // namespace
}  // namespace barbacane::integration
