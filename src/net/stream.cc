#include "net/stream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/socket.h>
#include <sys/uio.h>

#include "net/tls_session.h"

namespace barbacane::net {

namespace {

using Io = Stream::Io;
using Direction = Descriptor::Direction;

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK; }

void remove_front(std::string_view& bytes, std::size_t& count) {
  const std::size_t here = std::min(bytes.size(), count);
  bytes.remove_prefix(here);
  count -= here;
}

}  // namespace

Stream::Stream(EventLoop& loop, int socket) : socket_(loop, socket) {}
Stream::~Stream() = default;

void Stream::secure(std::unique_ptr<TlsSession> session) { tls_ = std::move(session); }

Task<bool> Stream::handshake() {
  TlsStep step = tls_->handshake();
  while (step == TlsStep::kWantRead || step == TlsStep::kWantWrite) {
    const bool reading = step == TlsStep::kWantRead;
    const bool granted =
        co_await Descriptor::Wait(socket_, reading ? Direction::kRead : Direction::kWrite);
    if (!granted) co_return false;
    step = tls_->handshake();
  }
  co_return step == TlsStep::kDone;
}

Io Stream::read(char* into, std::size_t room, std::size_t& got) {
  if (tls_) return read_tls(into, room, got);
  for (;;) {
    const ssize_t count = ::recv(socket(), into, room, 0);
    if (count > 0) {
      got = static_cast<std::size_t>(count);
      return Io::kDone;
    }
    if (count == 0) return Io::kEnd;
    if (errno == EINTR) continue;
    return would_block() ? Io::kWait : Io::kBroken;
  }
}

Io Stream::write(std::string_view& bytes) {
  if (tls_) return write_tls(bytes);
  for (;;) {
    const ssize_t count = ::send(socket(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
      return Io::kDone;
    }
    if (errno == EINTR) continue;
    return would_block() ? Io::kWait : Io::kBroken;
  }
}

Io Stream::write(std::string_view& head, std::string_view& body) {
  if (head.empty()) return write(body);
  if (body.empty()) return write(head);
  if (tls_) {
    // One record instead of two, for the price of a copy.
    constexpr std::size_t kRecord = 16 * 1024;
    thread_local std::array<char, kRecord> record;
    const std::size_t first = std::min(head.size(), kRecord);
    const std::size_t second = std::min(body.size(), kRecord - first);
    std::memcpy(record.data(), head.data(), first);
    std::memcpy(record.data() + first, body.data(), second);
    std::string_view both(record.data(), first + second);
    const Io io = write_tls(both);
    std::size_t sent = first + second - both.size();
    remove_front(head, sent);
    remove_front(body, sent);
    return io;
  }
  std::array<iovec, 2> pieces{iovec{const_cast<char*>(head.data()), head.size()},
                              iovec{const_cast<char*>(body.data()), body.size()}};
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  for (;;) {
    const ssize_t count = ::sendmsg(socket(), &message, MSG_NOSIGNAL);
    if (count >= 0) {
      auto sent = static_cast<std::size_t>(count);
      remove_front(head, sent);
      remove_front(body, sent);
      return Io::kDone;
    }
    if (errno == EINTR) continue;
    return would_block() ? Io::kWait : Io::kBroken;
  }
}

Io Stream::read_tls(char* into, std::size_t room, std::size_t& got) {
  const auto result = tls_->read(into, room);
  got = result.bytes;
  switch (result.step) {
    case TlsStep::kDone:
      return Io::kDone;
    case TlsStep::kWantRead:
      read_needs_ = Direction::kRead;
      return Io::kWait;
    case TlsStep::kWantWrite:
      read_needs_ = Direction::kWrite;
      return Io::kWait;
    case TlsStep::kEnd:
      return Io::kEnd;
    case TlsStep::kFailed:
      break;
  }
  return Io::kBroken;
}

Io Stream::write_tls(std::string_view& bytes) {
  const auto result = tls_->write(bytes.data(), bytes.size());
  bytes.remove_prefix(result.bytes);
  switch (result.step) {
    case TlsStep::kDone:
      return Io::kDone;
    case TlsStep::kWantRead:
      write_needs_ = Direction::kRead;
      return Io::kWait;
    case TlsStep::kWantWrite:
      write_needs_ = Direction::kWrite;
      return Io::kWait;
    case TlsStep::kEnd:
    case TlsStep::kFailed:
      break;
  }
  return Io::kBroken;
}

Descriptor::Wait Stream::readable() {
  using State = Descriptor::Wait::State;
  // Bytes that TLS has decrypted already are no event for the loop.
  const bool here = tls_ && tls_->has_buffered();
  return {socket_, std::exchange(read_needs_, Direction::kRead),
          here ? State::kReady : State::kToCome};
}

Descriptor::Wait Stream::writable() {
  return {socket_, std::exchange(write_needs_, Direction::kWrite)};
}

bool Stream::has_unread() {
  if (tls_) return !tls_->is_idle_and_open();  // session tickets are nothing to be read
  char byte;
  const ssize_t count = ::recv(socket(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count >= 0 || !would_block();
}

void Stream::end_writes() {
  if (tls_) tls_->close();
  ::shutdown(socket(), SHUT_WR);
}

void Stream::reset_on_close() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

void Stream::close() { socket_.close(); }

}  // namespace barbacane::net
