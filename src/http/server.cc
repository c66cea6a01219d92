#include "http/server.h"

#include <chrono>
#include <ctime>
#include <utility>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/socket.h>

#include "http/detail/server_state.h"
#include "http/h1/connection.h"

namespace barbacane::http {

namespace {

using Tcp = boost::asio::ip::tcp;
using Acceptor = boost::asio::basic_socket_acceptor<Tcp, net::Executor>;
using ReusePort = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

/// Rest before the next try when the process has run out of descriptors.
constexpr std::chrono::milliseconds kAcceptPause{50};

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
        acceptor(loop.executor()) {}

  net::Task<> accept_connections();
  void turn_away(h1::Connection::Socket& socket);

  std::shared_ptr<ServerState> state;
  Acceptor acceptor;
  std::function<void(std::string)> limit_listener;
  std::time_t last_limit_report = 0;
};

net::Task<> Server::Impl::accept_connections() {
  // Held here, since the coroutine may outlive the server until its loop dies.
  const std::shared_ptr<ServerState> shared = state;
  while (!shared->draining) {
    boost::system::error_code error;
    h1::Connection::Socket socket = co_await acceptor.async_accept(
        boost::asio::redirect_error(boost::asio::use_awaitable_t<net::Executor>{}, error));
    if (shared->draining || error == boost::asio::error::operation_aborted) co_return;
    if (error) {
      co_await shared->loop.sleep(kAcceptPause);
      continue;
    }
    if (shared->cap.open.fetch_add(1) >= shared->cap.limit) {
      turn_away(socket);
      --shared->cap.open;
      continue;
    }
    boost::system::error_code ignored;
    socket.set_option(Tcp::no_delay(true), ignored);
    shared->loop.spawn(
        h1::Connection::serve(std::make_unique<h1::Connection>(shared, std::move(socket))));
  }
}

void Server::Impl::turn_away(h1::Connection::Socket& socket) {
  boost::system::error_code error;
  const std::time_t now = std::time(nullptr);
  if (limit_listener && now != last_limit_report) {
    last_limit_report = now;
    limit_listener(socket.remote_endpoint(error).address().to_string());
  }
  socket.close(error);
}

Server::Server(net::EventLoop& loop, Handler& handler, ServerOptions options, ConnectionCap& cap)
    : impl_(std::make_unique<Impl>(loop, handler, options, cap)) {}

Server::~Server() { impl_->state->draining = true; }

base::Result<> Server::listen(const Tcp::endpoint& endpoint) {
  boost::system::error_code error;
  Acceptor& acceptor = impl_->acceptor;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(boost::asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.set_option(ReusePort(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
  if (error) return base::fail(error.message());
  impl_->state->loop.spawn(impl_->accept_connections());
  return {};
}

Tcp::endpoint Server::local_endpoint() const {
  boost::system::error_code ignored;
  return impl_->acceptor.local_endpoint(ignored);
}

void Server::on_connection_limit(std::function<void(std::string)> listener) {
  impl_->limit_listener = std::move(listener);
}

void Server::drain() {
  impl_->state->draining = true;
  boost::system::error_code ignored;
  impl_->acceptor.close(ignored);
  impl_->state->for_each([](ServerState::Member& member) { member.drain(); });
}

void Server::close() {
  drain();
  impl_->state->for_each([](ServerState::Member& member) { member.cut(); });
}

std::size_t Server::active_connections() const { return impl_->state->members; }

}  // namespace barbacane::http
