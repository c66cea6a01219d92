#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct ssl_ctx_st;
struct ssl_st;

/// TLS for test clients and test servers, over a socket somebody else owns.
///
/// Files are PEM, as testkit/certificates.h writes them. What fails throws TestkitError with the
/// library's words.
namespace barbacane::testkit {

enum class TlsVersion { kAny, kTls10, kTls11, kTls12, kTls13 };

struct TlsClientOptions {
  std::string server_name = "localhost";  ///< sent as SNI and checked; empty sends none
  std::string trust = {};                 ///< file of CAs; empty trusts anybody
  std::string certificate = {};           ///< of the client, with its key
  std::string key = {};
  std::vector<std::string> alpn = {};
  TlsVersion least = TlsVersion::kAny;
  TlsVersion most = TlsVersion::kAny;
  std::string ciphers = {};  ///< OpenSSL's list, for TLS 1.2 and older
  /// A session to resume, taken from TlsSession::session of an earlier connection.
  std::shared_ptr<void> session = {};
};

enum class ClientCertificate { kNotAsked, kOptional, kRequired };

struct TlsServerOptions {
  std::string certificate;  ///< with its chain
  std::string key;
  std::string client_trust = {};
  ClientCertificate client_certificate = ClientCertificate::kNotAsked;
  std::vector<std::string> alpn = {"http/1.1"};  ///< in order of preference; empty: no ALPN
  TlsVersion least = TlsVersion::kTls12;
  TlsVersion most = TlsVersion::kAny;
};

/// What all connections of a server share.
class TlsServerContext {
 public:
  explicit TlsServerContext(const TlsServerOptions& options);

 private:
  friend class TlsSession;
  std::shared_ptr<const std::string> alpn_;  ///< as it is on the wire
  std::shared_ptr<ssl_ctx_st> context_;
};

class TlsSession {
 public:
  static std::unique_ptr<TlsSession> connect(int socket, const TlsClientOptions& options,
                                             std::chrono::milliseconds timeout);
  static std::unique_ptr<TlsSession> accept(int socket, const TlsServerContext& context,
                                            std::chrono::milliseconds timeout);

  /// Bytes written, 0 when none went in time; nothing when the connection is broken.
  std::optional<std::size_t> write(std::string_view bytes, std::chrono::milliseconds within);
  /// Bytes read, 0 at the end or a break; nothing when none came in time.
  std::optional<std::size_t> read(char* bytes, std::size_t most, std::chrono::milliseconds within);
  /// Decrypted bytes wait inside.
  bool pending() const;
  /// close_notify, once.
  void say_goodbye();
  /// The peer said close_notify: an end that nobody cut off.
  bool peer_said_goodbye() const;

  std::string alpn() const;
  std::string version() const;  ///< `TLSv1.3`
  std::string cipher() const;
  bool resumed() const;
  /// The server name the client asked for; on the server's side.
  std::string server_name() const;
  /// Common name of the peer's certificate, empty without one.
  std::string peer_name() const;
  /// Serial number of the peer's certificate, in hexadecimal.
  std::string peer_serial() const;
  /// To resume; after an answer was read, as TLS 1.3 sends tickets late.
  std::shared_ptr<void> session() const;

 private:
  TlsSession(std::shared_ptr<ssl_ctx_st> context, int socket);
  bool wait(int result, std::chrono::steady_clock::time_point deadline) const;
  void shake_hands(std::chrono::milliseconds timeout);

  std::shared_ptr<ssl_ctx_st> context_;
  std::shared_ptr<ssl_st> ssl_;
  int socket_;
};

}  // namespace barbacane::testkit
