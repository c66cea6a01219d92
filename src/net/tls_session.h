#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

/// One TLS connection (RFC 8446, RFC 5246), either side of it, over a non-blocking socket.
///
/// It neither waits nor keeps time: every step does what it can at once and says what to wait for;
/// the caller waits, with deadlines of its own, and calls the same step again. The socket belongs
/// to the caller and must outlive the session. One thread at a time; the thread's OpenSSL error
/// queue is left empty. Sessions come from `TlsServerContext::accept` and
/// `TlsClientContext::connect`; they may outlive the context that made them.
///
/// Waiting is meant to be level-triggered: after a short read `kWantRead` is answered once without
/// asking the kernel, which spares a system call a request.
namespace barbacane::net {

enum class TlsStep : std::uint8_t {
  kDone,
  kWantRead,   ///< call again when the socket is readable
  kWantWrite,  ///< call again when the socket is writable
  kEnd,        ///< the peer ended in order, with close_notify
  kFailed,     ///< over; `failure` says why
};

enum class TlsFailure : std::uint8_t {
  kNone,
  kTruncated,    ///< the peer left without close_notify: what was read may not be all
  kConnection,   ///< the socket failed (reset, broken pipe)
  kCertificate,  ///< the peer's certificate is missing or not to be trusted
  kRefused,      ///< the peer sent an alert
  kNotTls,       ///< the peer speaks something else
  kPlainHttp,    ///< the peer speaks HTTP without TLS; it may be answered so on the socket
  kProtocol,     ///< nothing in common, or against the protocol
};

enum class TlsVersion : std::uint8_t { k12, k13 };

struct TlsTransfer {
  TlsStep step;
  std::size_t bytes;
};

class TlsSession {
 public:
  TlsSession(TlsSession&&) noexcept;
  TlsSession& operator=(TlsSession&&) noexcept;
  ~TlsSession();

  TlsStep handshake();

  /// `kDone` with at least one byte, or another step without any.
  TlsTransfer read(char* into, std::size_t size);
  /// `kDone` with all bytes taken, or `kWantWrite` with those that were (often none): the next call
  /// must begin with the byte after them and offer no less than remained.
  TlsTransfer write(const char* bytes, std::size_t size);
  /// Sends close_notify; nothing can be written afterwards. Does not wait for the peer's.
  TlsStep close();

  /// Something has been taken from the socket that `read` has not told yet: try `read` before
  /// waiting, epoll does not see it. False for part of a record whose rest is to come.
  bool has_buffered() const;
  /// For a connection that lies idle in a pool: asks the kernel, and is true when the peer neither
  /// ended nor sent anything but session tickets.
  bool is_idle_and_open();

  /// All of these after the handshake; the views hold as long as the session.
  /// The chosen protocol (RFC 7301), such as `h2`; empty when none was agreed upon.
  std::string_view alpn() const;
  /// The host the client asked for (SNI), or the one we asked for; empty when not sent.
  std::string_view server_name() const;
  TlsVersion version() const;
  /// By its name at IANA, such as `TLS_AES_256_GCM_SHA384`.
  std::string_view cipher() const;
  /// The keys come from an earlier session; nobody proved anything with a certificate this time.
  bool resumed() const;
  /// The peer's certificate was asked for, sent and verified (in the session resumed, if any).
  bool peer_verified() const;
  /// Subject of the peer's certificate (RFC 4514), empty without one. Allocates.
  std::string peer_subject() const;

  /// Valid after `kFailed`. The text is a clause for logs, such as `the certificate expired on
  /// 2026-06-01T00:00:00Z`; names of the peer in it are bounded in length.
  TlsFailure failure() const;
  const std::string& failure_text() const;

 private:
  friend class TlsServerContext;
  friend class TlsClientContext;
  struct State;

  explicit TlsSession(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace barbacane::net
