#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "net/detail/tls_handles.h"
#include "net/tls_server_material.h"

/// Authorities and certificates made on the spot, for tests only.
namespace barbacane::net::detail {

/// Ends the test: what is checked here cannot fail but by a mistake in the test itself. (Benchmarks
/// use this too, hence no GoogleTest.)
inline void require(bool fulfilled, const std::string& what) {
  if (fulfilled) return;
  std::fprintf(stderr, "test set-up failed: %s\n", what.c_str());
  std::abort();
}

enum class TestKey : std::uint8_t { kEc, kRsa };

struct TestLeaf {
  std::vector<std::string>
      names{};  ///< subjectAltName as OpenSSL writes it: `DNS:a.test`, `IP:::1`
  std::string common_name = "leaf";
  long from_days = -1;
  long until_days = 30;
  TestKey key = TestKey::kEc;
  std::string usage = "serverAuth,clientAuth";
};

inline std::string to_pem(auto write) {
  const BioHandle out(BIO_new(BIO_s_mem()));
  require(write(out.get()) == 1, "writing PEM");
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

inline std::string key_pem(EVP_PKEY* key) {
  return to_pem([&](BIO* out) {
    return PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

inline std::string encrypted_key_pem(EVP_PKEY* key, const char* passphrase) {
  return to_pem([&](BIO* out) {
    return PEM_write_bio_PKCS8PrivateKey(out, key, EVP_aes_256_cbc(), nullptr, 0, nullptr,
                                         const_cast<char*>(passphrase));
  });
}

inline std::string certificate_pem(X509* certificate) {
  return to_pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

inline KeyHandle new_test_key(TestKey type) {
  return KeyHandle(type == TestKey::kRsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"));
}

inline void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  require(extension != nullptr, value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

inline void set_common_name(X509_NAME* name, const std::string& text) {
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1, 0);
}

inline CertificateHandle new_test_certificate(const TestLeaf& leaf, EVP_PKEY* key) {
  static long serial = 1;
  CertificateHandle certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), leaf.from_days * 86400);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), leaf.until_days * 86400);
  X509_set_pubkey(certificate.get(), key);
  set_common_name(X509_get_subject_name(certificate.get()), leaf.common_name);
  return certificate;
}

inline void add_leaf_extensions(X509* certificate, X509* issuer, const TestLeaf& leaf) {
  add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate, issuer, NID_ext_key_usage, leaf.usage);
  std::string names;
  for (const std::string& name : leaf.names) names += (names.empty() ? "" : ",") + name;
  if (!names.empty()) add_extension(certificate, issuer, NID_subject_alt_name, names);
}

class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name) : key_(new_test_key(TestKey::kEc)) {
    certificate_ = new_test_certificate({.common_name = name}, key_.get());
    X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
    add_extension(certificate_.get(), certificate_.get(), NID_basic_constraints,
                  "critical,CA:TRUE");
    add_extension(certificate_.get(), certificate_.get(), NID_key_usage,
                  "critical,keyCertSign,cRLSign");
    X509_sign(certificate_.get(), key_.get(), EVP_sha256());
  }

  std::string pem() const { return certificate_pem(certificate_.get()); }

  TlsKeyPair issue(const TestLeaf& leaf) const {
    const KeyHandle key = new_test_key(leaf.key);
    const CertificateHandle certificate = new_test_certificate(leaf, key.get());
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
    add_leaf_extensions(certificate.get(), certificate_.get(), leaf);
    X509_sign(certificate.get(), key_.get(), EVP_sha256());
    return {certificate_pem(certificate.get()), key_pem(key.get())};
  }

  /// An authority that this one vouches for.
  TestAuthority issue_authority(const std::string& name) const {
    TestAuthority below(name);
    X509_set_issuer_name(below.certificate_.get(), X509_get_subject_name(certificate_.get()));
    X509_sign(below.certificate_.get(), key_.get(), EVP_sha256());
    return below;
  }

 private:
  KeyHandle key_;
  CertificateHandle certificate_;
};

inline TlsKeyPair self_signed(const TestLeaf& leaf) {
  const KeyHandle key = new_test_key(leaf.key);
  const CertificateHandle certificate = new_test_certificate(leaf, key.get());
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
  add_leaf_extensions(certificate.get(), certificate.get(), leaf);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  return {certificate_pem(certificate.get()), key_pem(key.get())};
}

}  // namespace barbacane::net::detail
