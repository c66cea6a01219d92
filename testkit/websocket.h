#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "testkit/connection.h"
#include "testkit/upstream_steps.h"

/// One end of a WebSocket (RFC 6455), blocking, that can also break every rule of it.
///
///     WebSocketClient client(gateway.port(), "/chat", {.subprotocols = {"v2"}});
///     client.send_text("hello");
///     EXPECT_EQ(client.read().payload, "hello");
///     client.close(1000);
///
/// An Upstream becomes a WebSocket server with the step `accept_websocket`.
namespace barbacane::testkit {

enum class Opcode : std::uint8_t {
  kContinuation = 0,
  kText = 1,
  kBinary = 2,
  kClose = 8,
  kPing = 9,
  kPong = 10,
};

struct Frame {
  Opcode opcode = Opcode::kText;
  std::string payload = {};  ///< unmasked
  bool fin = true;
  std::uint8_t reserved = 0;  ///< the three bits
  bool masked = false;

  /// Of a close frame; 1005 when it carries none.
  int close_code() const;
  std::string close_reason() const;
};

/// A close frame's payload.
std::string close_payload(int code, std::string_view reason = {});

enum class Side { kClient, kServer };

/// Frames over a stream that belongs to somebody else.
class WebSocket {
 public:
  WebSocket(Stream& stream, Side side) : stream_(stream), side_(side) {}

  /// Masked as the side demands, in the shortest form; false when the peer is gone.
  bool send(Frame frame);
  bool send_text(std::string_view text) { return send({Opcode::kText, std::string(text)}); }
  bool send_binary(std::string_view bytes) { return send({Opcode::kBinary, std::string(bytes)}); }
  /// In frames of these pieces.
  bool send_fragments(Opcode opcode, const std::vector<std::string>& pieces);
  bool ping(std::string_view payload = {}) { return send({Opcode::kPing, std::string(payload)}); }
  bool send_close(int code, std::string_view reason = {});
  bool send_bytes(std::string_view bytes) { return stream_.send(bytes); }

  /// The next frame as it came; nothing at the end of the stream.
  std::optional<Frame> read_frame();
  /// The next whole message or close, with pings answered and pongs passed over; at an end without
  /// a close frame, a close of code 1006.
  Frame read();

  /// Says goodbye and waits for the answer: the peer's close frame.
  Frame close(int code = 1000, std::string_view reason = {});

 private:
  Stream& stream_;
  Side side_;
};

/// The bytes of a frame.
std::string frame_bytes(const Frame& frame);

struct WebSocketRequest {
  std::vector<std::string> subprotocols = {};
  Headers headers = {};
};

/// A connection that has shaken hands, or the answer that refused it.
class WebSocketClient : public WebSocket {
 public:
  /// Throws TestkitError when the answer is not 101 with the right key.
  WebSocketClient(std::uint16_t port, std::string_view target,
                  const WebSocketRequest& request = {});
  WebSocketClient(std::unique_ptr<Connection> connection, std::string_view target,
                  const WebSocketRequest& request = {});

  /// The answer to the handshake.
  const Response& response() const { return response_; }
  std::string subprotocol() const { return response_.header("sec-websocket-protocol"); }
  Connection& connection() { return *connection_; }

 private:
  std::unique_ptr<Connection> connection_;
  Response response_;
};

/// The request of a handshake, for tests that look at refusals.
RequestBuilder websocket_handshake(std::string_view target, const WebSocketRequest& request = {});
/// `sec-websocket-accept` for a key.
std::string websocket_accept(std::string_view key);

/// Answers the handshake, choosing that subprotocol when it is not empty.
Step accept_websocket(std::string_view subprotocol = {});
/// Sends every message back, and answers a close with the same code, until either happens.
Step echo_websocket();
/// Whatever the test wants to do with the frames.
Step with_websocket(std::function<void(WebSocket&)> function);

}  // namespace barbacane::testkit
