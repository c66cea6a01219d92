#include "net/listener.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace barbacane::net {

namespace {

/// Rest before the next try when the process has run out of descriptors.
constexpr std::chrono::milliseconds kAcceptPause{50};
/// Connections taken in one go, so that those already open get their turn.
constexpr int kAcceptedAtOnce = 64;

bool switch_on(int socket, int level, int option) {
  const int on = 1;
  return ::setsockopt(socket, level, option, &on, sizeof on) == 0;
}

base::Result<int> open_socket(const Endpoint& endpoint) {
  const int socket = ::socket(endpoint.protocol().family(),
                              SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  // TCP_NODELAY is inherited by what is accepted.
  const bool ready =
      socket >= 0 && switch_on(socket, SOL_SOCKET, SO_REUSEADDR) &&
      switch_on(socket, SOL_SOCKET, SO_REUSEPORT) && switch_on(socket, IPPROTO_TCP, TCP_NODELAY) &&
      ::bind(socket, endpoint.data(), static_cast<socklen_t>(endpoint.size())) == 0 &&
      ::listen(socket, SOMAXCONN) == 0;
  if (ready) return socket;
  const std::string reason = std::strerror(errno);
  if (socket >= 0) ::close(socket);
  return base::fail(reason);
}

}  // namespace

struct Listener::State {
  State(EventLoop& loop_, Accept accept_) : loop(loop_), accept(std::move(accept_)) {}

  EventLoop& loop;
  Accept accept;
  std::optional<Descriptor> socket;
};

Listener::Listener(EventLoop& loop, Accept accept)
    : state_(std::make_shared<State>(loop, std::move(accept))) {}

Listener::~Listener() { close(); }

base::Result<> Listener::listen(const Endpoint& endpoint) {
  const auto socket = open_socket(endpoint);
  if (!socket) return std::unexpected(socket.error());
  state_->socket.emplace(state_->loop, *socket);
  state_->loop.spawn(accept_all(state_));
  return {};
}

Endpoint Listener::local_endpoint() const {
  Endpoint endpoint;
  if (!state_->socket) return endpoint;
  auto size = static_cast<socklen_t>(endpoint.capacity());
  if (::getsockname(state_->socket->get(), endpoint.data(), &size) == 0) endpoint.resize(size);
  return endpoint;
}

void Listener::close() {
  if (state_->socket) state_->socket->close();
}

Task<> Listener::accept_all(std::shared_ptr<State> state) {
  while (co_await state->socket->readable()) {
    for (int taken = 0; taken < kAcceptedAtOnce && state->socket->open(); ++taken) {
      Endpoint peer;
      auto size = static_cast<socklen_t>(peer.capacity());
      const int socket =
          ::accept4(state->socket->get(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (socket >= 0) {
        peer.resize(size);
        state->accept(socket, peer);
        continue;
      }
      if (errno == EINTR || errno == ECONNABORTED) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) co_await state->loop.sleep(kAcceptPause);
      break;
    }
    if (!state->socket->open()) co_return;
  }
}

}  // namespace barbacane::net
