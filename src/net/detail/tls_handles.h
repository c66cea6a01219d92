#pragma once

#include <memory>
#include <string>
#include <vector>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

/// OpenSSL's objects with their owners in their types.
namespace barbacane::net::detail {

template <auto kFree>
struct Free {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using BioHandle = std::unique_ptr<BIO, Free<BIO_free_all>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using CertificateHandle = std::unique_ptr<X509, Free<X509_free>>;
using StoreHandle = std::unique_ptr<X509_STORE, Free<X509_STORE_free>>;
using SslHandle = std::unique_ptr<SSL, Free<SSL_free>>;
using SslContextHandle = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;
using SslSessionHandle = std::unique_ptr<SSL_SESSION, Free<SSL_SESSION_free>>;

using Certificates = std::vector<CertificateHandle>;

/// The thread's error queue begins and ends empty: what an earlier call left there must not be
/// taken for the next one's.
struct ErrorScope {
  ErrorScope() { ERR_clear_error(); }
  ErrorScope(const ErrorScope&) = delete;
  ErrorScope& operator=(const ErrorScope&) = delete;
  ~ErrorScope() { ERR_clear_error(); }
};

}  // namespace barbacane::net::detail
