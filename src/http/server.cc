#include "http/server.h"

#include <ctime>
#include <utility>

#include <unistd.h>

#include "http/detail/handshake.h"
#include "http/detail/peer_name.h"
#include "http/detail/server_state.h"
#include "http/h1/connection.h"
#include "http/h2/serve.h"
#include "net/listener.h"
#include "net/stream.h"
#include "net/tls_server.h"

namespace barbacane::http {

namespace {

/// Of the process's connections, from accept to close.
class Counted {
 public:
  explicit Counted(ConnectionCap& cap) : cap_(&cap) {}
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --cap_->open; }

 private:
  ConnectionCap* cap_;
};

net::Task<> serve(std::shared_ptr<ServerState> state, int socket, net::Endpoint peer) {
  const Counted counted(state->cap);
  auto stream = std::make_unique<net::Stream>(state->loop, socket);
  const PeerName name(peer);
  if (state->tls) {
    if (!co_await shake_hands(state, *stream)) co_return;
    if (stream->tls()->alpn() == "h2") {
      co_await h2::serve(std::move(state), std::move(stream), name, {});
      co_return;
    }
  }
  co_await h1::Connection::serve(
      std::make_unique<h1::Connection>(std::move(state), std::move(stream), name));
}

}  // namespace

ServerState::Member::Member(std::shared_ptr<ServerState> state)
    : state_(std::move(state)), next_(state_->first_) {
  if (next_ != nullptr) next_->link_ = &next_;
  state_->first_ = this;
  link_ = &state_->first_;
  ++state_->members;
}

ServerState::Member::~Member() {
  *link_ = next_;
  if (next_ != nullptr) next_->link_ = link_;
  --state_->members;
}

void ServerState::for_each(const std::function<void(Member&)>& visit) {
  // Members end in their own coroutines, after this returns, so the list stands still.
  for (Member* member = first_; member != nullptr; member = member->next_) visit(*member);
}

struct Server::Impl {
  Impl(net::EventLoop& loop, Handler& handler, ServerOptions options, ConnectionCap& cap)
      : state(std::make_shared<ServerState>(loop, handler, options, cap)),
        listener(loop, [this](int socket, const net::Endpoint& peer) { take(socket, peer); }) {}

  void take(int socket, const net::Endpoint& peer);
  void report_limit(const net::Endpoint& peer);

  std::shared_ptr<ServerState> state;
  net::Listener listener;
  std::function<void(std::string)> limit_listener;
  std::time_t last_limit_report = 0;
};

void Server::Impl::take(int socket, const net::Endpoint& peer) {
  if (state->cap.open.fetch_add(1) < state->cap.limit) {
    return state->loop.spawn(serve(state, socket, peer));
  }
  --state->cap.open;
  ::close(socket);
  report_limit(peer);
}

void Server::Impl::report_limit(const net::Endpoint& peer) {
  const std::time_t now = std::time(nullptr);
  if (!limit_listener || now == last_limit_report) return;
  last_limit_report = now;
  limit_listener(peer.address().to_string());
}

Server::Server(net::EventLoop& loop, Handler& handler, ServerOptions options, ConnectionCap& cap)
    : impl_(std::make_unique<Impl>(loop, handler, options, cap)) {}

Server::~Server() { impl_->state->draining = true; }

base::Result<> Server::listen(const net::Endpoint& endpoint) {
  return impl_->listener.listen(endpoint);
}

net::Endpoint Server::local_endpoint() const { return impl_->listener.local_endpoint(); }

void Server::on_connection_limit(std::function<void(std::string)> listener) {
  impl_->limit_listener = std::move(listener);
}

void Server::use_tls(std::shared_ptr<const net::TlsServerContext> context) {
  impl_->state->tls = std::move(context);
}

void Server::drain() {
  impl_->state->draining = true;
  impl_->listener.close();
  impl_->state->for_each([](ServerState::Member& member) { member.drain(); });
}

void Server::close() {
  drain();
  impl_->state->for_each([](ServerState::Member& member) { member.cut(); });
}

std::size_t Server::active_connections() const { return impl_->state->members; }

}  // namespace barbacane::http
