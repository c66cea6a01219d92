#include "testkit/websocket.h"

#include <random>

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "testkit/error.h"
#include "testkit/upstream_connection.h"

namespace barbacane::testkit {

namespace {

constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";

bool is_control(Opcode opcode) { return static_cast<int>(opcode) >= 8; }

void append_length(std::string& bytes, std::uint64_t length, std::uint8_t mask_bit) {
  const auto append_number = [&](int octets) {
    for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) {
      bytes += static_cast<char>(length >> shift & 0xff);
    }
  };
  if (length < 126) {
    bytes += static_cast<char>(mask_bit | length);
  } else if (length < 65'536) {
    bytes += static_cast<char>(mask_bit | 126);
    append_number(2);
  } else {
    bytes += static_cast<char>(mask_bit | 127);
    append_number(8);
  }
}

void apply_mask(std::string& payload, std::string_view mask) {
  for (std::size_t i = 0; i < payload.size(); ++i) {
    payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
  }
}

std::uint64_t number_in(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<std::uint8_t>(byte);
  return number;
}

}  // namespace

int Frame::close_code() const {
  if (payload.size() < 2) return 1005;
  return static_cast<int>(number_in(std::string_view(payload).substr(0, 2)));
}

std::string Frame::close_reason() const { return payload.size() < 2 ? "" : payload.substr(2); }

std::string close_payload(int code, std::string_view reason) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  return payload.append(reason);
}

std::string frame_bytes(const Frame& frame) {
  static thread_local std::mt19937 random(20'240'601);
  std::string bytes;
  bytes += static_cast<char>((frame.fin ? 0x80 : 0) | (frame.reserved & 7) << 4 |
                             static_cast<int>(frame.opcode));
  append_length(bytes, frame.payload.size(), frame.masked ? 0x80 : 0);
  std::string payload = frame.payload;
  if (frame.masked) {
    std::string mask;
    for (int i = 0; i < 4; ++i) mask += static_cast<char>(random() & 0xff);
    apply_mask(payload, mask);
    bytes += mask;
  }
  return bytes + payload;
}

bool WebSocket::send(Frame frame) {
  frame.masked = side_ == Side::kClient;
  return stream_.send(frame_bytes(frame));
}

bool WebSocket::send_fragments(Opcode opcode, const std::vector<std::string>& pieces) {
  bool sent = true;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    sent = send({.opcode = i == 0 ? opcode : Opcode::kContinuation,
                 .payload = pieces[i],
                 .fin = i + 1 == pieces.size()});
  }
  return sent;
}

bool WebSocket::send_close(int code, std::string_view reason) {
  return send({Opcode::kClose, close_payload(code, reason)});
}

std::optional<Frame> WebSocket::read_frame() {
  if (stream_.buffered().empty() && !stream_.fill()) return std::nullopt;
  const std::string start = stream_.take(2);
  const auto first = static_cast<std::uint8_t>(start[0]);
  const auto second = static_cast<std::uint8_t>(start[1]);
  std::uint64_t length = second & 0x7f;
  if (length == 126) length = number_in(stream_.take(2));
  if (length == 127) length = number_in(stream_.take(8));
  Frame frame{.opcode = static_cast<Opcode>(first & 0x0f),
              .fin = (first & 0x80) != 0,
              .reserved = static_cast<std::uint8_t>(first >> 4 & 7),
              .masked = (second & 0x80) != 0};
  const std::string mask = frame.masked ? stream_.take(4) : std::string();
  frame.payload = stream_.take(static_cast<std::size_t>(length));
  if (frame.masked) apply_mask(frame.payload, mask);
  return frame;
}

Frame WebSocket::read() {
  std::optional<Frame> message;
  while (true) {
    std::optional<Frame> frame = read_frame();
    if (!frame) return {Opcode::kClose, close_payload(1006)};
    if (frame->masked == (side_ == Side::kClient)) {
      throw TestkitError("a frame is masked that must not be, or is not that must");
    }
    if (frame->opcode == Opcode::kPing) send({Opcode::kPong, frame->payload});
    if (frame->opcode == Opcode::kClose) return *frame;
    if (is_control(frame->opcode)) continue;
    if (message) {
      message->payload += frame->payload;
    } else {
      message = *frame;
    }
    if (frame->fin) return {message->opcode, message->payload};
  }
}

Frame WebSocket::close(int code, std::string_view reason) {
  send_close(code, reason);
  while (true) {
    const Frame frame = read();
    if (frame.opcode == Opcode::kClose) return frame;
  }
}

std::string websocket_accept(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  unsigned char digest[SHA_DIGEST_LENGTH];
  ::EVP_Digest(text.data(), text.size(), digest, nullptr, ::EVP_sha1(), nullptr);
  unsigned char encoded[32];
  const int length = ::EVP_EncodeBlock(encoded, digest, sizeof digest);
  return {encoded, encoded + length};
}

RequestBuilder websocket_handshake(std::string_view target, const WebSocketRequest& request) {
  RequestBuilder builder("GET", target);
  builder.header("upgrade", "websocket")
      .header("connection", "Upgrade")
      .header("sec-websocket-version", "13")
      .header("sec-websocket-key", kKey);
  for (const std::string& protocol : request.subprotocols) {
    builder.header("sec-websocket-protocol", protocol);
  }
  for (const auto& [name, value] : request.headers) builder.header(name, value);
  return builder;
}

WebSocketClient::WebSocketClient(std::uint16_t port, std::string_view target,
                                 const WebSocketRequest& request)
    : WebSocketClient(std::make_unique<Connection>(port), target, request) {}

WebSocketClient::WebSocketClient(std::unique_ptr<Connection> connection, std::string_view target,
                                 const WebSocketRequest& request)
    : WebSocket(connection->stream(), Side::kClient), connection_(std::move(connection)) {
  connection_->send(websocket_handshake(target, request).bytes());
  response_ = connection_->read_head();
  if (response_.status != 101) {
    throw TestkitError("the handshake is refused with " + std::to_string(response_.status));
  }
  if (response_.header("sec-websocket-accept") != websocket_accept(kKey)) {
    throw TestkitError("the handshake is answered with a wrong key");
  }
}

Step accept_websocket(std::string_view subprotocol) {
  return call([protocol = std::string(subprotocol)](UpstreamConnection& connection) {
    const ReceivedRequest& request = connection.request();
    Headers headers = {
        {"upgrade", "websocket"},
        {"connection", "Upgrade"},
        {"sec-websocket-accept", websocket_accept(request.header("sec-websocket-key"))}};
    if (!protocol.empty()) headers.emplace_back("sec-websocket-protocol", protocol);
    connection.send(response_head(101, headers));
  });
}

Step echo_websocket() {
  return with_websocket([](WebSocket& socket) {
    while (true) {
      const Frame message = socket.read();
      if (message.opcode == Opcode::kClose) {
        socket.send(message);
        break;
      }
      if (!socket.send(message)) break;
    }
  });
}

Step with_websocket(std::function<void(WebSocket&)> function) {
  return call([function = std::move(function)](UpstreamConnection& connection) {
    WebSocket socket(connection.stream(), Side::kServer);
    function(socket);
    connection.close();
  });
}

}  // namespace barbacane::testkit
