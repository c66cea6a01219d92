#include "testkit/connection.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "testkit/error.h"

namespace barbacane::testkit {

namespace {

bool wait_for(int socket, short events, std::chrono::milliseconds within) {
  pollfd entry{socket, events, 0};
  int ready = 0;
  do {
    ready = ::poll(&entry, 1, static_cast<int>(within.count()));
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

Connection::Connection(std::uint16_t port, std::chrono::milliseconds timeout) : timeout_(timeout) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const std::string reason = std::strerror(errno);
    ::close(socket_);
    throw TestkitError("cannot connect to port " + std::to_string(port) + ": " + reason);
  }
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Connection::~Connection() {
  if (socket_ >= 0) ::close(socket_);
}

Connection::Connection(Connection&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      timeout_(other.timeout_),
      buffer_(std::move(other.buffer_)) {}

bool Connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!wait_for(socket_, POLLOUT, timeout_)) throw TestkitError("the peer takes no more bytes");
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

/// Reads some bytes into the buffer; false at the end of the stream.
bool Connection::fill(std::chrono::milliseconds within) {
  if (!wait_for(socket_, POLLIN, within)) throw TestkitError("no answer in time");
  char bytes[65536];
  ssize_t got = 0;
  do {
    got = ::recv(socket_, bytes, sizeof bytes, 0);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(got));
  return true;
}

std::string Connection::take(std::size_t length) {
  while (buffer_.size() < length) {
    if (!fill(timeout_)) throw TestkitError("the connection ended inside a body");
  }
  std::string bytes = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return bytes;
}

std::string Connection::take_line() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos) {
    if (!fill(timeout_)) {
      throw TestkitError("the connection ended before a whole line, after: " + buffer_);
    }
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

void Connection::read_fields(std::vector<std::pair<std::string, std::string>>& fields) {
  for (std::string line = take_line(); !line.empty(); line = take_line()) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) throw TestkitError("not a header line: " + line);
    fields.emplace_back(line.substr(0, colon), trimmed(std::string_view(line).substr(colon + 1)));
  }
}

void Connection::read_chunks(Response& response) {
  response.chunked = true;
  while (true) {
    const std::string line = take_line();
    char* end = nullptr;
    const unsigned long size = std::strtoul(line.c_str(), &end, 16);
    if (end == line.c_str()) throw TestkitError("not a chunk size: " + line);
    if (size == 0) break;
    response.body += take(size);
    if (take(2) != "\r\n") throw TestkitError("no line break behind a chunk");
  }
  read_fields(response.trailers);
}

Response Connection::read(std::string_view method) {
  Response response;
  const std::string line = take_line();
  if (!line.starts_with("HTTP/") || line.size() < 12) throw TestkitError("not HTTP: " + line);
  response.version = line.substr(0, line.find(' '));
  response.status = std::atoi(line.c_str() + response.version.size() + 1);
  if (line.size() > 13) response.reason = line.substr(13);
  read_fields(response.headers);

  const int status = response.status;
  if (method == "HEAD" || status < 200 || status == 204 || status == 304) return response;
  if (response.header("transfer-encoding") == "chunked") {
    read_chunks(response);
  } else if (response.has("content-length")) {
    response.body = take(std::strtoul(response.header("content-length").c_str(), nullptr, 10));
  } else {
    response.body = read_to_end();
  }
  return response;
}

Response Connection::request(const RequestBuilder& request) {
  send(request.bytes());
  return read(request.method());
}

bool Connection::readable(std::chrono::milliseconds within) {
  return !buffer_.empty() || wait_for(socket_, POLLIN, within);
}

bool Connection::closed(std::chrono::milliseconds within) {
  if (!buffer_.empty()) return false;
  if (!wait_for(socket_, POLLIN, within)) return false;
  return !fill(within);
}

std::string Connection::read_to_end() {
  while (fill(timeout_)) {
  }
  return std::exchange(buffer_, {});
}

void Connection::finish_sending() const { ::shutdown(socket_, SHUT_WR); }

void Connection::abort() {
  const linger now{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(std::exchange(socket_, -1));
}

}  // namespace barbacane::testkit
