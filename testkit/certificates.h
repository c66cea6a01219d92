#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "testkit/temp_directory.h"

struct evp_pkey_st;
struct x509_st;

/// Certificates made on the spot, as PEM files in a folder that goes with the object.
///
///     Certificates certificates;
///     Upstream upstream({.tls = certificates.server(certificates.good())});
///
/// Each object is a certification authority of its own. Keys are P-256.
namespace barbacane::testkit {

struct Certificate {
  std::string certificate;  ///< file: the leaf and its chain
  std::string key;          ///< file
  std::string serial;       ///< in hexadecimal, as TlsSession::peer_serial says it
};

enum class Issuer { kThisAuthority, kItself };
enum class KeyType { kP256, kRsa2048 };

struct CertificateRequest {
  std::string common_name = "localhost";
  std::vector<std::string> names = {"localhost"};  ///< DNS
  std::vector<std::string> addresses = {"127.0.0.1"};
  long valid_from = -3600;  ///< seconds from now
  long valid_until = 86'400;
  Issuer issuer = Issuer::kThisAuthority;
  KeyType key_type = KeyType::kP256;
};

class Certificates {
 public:
  explicit Certificates(std::string_view authority_name = "Testkit CA");

  /// File of the authority's certificate.
  const std::string& authority() const { return authority_; }
  Certificate issue(const CertificateRequest& request = {}) const;

  /// For `localhost` and 127.0.0.1.
  Certificate good() const { return issue(); }
  Certificate expired() const { return issue({.valid_from = -7200, .valid_until = -3600}); }
  Certificate not_yet_valid() const { return issue({.valid_from = 3600}); }
  Certificate self_signed() const { return issue({.issuer = Issuer::kItself}); }
  Certificate for_other_host() const;
  Certificate client(std::string_view name = "client") const;

 private:
  TempDirectory directory_;
  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<x509_st> root_;
  std::string authority_;
};

}  // namespace barbacane::testkit
