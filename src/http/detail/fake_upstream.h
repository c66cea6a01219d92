#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/client/pool.h"
#include "http/detail/upstream_at.h"

/// The other end of upstream connections, for tests that run loop and upstream in one thread: the
/// kernel completes connections before anybody accepts them.
namespace barbacane::http {

class FakeUpstream {
 public:
  FakeUpstream() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), length), 0);
    EXPECT_EQ(::listen(listener_, 64), 0);
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length), 0);
    port_ = ntohs(address.sin_port);
  }
  ~FakeUpstream() {
    for (const int socket : connections_) ::close(socket);
    ::close(listener_);
  }
  FakeUpstream(const FakeUpstream&) = delete;
  FakeUpstream& operator=(const FakeUpstream&) = delete;

  std::shared_ptr<const client::Upstream> upstream(
      client::Upstream::Http2 http2 = client::Upstream::Http2::kNever) const {
    return upstream_at(port_, http2);
  }

  /// How many have come so far.
  std::size_t accepted() {
    for (int socket; (socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;)
      connections_.push_back(socket);
    return connections_.size();
  }
  /// What has arrived on the connection of that number, from 0, since it was asked last.
  std::string heard(std::size_t connection) {
    std::string text;
    char block[4096];
    if (connection >= accepted()) return text;
    for (ssize_t got; (got = ::recv(connections_[connection], block, sizeof block, 0)) > 0;)
      text.append(block, static_cast<std::size_t>(got));
    return text;
  }
  void say(std::size_t connection, std::string_view bytes) {
    ASSERT_LT(connection, accepted());
    EXPECT_EQ(::send(connections_[connection], bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  void close(std::size_t connection) {
    ASSERT_LT(connection, accepted());
    ::close(std::exchange(connections_[connection], -1));
  }
  /// The gateway has closed it, or reset it.
  bool is_over(std::size_t connection) {
    char byte;
    if (connection >= accepted()) return false;
    const ssize_t got = ::recv(connections_[connection], &byte, 1, MSG_PEEK);
    return got == 0 || (got < 0 && errno != EAGAIN);
  }

 private:
  int listener_;
  std::uint16_t port_ = 0;
  std::vector<int> connections_;
};

}  // namespace barbacane::http
