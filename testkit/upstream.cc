#include "testkit/upstream.h"

#include <algorithm>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "testkit/error.h"
#include "testkit/eventually.h"

namespace barbacane::testkit {

namespace {

/// Serves one accepted socket in a thread of its own.
void start_serving(int socket, const UpstreamOptions& options, const TlsServerContext* tls,
                   const std::shared_ptr<UpstreamRecord>& record) {
  std::size_t number = 0;
  {
    const std::lock_guard lock(record->mutex);
    number = record->peers.size() + 1;
    record->peers.emplace_back();
    ++record->live;
  }
  std::thread([=, patience = options.patience,
               context = tls == nullptr ? std::nullopt : std::optional(*tls)] {
    UpstreamConnection connection(Stream(socket, patience), *record, number);
    {
      const std::lock_guard lock(record->mutex);
      record->peers[number - 1].connection = &connection;
    }
    connection.serve(context ? &*context : nullptr);
    const std::lock_guard lock(record->mutex);
    record->peers[number - 1] = {};
    --record->live;
    record->ended.notify_all();
  }).detach();
}

}  // namespace

Upstream::Upstream(const UpstreamOptions& options)
    : options_(options), record_(std::make_shared<UpstreamRecord>()) {
  if (options_.tls) tls_.emplace(*options_.tls);
  record_->keep_body = options_.keep_body;
  record_->requests_per_connection = options_.requests_per_connection;
  start_listening(options_.port);
}

Upstream::~Upstream() { kill(); }

void Upstream::start_listening(std::uint16_t port) {
  listener_ = listen_on_loopback(port);
  port_ = port_of(listener_);
  if (options_.receive_buffer > 0) {
    ::setsockopt(listener_, SOL_SOCKET, SO_RCVBUF, &options_.receive_buffer,
                 sizeof options_.receive_buffer);
  }
  acceptor_ = std::thread([this, listener = listener_] {
    while (true) {
      const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) break;
      start_serving(socket, options_, tls_ ? &*tls_ : nullptr, record_);
    }
  });
}

void Upstream::stop_listening() {
  if (listener_ < 0) return;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  listener_ = -1;
}

void Upstream::kill() {
  stop_listening();
  // A thread may not have made its connection known yet, hence again and again.
  std::unique_lock lock(record_->mutex);
  while (record_->live > 0) {
    for (const UpstreamRecord::Peer& peer : record_->peers) {
      if (peer.connection != nullptr) peer.connection->cut(UpstreamConnection::Cut::kClose);
    }
    record_->ended.wait_for(lock, std::chrono::milliseconds(5));
  }
}

void Upstream::restart() {
  kill();
  start_listening(port_);
}

std::string Upstream::url(std::string_view path) const {
  const std::string origin = options_.tls ? "https://localhost:" : "http://127.0.0.1:";
  return origin + std::to_string(port_) + std::string(path);
}

Upstream& Upstream::script(std::string_view path, Script steps) {
  const std::lock_guard lock(record_->mutex);
  record_->scripts.insert_or_assign(std::string(path), std::move(steps));
  return *this;
}

Upstream& Upstream::once(std::string_view path, Script steps) {
  const std::lock_guard lock(record_->mutex);
  record_->queued[std::string(path)].push_back(std::move(steps));
  return *this;
}

Upstream& Upstream::otherwise(Script steps) {
  const std::lock_guard lock(record_->mutex);
  record_->otherwise = std::move(steps);
  return *this;
}

Upstream& Upstream::on_connect(Script steps) {
  const std::lock_guard lock(record_->mutex);
  record_->for_connections.push_back(std::move(steps));
  return *this;
}

Upstream& Upstream::on_every_connection(Script steps) {
  const std::lock_guard lock(record_->mutex);
  record_->for_every_connection = std::move(steps);
  return *this;
}

void Upstream::open_gate(std::string_view name) {
  const std::lock_guard lock(record_->mutex);
  record_->gates.emplace(name);
}

std::vector<ReceivedRequest> Upstream::requests() const {
  const std::lock_guard lock(record_->mutex);
  return {record_->requests.begin(), record_->requests.end()};
}

std::vector<ReceivedRequest> Upstream::requests(std::string_view path) const {
  std::vector<ReceivedRequest> found = requests();
  std::erase_if(found, [&](const ReceivedRequest& request) { return request.path() != path; });
  return found;
}

std::vector<ReceivedRequest> Upstream::wait_for_requests(std::size_t count,
                                                         std::chrono::milliseconds within) const {
  std::size_t arrived = 0;
  const auto all_here = [&] {
    const std::lock_guard lock(record_->mutex);
    arrived = static_cast<std::size_t>(std::ranges::count_if(
        record_->requests, [](const auto& it) { return it.complete || it.body_left; }));
    return arrived >= count;
  };
  if (!eventually(within, all_here)) {
    throw TestkitError("the upstream waited for " + std::to_string(count) + " requests and got " +
                       std::to_string(arrived));
  }
  return requests();
}

std::size_t Upstream::accepted() const {
  const std::lock_guard lock(record_->mutex);
  return record_->peers.size();
}

std::size_t Upstream::open_connections() const {
  const std::lock_guard lock(record_->mutex);
  return static_cast<std::size_t>(std::ranges::count_if(record_->peers, [](const auto& peer) {
    return peer.connection != nullptr && !peer.connection->peer_has_departed();
  }));
}

std::vector<std::string> Upstream::handshake_failures() const {
  const std::lock_guard lock(record_->mutex);
  return record_->handshake_failures;
}

bool Upstream::wait_for_open_connections(std::size_t count,
                                         std::chrono::milliseconds within) const {
  return eventually(within, [&] { return open_connections() == count; });
}

bool Upstream::wait_for_idle_connections(std::size_t count,
                                         std::chrono::milliseconds within) const {
  return eventually(within, [&] {
    const std::lock_guard lock(record_->mutex);
    return static_cast<std::size_t>(std::ranges::count_if(record_->peers, [](const auto& peer) {
             return peer.idle && !peer.connection->peer_has_departed();
           })) == count;
  });
}

bool Upstream::wait_for_departure(std::size_t connection, std::chrono::milliseconds within) const {
  return eventually(within, [&] {
    const std::lock_guard lock(record_->mutex);
    if (connection == 0 || connection > record_->peers.size()) return false;
    const UpstreamConnection* peer = record_->peers[connection - 1].connection;
    return peer == nullptr || peer->peer_has_departed();
  });
}

std::uint64_t Upstream::bytes_sent() const { return record_->bytes_sent; }
std::uint64_t Upstream::bytes_received() const { return record_->bytes_received; }

void Upstream::cut_connections(UpstreamConnection::Cut how, Which which) const {
  const std::lock_guard lock(record_->mutex);
  for (const UpstreamRecord::Peer& peer : record_->peers) {
    if (peer.connection != nullptr && (peer.idle || which == Which::kAll)) {
      peer.connection->cut(how);
    }
  }
}

void Upstream::close_idle() const {
  cut_connections(UpstreamConnection::Cut::kClose, Which::kIdle);
}
void Upstream::reset_idle() const {
  cut_connections(UpstreamConnection::Cut::kReset, Which::kIdle);
}
void Upstream::close_all() const { cut_connections(UpstreamConnection::Cut::kClose, Which::kAll); }
void Upstream::reset_all() const { cut_connections(UpstreamConnection::Cut::kReset, Which::kAll); }

}  // namespace barbacane::testkit
