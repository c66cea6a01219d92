#include "services/websocket_call.h"

#include <string>

#include <gtest/gtest.h>

#include "http/websocket/frames.h"
#include "net/stream.h"
#include "services/detail/outbound_fixture.h"
#include "testkit/upstream.h"
#include "testkit/websocket.h"

namespace barbacane::services {
namespace {

using namespace std::chrono_literals;
using testkit::Upstream;

class WebSocketCallTest : public OutboundFixture {
 protected:
  // Without TLS although nobody allowed `http://`: that is no matter of WebSockets.
  WebSocketCallTest() : OutboundFixture(OutboundHttpOptions{}) {}

  using Outcome = std::expected<WebSocketConnection, HttpProblem>;

  static std::string url(const Upstream& upstream, std::string_view path = "/") {
    return "ws" + upstream.url(path).substr(4);
  }
  static net::Task<> connect_into(WebSocketCall& call, std::optional<Outcome>& outcome) {
    outcome.emplace(co_await call.connect());
  }
  Outcome connect(WebSocketRequest request, std::string_view config) {
    WebSocketCall call(http_, grant(config), std::move(request), http::websocket::make_key(1, 2));
    std::optional<Outcome> outcome;
    loop_.spawn(connect_into(call, outcome));
    EXPECT_TRUE(run_until([&] { return outcome.has_value(); }));
    return std::move(*outcome);
  }
  Outcome connect(const Upstream& upstream, WebSocketRequest request) {
    const std::string config = R"({"url":")" + url(upstream) + R"("})";
    return connect(std::move(request), config);
  }
  static WebSocketRequest to(std::string url) {
    WebSocketRequest request;
    request.url = std::move(url);
    return request;
  }
};

TEST_F(WebSocketCallTest, GivesTheConnectionOfAnUpstreamThatAgrees) {
  Upstream upstream;
  upstream.script("/chat", {testkit::accept_websocket("v2"), testkit::wait_for_departure()});
  WebSocketRequest request = to(url(upstream, "/chat?room=1"));
  request.headers = {{"Sec-WebSocket-Protocol", "v1, v2"},
                     {"X-Mine", "yes"},
                     {"Sec-WebSocket-Key", "forged"},
                     {"Sec-WebSocket-Extensions", "permessage-deflate"},
                     {"Host", "evil"}};
  auto connection = connect(upstream, request);
  ASSERT_TRUE(connection) << connection.error().text;
  EXPECT_EQ(connection->subprotocol, "v2");
  EXPECT_EQ(connection->upstream->port, upstream.port());
  const http::Tunnel tunnel = connection->call->tunnel();
  ASSERT_NE(tunnel.stream, nullptr);
  const auto sent = upstream.requests().at(0);
  EXPECT_EQ(sent.target, "/chat?room=1");
  EXPECT_EQ(sent.header("upgrade"), "websocket");
  EXPECT_EQ(sent.header("x-mine"), "yes");
  EXPECT_EQ(sent.header("sec-websocket-key"), http::websocket::make_key(1, 2));
  EXPECT_EQ(sent.count("sec-websocket-key"), 1);
  EXPECT_EQ(sent.count("host"), 1);
  EXPECT_FALSE(sent.has("sec-websocket-extensions"));
  connection->call.reset();
  EXPECT_TRUE(upstream.wait_for_open_connections(0));
}

TEST_F(WebSocketCallTest, SaysWhyThereIsNone) {
  Upstream upstream;
  upstream.script("/plain", {testkit::answer(200, "no", {{"connection", "close"}})});
  upstream.script("/wrong", {testkit::send("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket"
                                           "\r\nconnection: upgrade\r\n"
                                           "sec-websocket-accept: wrong\r\n\r\n")});
  upstream.script("/silent", {testkit::wait_for_departure()});
  const std::string config = R"({"url":")" + url(upstream) + R"("})";
  const auto failure = [&](const std::string& where) {
    WebSocketRequest request = to(where);
    request.connect_timeout = 200ms;
    const auto outcome = connect(request, config);
    return outcome ? std::string_view("none") : text_of(outcome.error().failure);
  };
  EXPECT_EQ(failure(url(upstream, "/plain")), "connect");
  EXPECT_EQ(failure(url(upstream, "/wrong")), "connect");
  EXPECT_EQ(failure(url(upstream, "/silent")), "timeout");
  EXPECT_EQ(failure(upstream.url("/plain")), "invalid");
  EXPECT_EQ(failure("ws://user@127.0.0.1/"), "invalid");
  EXPECT_EQ(failure("ws://127.0.0.2:1/"), "blocked");
  EXPECT_EQ(failure("ws://nothing.invalid/"), "dns");
  EXPECT_TRUE(upstream.wait_for_open_connections(0));
}

TEST_F(WebSocketCallTest, EndsWhenTheClientLeaves) {
  Upstream upstream;
  upstream.script("/silent", {testkit::wait_for_departure()});
  WebSocketCall call(http_, grant(R"({"url":")" + url(upstream) + R"("})"),
                     to(url(upstream, "/silent")), http::websocket::make_key(1, 2));
  std::optional<Outcome> outcome;
  loop_.spawn(connect_into(call, outcome));
  EXPECT_TRUE(run_until([&] { return !upstream.requests().empty(); }));
  call.cancel();
  EXPECT_TRUE(run_until([&] { return outcome.has_value(); }));
  EXPECT_EQ(outcome->error().failure, HttpFailure::kCancelled);
}

TEST(WebSocketRequestJson, ReadsItsMembersAndRefusesOtherTypes) {
  const auto request = parse_websocket_request(
      R"({"url":"wss://a","connect_timeout_ms":7,"headers":{"A":"b"},"idle_timeout_ms":8,
          "max_message_bytes":9,"other":[]})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->url, "wss://a");
  EXPECT_EQ(request->connect_timeout, 7ms);
  EXPECT_EQ(request->headers, (HttpRequest::Headers{{"A", "b"}}));
  EXPECT_EQ(request->idle_timeout, 8ms);
  EXPECT_EQ(request->max_message_bytes, 9u);
  EXPECT_EQ(parse_websocket_request(R"({"url":"u"})")->connect_timeout, 5s);
  for (const auto* json :
       {"", "{}", R"({"url":1})", R"({"url":"u","headers":null})",
        R"({"url":"u","connect_timeout_ms":-1})", R"({"url":"u","headers":{"a":1}})"}) {
    EXPECT_FALSE(parse_websocket_request(json)) << json;
  }
}

}  // namespace
}  // namespace barbacane::services
