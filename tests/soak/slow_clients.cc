#include "slow_clients.h"

#include <chrono>
#include <string_view>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace barbacane::soak {
namespace {

/// Every client has its turn once in so many ticks: once a second.
constexpr std::size_t kTicks = 100;
constexpr std::chrono::milliseconds kTick{10};

}  // namespace

SlowClients::SlowClients(SlowCrowd crowd)
    : crowd_(std::move(crowd)), clients_(crowd_.clients), thread_([this] { run(); }) {}

SlowClients::~SlowClients() {
  stopping_ = true;
  thread_.join();
  for (Client& client : clients_) close(client);
}

void SlowClients::run() {
  auto next = std::chrono::steady_clock::now();
  for (std::size_t tick = 0; !stopping_; ++tick) {
    for (std::size_t i = tick % kTicks; i < clients_.size(); i += kTicks) turn(i);
    next += kTick;
    std::this_thread::sleep_until(next);
  }
}

void SlowClients::open(std::size_t index) {
  Client& client = clients_[index];
  client = {.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(crowd_.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ++connected_;
  if (::connect(client.socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    close(client);
    return;
  }
  if (index % 2 == 1) {
    ::send(client.socket, crowd_.head.data(), crowd_.head.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
}

void SlowClients::close(Client& client) {
  if (client.socket < 0) return;
  ::close(client.socket);
  client.socket = -1;
  --connected_;
}

void SlowClients::turn(std::size_t index) {
  Client& client = clients_[index];
  if (client.socket < 0) return open(index);
  const bool has_head = index % 2 == 1;
  const char byte = has_head ? 'b' : crowd_.slow_head[client.said % crowd_.slow_head.size()];
  char answer[4096];
  const ssize_t got = ::recv(client.socket, answer, sizeof answer, MSG_DONTWAIT);
  const ssize_t sent = ::send(client.socket, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (got >= 0 || sent < 0) return close(client);  // answered or shown the door
  ++client.said;
  ++bytes_said_;
}

}  // namespace barbacane::soak
