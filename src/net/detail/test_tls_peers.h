#pragma once

#include <array>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/detail/test_certificates.h"
#include "net/tls_client.h"
#include "net/tls_server.h"

/// Two ends of a connection in one thread, for tests only.
namespace barbacane::net::detail {

/// Non-blocking; closed at the end unless closed before.
struct SocketPair {
  std::array<int, 2> fds{-1, -1};

  /// `buffer` bytes of kernel memory each way; 0 leaves the default.
  explicit SocketPair(int buffer = 0) {
    require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()) == 0,
            "socketpair");
    if (buffer == 0) return;
    for (const int fd : fds) ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  }
  SocketPair(const SocketPair&) = delete;
  SocketPair& operator=(const SocketPair&) = delete;
  ~SocketPair() {
    close(0);
    close(1);
  }
  void close(int end) {
    if (fds[end] >= 0) ::close(std::exchange(fds[end], -1));
  }
};

inline bool waits(TlsStep step) {
  return step == TlsStep::kWantRead || step == TlsStep::kWantWrite;
}

/// Both sides in turn until neither waits, or nothing moves any more.
struct HandshakeOutcome {
  TlsStep client = TlsStep::kWantRead;
  TlsStep server = TlsStep::kWantRead;
};
inline HandshakeOutcome shake_hands(TlsSession& client, TlsSession& server) {
  HandshakeOutcome outcome;
  for (int turn = 0; turn < 50 && (waits(outcome.client) || waits(outcome.server)); ++turn) {
    if (waits(outcome.client)) outcome.client = client.handshake();
    if (waits(outcome.server)) outcome.server = server.handshake();
  }
  return outcome;
}

/// Tries again past the one `kWantRead` that does not ask the kernel.
inline TlsTransfer read_settled(TlsSession& session, char* into, std::size_t size) {
  TlsTransfer got = session.read(into, size);
  if (got.step == TlsStep::kWantRead) got = session.read(into, size);
  return got;
}

inline std::string read_text(TlsSession& session) {
  std::array<char, 4096> buffer;
  const TlsTransfer got = read_settled(session, buffer.data(), buffer.size());
  require(got.step == TlsStep::kDone, "nothing to read: " + session.failure_text());
  return {buffer.data(), got.bytes};
}

/// The step a session without anything to read comes to.
inline TlsStep read_nothing(TlsSession& session) {
  char byte;
  return read_settled(session, &byte, 1).step;
}

inline TlsServerContext server_of(const TlsServerOptions& options,
                                  std::shared_ptr<TlsTicketKeys> keys = nullptr) {
  auto material = TlsServerMaterial::load(options);
  require(material.has_value(), material ? "" : material.error().message);
  if (!keys) keys = std::make_shared<TlsTicketKeys>();
  auto context = TlsServerContext::make(*material, std::move(keys));
  require(context.has_value(), context ? "" : context.error().message);
  return std::move(*context);
}

inline TlsClientContext client_of(const TlsClientOptions& options) {
  auto context = TlsClientContext::make(options);
  require(context.has_value(), context ? "" : context.error().message);
  return std::move(*context);
}

/// A connection whose two ends are ours.
struct TlsPair {
  SocketPair sockets;
  TlsSession client;
  TlsSession server;
  HandshakeOutcome outcome;

  TlsPair(const TlsClientContext& clients, const TlsServerContext& servers,
          const std::string& host = "a.test", int buffer = 0)
      : sockets(buffer),
        client(clients.connect(sockets.fds[0], host, 443)),
        server(servers.accept(sockets.fds[1])),
        outcome(shake_hands(client, server)) {}

  bool joined() const {
    return outcome.client == TlsStep::kDone && outcome.server == TlsStep::kDone;
  }
};

/// A client of bare OpenSSL that does what ours would not.
struct RawClient {
  SocketPair sockets;
  SslContextHandle context{SSL_CTX_new(TLS_client_method())};
  SslHandle ssl;
  SSL_SESSION* earlier = nullptr;  ///< to be resumed

  /// Between the constructor and `meet` the context is open to change.
  RawClient() { SSL_CTX_set_security_level(context.get(), 0); }

  /// The server's outcome.
  TlsStep meet(TlsSession& server, const char* name = nullptr) {
    ssl.reset(SSL_new(context.get()));
    if (name != nullptr) SSL_set_tlsext_host_name(ssl.get(), name);
    if (earlier != nullptr) SSL_set_session(ssl.get(), earlier);
    SSL_set_fd(ssl.get(), sockets.fds[0]);
    TlsStep step = TlsStep::kWantRead;
    for (int turn = 0; turn < 50 && waits(step); ++turn) {
      ERR_clear_error();
      SSL_connect(ssl.get());
      step = server.handshake();
    }
    ERR_clear_error();
    SSL_connect(ssl.get());  // TLS 1.2: the server had the last word
    return step;
  }
};

}  // namespace barbacane::net::detail
