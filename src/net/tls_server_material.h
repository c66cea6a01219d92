#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/tls_session.h"

/// What a TLS server shows and asks for: certificates, keys, the client authorities, read once.
///
/// Immutable and shared between threads; each worker builds its `TlsServerContext` from it. Reading
/// is blocking: off the workers. To reload, load again and build new contexts; connections keep
/// what they began with. Wherever PEM is expected it may be the text itself or the path of a file.
namespace barbacane::net {

struct TlsKeyPair {
  std::string certificate;  ///< leaf first, then its chain
  std::string key;          ///< PKCS #8, PKCS #1 or SEC 1, without passphrase
};

enum class TlsClientAuth : std::uint8_t {
  kNone,
  kOptional,  ///< asked for; a certificate that is sent must be good
  kRequired,
};

struct TlsServerOptions {
  /// The first is shown to clients that ask for no name or for none of the others'. Names are
  /// those of subjectAltName, or the common name of a certificate without it; `*.` stands for one
  /// label. An RSA and an EC pair with the same names serve side by side.
  std::vector<TlsKeyPair> pairs{};
  TlsVersion min_version = TlsVersion::k12;
  TlsClientAuth client_auth = TlsClientAuth::kNone;
  std::string client_ca{};  ///< needed unless `kNone`
  /// In order of preference. A client that offers only others is refused (RFC 7301, 3.2); one that
  /// offers nothing is served.
  std::vector<std::string> alpn = {"h2", "http/1.1"};
};

class TlsServerMaterial {
 public:
  /// The error is one sentence that names the file.
  static base::Result<std::shared_ptr<const TlsServerMaterial>> load(
      const TlsServerOptions& options);
  ~TlsServerMaterial();

  /// Every file it was read from, to be watched for changes.
  const std::vector<std::string>& files() const { return files_; }
  /// The same for two materials that would serve alike; tells a reload that changes nothing.
  const std::string& fingerprint() const { return fingerprint_; }
  /// What an operator should hear about although it works: a certificate that has expired, is not
  /// valid yet or expires within two weeks.
  std::vector<std::string> warnings() const;

 private:
  friend class TlsServerContext;
  struct Parts;
  explicit TlsServerMaterial(std::unique_ptr<const Parts> parts);

  std::unique_ptr<const Parts> parts_;
  std::vector<std::string> files_;
  std::string fingerprint_;
};

}  // namespace barbacane::net
