// Feeds bytes to a live connection over a socket pair, in pieces the input chooses, and checks that
// whatever they are the connection answers whole responses and then ends.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/detail/server_state.h"
#include "http/h1/connection.h"

namespace {

using namespace barbacane;

/// Reads bodies in three ways and answers with what it saw.
struct Echo final : http::Handler {
  net::Task<> handle(http::Exchange& exchange) override {
    const std::string_view path = exchange.request().path;
    http::Response response(exchange.arena());
    if (path.starts_with("/stream")) {
      exchange.start(response, std::nullopt);
      for (;;) {
        const auto part = co_await exchange.read_body_part();
        if (!part || part->empty()) break;
        co_await exchange.write(*part);
      }
      co_await exchange.finish();
      co_return;
    }
    if (!path.starts_with("/ignore")) {
      const auto body = co_await exchange.read_body(32 * 1024);
      if (body) response.body = *body;
      if (!body) response.status = 400;
    }
    response.add("x-path", path);
    exchange.respond(response);
  }
};

std::string read_available(int fd) {
  std::string text;
  char block[65536];
  for (ssize_t got; (got = ::recv(fd, block, sizeof block, MSG_DONTWAIT)) > 0;)
    text.append(block, static_cast<std::size_t>(got));
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::size_t piece = 1 + data[0] * 8;
  std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  // What begins so goes on in HTTP/2, which http2_connection_fuzz looks at.
  const bool http2 = bytes.starts_with("PRI * HTTP/2.0\r\n\r\n");

  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0) return 0;
  std::string output;
  {
    net::EventLoop loop;
    Echo handler;
    http::ConnectionCap cap(10);
    auto state = std::make_shared<http::ServerState>(loop, handler, http::ServerOptions{}, cap);
    loop.spawn(http::h1::Connection::serve(std::make_unique<http::h1::Connection>(
        state, std::make_unique<net::Stream>(loop, ends[0]), http::PeerName({}))));
    loop.poll();
    while (!bytes.empty()) {
      const std::string_view part = bytes.substr(0, piece);
      if (::send(ends[1], part.data(), part.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) break;
      bytes.remove_prefix(part.size());
      loop.poll();
      output += read_available(ends[1]);
    }
    ::shutdown(ends[1], SHUT_WR);
    loop.poll();
    output += read_available(ends[1]);
    if (state->members != 0) std::abort();  // the client is gone: so must the connection be
  }
  ::close(ends[1]);
  if (!http2 && !output.empty() && !output.starts_with("HTTP/1.1 ")) std::abort();
  return 0;
}
