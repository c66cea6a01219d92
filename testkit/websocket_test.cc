#include "testkit/websocket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testkit/error.h"
#include "testkit/upstream.h"

namespace barbacane::testkit {
namespace {

TEST(WebSocket, AcceptsTheKeyOfTheRfc) {
  EXPECT_EQ(websocket_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocket, FramesAreTheBytesOfTheRfc) {
  EXPECT_EQ(frame_bytes({Opcode::kText, "Hello"}), "\x81\x05Hello");
  EXPECT_EQ(frame_bytes({.opcode = Opcode::kText, .payload = "Hel", .fin = false}), "\x01\x03Hel");
  EXPECT_EQ(frame_bytes({Opcode::kBinary, std::string(256, 'x')}).substr(0, 4),
            std::string("\x82\x7E\x01\x00", 4));
  EXPECT_EQ(frame_bytes({Opcode::kBinary, std::string(65'536, 'x')}).substr(0, 10),
            std::string("\x82\x7F\x00\x00\x00\x00\x00\x01\x00\x00", 10));
}

TEST(WebSocket, ClientAndUpstreamTalk) {
  Upstream upstream;
  upstream.script("/chat", {accept_websocket("v2"), echo_websocket()});
  WebSocketClient client(upstream.port(), "/chat", {.subprotocols = {"v1", "v2"}});
  EXPECT_EQ(client.subprotocol(), "v2");

  for (const std::size_t size : {0u, 1u, 125u, 126u, 65'535u, 65'536u, 1'000'000u}) {
    const std::string text = pattern(0, size);
    client.send_binary(text);
    EXPECT_EQ(client.read().payload, text);
  }
  client.ping("are you there");
  EXPECT_EQ(client.read_frame()->opcode, Opcode::kPong);
  client.send_fragments(Opcode::kText, {"one ", "two ", "three"});
  EXPECT_EQ(client.read().payload, "one two three");
  EXPECT_EQ(client.close(4001, "enough").close_code(), 4001);
}

TEST(WebSocket, SeesAnEndWithoutAClose) {
  Upstream upstream;
  upstream.script("/", {accept_websocket(), close()});
  WebSocketClient client(upstream.port(), "/");
  EXPECT_EQ(client.read().close_code(), 1006);
}

TEST(WebSocket, ARefusedHandshakeThrows) {
  Upstream upstream;
  upstream.script("/", {answer(403, "no")});
  EXPECT_THROW(WebSocketClient(upstream.port(), "/"), TestkitError);
}

}  // namespace
}  // namespace barbacane::testkit
