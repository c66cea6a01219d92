#include "http/detail/handshake.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include <sys/socket.h>

#include "http/detail/bare_answers.h"
#include "net/alarm.h"
#include "net/tls_server.h"

namespace barbacane::http {

namespace {

/// For the client to take our answer before the connection is closed on what it still sends.
constexpr std::chrono::milliseconds kLinger{1000};
constexpr int kLingerReads = 64;

/// A connection that has no protocol yet: nothing is lost when the server ends it.
class Newcomer final : public ServerState::Member {
 public:
  Newcomer(std::shared_ptr<ServerState> server, net::Stream& stream)
      : Member(std::move(server)), stream_(stream) {}

  void drain() override { cut(); }
  void cut() override { stream_.cancel(); }

 private:
  net::Stream& stream_;
};

/// In the clear, past TLS: it has failed, and nothing of it went out.
net::Task<> refuse_plain_http(net::Stream& stream, net::Alarm& alarm, net::TimerWheel& timers) {
  ::send(stream.socket(), kBareBadRequest.data(), kBareBadRequest.size(), MSG_NOSIGNAL);
  ::shutdown(stream.socket(), SHUT_WR);
  alarm.arm(timers, kLinger);
  std::array<char, 4096> sink;
  for (int rounds = 0; rounds < kLingerReads && co_await stream.readable(); ++rounds) {
    const ssize_t got = ::recv(stream.socket(), sink.data(), sink.size(), 0);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) co_return;
  }
}

}  // namespace

net::Task<bool> shake_hands(std::shared_ptr<ServerState> server, net::Stream& stream) {
  if (server->draining) co_return false;
  const Newcomer newcomer(server, stream);
  stream.secure(std::make_unique<net::TlsSession>(server->tls->accept(stream.socket())));
  net::Alarm reading(stream, net::Descriptor::Direction::kRead);
  net::Alarm writing(stream, net::Descriptor::Direction::kWrite);
  reading.arm(server->loop.timers(), server->options.handshake_timeout);
  writing.arm(server->loop.timers(), server->options.handshake_timeout);
  if (co_await stream.handshake()) co_return true;
  if (stream.tls()->failure() == net::TlsFailure::kPlainHttp)
    co_await refuse_plain_http(stream, reading, server->loop.timers());
  co_return false;
}

}  // namespace barbacane::http
