#include "net/detail/tls_transport.h"

#include <cerrno>
#include <utility>

#include <sys/socket.h>

namespace barbacane::net::detail {

namespace {

Transport& transport_of(BIO* bio) { return *static_cast<Transport*>(BIO_get_data(bio)); }

int receive(BIO* bio, char* into, int size) {
  Transport& transport = transport_of(bio);
  BIO_clear_retry_flags(bio);
  if (size <= 0) return 0;
  const bool drained = std::exchange(transport.drained, false) && !transport.insist;
  if (drained || transport.receives >= kMaxReceives) {
    BIO_set_retry_read(bio);
    return -1;
  }
  ++transport.receives;
  ssize_t got;
  do {
    got = ::recv(transport.fd, into, static_cast<std::size_t>(size), 0);
  } while (got < 0 && errno == EINTR);
  if (got > 0) {
    transport.drained = got < size;
    return static_cast<int>(got);
  }
  if (got == 0) {
    transport.end = true;
    return 0;
  }
  if (errno == EAGAIN || errno == EWOULDBLOCK) {
    BIO_set_retry_read(bio);
  } else {
    transport.error = errno;
  }
  return -1;
}

int send_some(BIO* bio, const char* bytes, int size) {
  Transport& transport = transport_of(bio);
  BIO_clear_retry_flags(bio);
  ssize_t sent;
  do {
    sent = ::send(transport.fd, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent >= 0) return static_cast<int>(sent);
  if (errno == EAGAIN || errno == EWOULDBLOCK) {
    BIO_set_retry_write(bio);
  } else {
    transport.error = errno;
  }
  return -1;
}

long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

int create(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

const BIO_METHOD* method() {
  static const BIO_METHOD* const made = [] {
    BIO_METHOD* fresh = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "transport");
    if (fresh == nullptr) return fresh;
    BIO_meth_set_read(fresh, receive);
    BIO_meth_set_write(fresh, send_some);
    BIO_meth_set_ctrl(fresh, control);
    BIO_meth_set_create(fresh, create);
    return fresh;
  }();
  return made;
}

}  // namespace

BIO* new_transport_bio(Transport& transport) {
  BIO* bio = BIO_new(method());
  if (bio != nullptr) BIO_set_data(bio, &transport);
  return bio;
}

}  // namespace barbacane::net::detail
