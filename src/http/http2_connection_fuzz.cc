// Feeds bytes behind the preface of HTTP/2 to a live connection over a socket pair, in pieces the
// input chooses, and checks that whatever they are the connection ends with its client and leaves
// no stream behind.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/detail/server_state.h"
#include "http/h2/serve.h"

namespace {

using namespace barbacane;

/// More than it takes to read what a closing connection still reads.
constexpr int kTurns = 1000;

int running = 0;

/// Reads bodies in three ways and answers with what it saw.
struct Echo final : http::Handler {
  static net::Task<> echo(http::Exchange& exchange) {
    const std::string_view path = exchange.request().path;
    http::Response response(exchange.arena());
    if (path.starts_with("/stream")) {
      exchange.start(response, std::nullopt);
      for (;;) {
        const auto part = co_await exchange.read_body_part();
        if (!part || part->empty()) break;
        if (!co_await exchange.write(*part)) break;
      }
      std::pmr::vector<http::Field> trailers(exchange.arena());
      exchange.append_trailers(trailers);
      co_await exchange.finish(trailers);
      co_return;
    }
    if (path.starts_with("/yield")) co_await exchange.loop().yield();
    if (path.starts_with("/abort")) exchange.abort();
    if (!path.starts_with("/ignore")) {
      const auto body = co_await exchange.read_body(32 * 1024);
      if (body) response.body = *body;
      if (!body) response.status = 400;
    }
    response.add("x-path", path);
    exchange.respond(response);
  }

  net::Task<> handle(http::Exchange& exchange) override {
    ++running;
    co_await echo(exchange);
    --running;
  }
};

void take_available(int fd) {
  char block[65536];
  while (::recv(fd, block, sizeof block, MSG_DONTWAIT) > 0) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::size_t piece = 1 + data[0] * 8;
  const std::string_view rest(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::string input = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + std::string(rest);
  std::string_view bytes = input;

  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0) return 0;
  running = 0;
  {
    net::EventLoop loop;
    Echo handler;
    http::ConnectionCap cap(10);
    auto state = std::make_shared<http::ServerState>(loop, handler, http::ServerOptions{}, cap);
    loop.spawn(http::h2::serve(state, std::make_unique<net::Stream>(loop, ends[0]),
                               http::PeerName({}), {}));
    loop.poll();
    while (!bytes.empty()) {
      const std::string_view part = bytes.substr(0, piece);
      if (::send(ends[1], part.data(), part.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) break;
      bytes.remove_prefix(part.size());
      loop.poll();
      take_available(ends[1]);
    }
    ::shutdown(ends[1], SHUT_WR);
    for (int turns = 0; turns < kTurns && (state->members != 0 || running != 0); ++turns) {
      loop.poll();
      take_available(ends[1]);
    }
    // The client is gone: so must the connection be, and whoever answered it.
    if (state->members != 0 || running != 0) std::abort();
  }
  ::close(ends[1]);
  return 0;
}
