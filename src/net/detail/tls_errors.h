#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <openssl/x509.h>

#include "net/tls_session.h"

/// OpenSSL's reasons in words for the person who reads the log.
namespace barbacane::net::detail {

struct TlsTrouble {
  TlsFailure failure = TlsFailure::kProtocol;
  std::string text;
};

/// Of the last error in the thread's queue.
TlsTrouble last_trouble();
/// Its reason alone, such as `bad decrypt`; `unknown error` for an empty queue.
std::string last_reason();

/// Why a certificate is not trusted, while OpenSSL verifies it. `host` is the one it was to be for,
/// empty on a server.
std::string describe_verification(X509_STORE_CTX* verification, std::string_view host);

/// Subject or issuer (RFC 4514), cut to a length that suits a log line.
std::string name_text(const X509_NAME* name);
/// RFC 3339.
std::string time_text(const ASN1_TIME* time);

/// The DNS names of subjectAltName, or else the common name. Lower case.
std::vector<std::string> certificate_names(X509* certificate);

}  // namespace barbacane::net::detail
