#include "testkit/stream.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "testkit/error.h"

namespace barbacane::testkit {

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

Stream::Stream(int socket, std::chrono::milliseconds timeout) : socket_(socket), timeout_(timeout) {
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::fcntl(socket_, F_SETFL, ::fcntl(socket_, F_GETFL) | O_NONBLOCK);
}

Stream Stream::connect(std::uint16_t port, std::chrono::milliseconds timeout) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const std::string reason = std::strerror(errno);
    ::close(socket);
    throw TestkitError("cannot connect to port " + std::to_string(port) + ": " + reason);
  }
  return {socket, timeout};
}

Stream::~Stream() { close(); }

Stream::Stream(Stream&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      timeout_(other.timeout_),
      tls_(std::move(other.tls_)),
      buffer_(std::move(other.buffer_)),
      was_reset_(other.was_reset_) {}

void Stream::start_tls(const TlsClientOptions& options) {
  tls_ = TlsSession::connect(socket_, options, timeout_);
}

void Stream::start_tls(const TlsServerContext& context) {
  tls_ = TlsSession::accept(socket_, context, timeout_);
}

bool Stream::wait_for(short events, std::chrono::milliseconds within) const {
  pollfd entry{socket_, events, 0};
  int ready = 0;
  do {
    ready = ::poll(&entry, 1, static_cast<int>(within.count()));
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

std::size_t Stream::send_some(std::string_view bytes) {
  if (tls_) return tls_->write(bytes, std::chrono::milliseconds(0)).value_or(0);
  const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

bool Stream::send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (socket_ < 0) return false;
    if (tls_) {
      const auto sent = tls_->write(bytes, timeout_);
      if (!sent) return false;
      if (*sent == 0) throw TimeoutError("the peer takes no more bytes");
      bytes.remove_prefix(*sent);
      continue;
    }
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      if (!wait_for(POLLOUT, timeout_)) throw TimeoutError("the peer takes no more bytes");
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

bool Stream::fill(std::chrono::milliseconds within) {
  if (socket_ < 0) return false;
  char bytes[65536];
  if (tls_) {
    errno = 0;
    const auto got = tls_->read(bytes, sizeof bytes, within);
    was_reset_ = got == 0u && errno == ECONNRESET;
    if (!got) throw TimeoutError("no answer in time");
    buffer_.append(bytes, *got);
    return *got > 0;
  }
  if (!wait_for(POLLIN, within)) throw TimeoutError("no answer in time");
  ssize_t got = 0;
  do {
    got = ::recv(socket_, bytes, sizeof bytes, 0);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) {
    was_reset_ = got < 0;
    return false;
  }
  buffer_.append(bytes, static_cast<std::size_t>(got));
  return true;
}

std::string Stream::take(std::size_t length) {
  while (buffer_.size() < length) {
    if (!fill()) throw TestkitError("the connection ended inside a body");
  }
  std::string bytes = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return bytes;
}

std::string Stream::take_some(std::size_t most) {
  if (buffer_.empty() && !fill()) return {};
  std::string bytes = buffer_.substr(0, most);
  buffer_.erase(0, bytes.size());
  return bytes;
}

std::string Stream::take_line() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos) {
    if (!fill()) throw TestkitError("the connection ended before a whole line, after: " + buffer_);
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

std::string Stream::take_rest() {
  while (fill()) {
  }
  return std::exchange(buffer_, {});
}

bool Stream::readable(std::chrono::milliseconds within) {
  return !buffer_.empty() || (tls_ && tls_->pending()) || wait_for(POLLIN, within);
}

bool Stream::peer_has_finished() const {
  pollfd entry{socket_, POLLRDHUP, 0};
  return socket_ < 0 || ::poll(&entry, 1, 0) > 0;
}

void Stream::finish_sending() {
  if (tls_) tls_->say_goodbye();
  ::shutdown(socket_, SHUT_WR);
}

void Stream::close() {
  if (socket_ < 0) return;
  if (tls_) tls_->say_goodbye();
  tls_.reset();
  ::close(std::exchange(socket_, -1));
}

void Stream::reset() {
  if (socket_ < 0) return;
  const linger now{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  tls_.reset();
  ::close(std::exchange(socket_, -1));
}

int listen_on_loopback(std::uint16_t port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = loopback(port);
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener, 4096) != 0) {
    const std::string reason = std::strerror(errno);
    ::close(listener);
    throw TestkitError("cannot listen on port " + std::to_string(port) + ": " + reason);
  }
  return listener;
}

std::uint16_t port_of(int listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

std::uint16_t free_port() {
  const int listener = listen_on_loopback();
  const std::uint16_t port = port_of(listener);
  ::close(listener);
  return port;
}

}  // namespace barbacane::testkit
