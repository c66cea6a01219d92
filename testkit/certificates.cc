#include "testkit/certificates.h"

#include <atomic>
#include <cstdio>
#include <ctime>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "testkit/error.h"

namespace barbacane::testkit {

namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Leaf = std::shared_ptr<X509>;

Key make_key(KeyType type) {
  EVP_PKEY* key = type == KeyType::kP256 ? ::EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")
                                         : ::EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", 2048ul);
  if (key == nullptr) throw TestkitError("no key was made");
  return {key, ::EVP_PKEY_free};
}

void add_extension(X509* leaf, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  ::X509V3_set_ctx(&context, issuer, leaf, nullptr, nullptr, 0);
  X509_EXTENSION* extension = ::X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  if (extension == nullptr) throw TestkitError("not an extension of a certificate: " + value);
  ::X509_add_ext(leaf, extension, -1);
  ::X509_EXTENSION_free(extension);
}

std::string alternative_names(const CertificateRequest& request) {
  std::string list;
  for (const std::string& name : request.names) list += (list.empty() ? "DNS:" : ",DNS:") + name;
  for (const std::string& address : request.addresses) {
    list += (list.empty() ? "IP:" : ",IP:") + address;
  }
  return list;
}

/// A certificate for the key, not signed yet.
Leaf unsigned_certificate(const CertificateRequest& request, EVP_PKEY* key) {
  Leaf leaf(::X509_new(), ::X509_free);
  ::X509_set_version(leaf.get(), 2);
  std::uint64_t serial = 0;
  ::RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  ::ASN1_INTEGER_set_uint64(::X509_get_serialNumber(leaf.get()), serial >> 1 | 1ull << 62);
  ::X509_gmtime_adj(::X509_getm_notBefore(leaf.get()), request.valid_from);
  ::X509_gmtime_adj(::X509_getm_notAfter(leaf.get()), request.valid_until);
  ::X509_set_pubkey(leaf.get(), key);
  ::X509_NAME_add_entry_by_txt(::X509_get_subject_name(leaf.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(request.common_name.c_str()),
                               -1, -1, 0);
  return leaf;
}

void sign(X509* leaf, X509* issuer, EVP_PKEY* issuer_key) {
  ::X509_set_issuer_name(leaf, ::X509_get_subject_name(issuer));
  add_extension(leaf, issuer, NID_authority_key_identifier, "keyid:always");
  if (::X509_sign(leaf, issuer_key, ::EVP_sha256()) == 0) {
    throw TestkitError("a certificate was not signed");
  }
}

std::string pem_text(const auto& write) {
  const std::unique_ptr<BIO, decltype(&::BIO_free)> memory(::BIO_new(::BIO_s_mem()), ::BIO_free);
  write(memory.get());
  char* bytes = nullptr;
  const long length = ::BIO_get_mem_data(memory.get(), &bytes);
  return {bytes, static_cast<std::size_t>(length)};
}

std::string pem(X509* leaf) {
  return pem_text([&](BIO* out) { ::PEM_write_bio_X509(out, leaf); });
}

std::string pem(EVP_PKEY* key) {
  return pem_text([&](BIO* out) {
    ::PEM_write_bio_PKCS8PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

std::string serial_of(X509* leaf) {
  BIGNUM* number = ::ASN1_INTEGER_to_BN(::X509_get_serialNumber(leaf), nullptr);
  char* text = ::BN_bn2hex(number);
  std::string serial = text;
  OPENSSL_free(text);
  ::BN_free(number);
  return serial;
}

}  // namespace

Certificates::Certificates(std::string_view authority_name) : key_(make_key(KeyType::kP256)) {
  const CertificateRequest request{.common_name = std::string(authority_name)};
  root_ = unsigned_certificate(request, key_.get());
  add_extension(root_.get(), root_.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(root_.get(), root_.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(root_.get(), root_.get(), NID_subject_key_identifier, "hash");
  sign(root_.get(), root_.get(), key_.get());
  authority_ = directory_.write("authority.pem", pem(root_.get()));
}

Certificate Certificates::issue(const CertificateRequest& request) const {
  static std::atomic<int> count{0};
  const std::string name = "leaf-" + std::to_string(++count);
  const Key key = make_key(request.key_type);
  const Leaf leaf = unsigned_certificate(request, key.get());
  const bool alone = request.issuer == Issuer::kItself;
  X509* issuer = alone ? leaf.get() : root_.get();
  add_extension(leaf.get(), issuer, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(leaf.get(), issuer, NID_key_usage, "critical,digitalSignature,keyEncipherment");
  add_extension(leaf.get(), issuer, NID_ext_key_usage, "serverAuth,clientAuth");
  add_extension(leaf.get(), issuer, NID_subject_key_identifier, "hash");
  const std::string names = alternative_names(request);
  if (!names.empty()) add_extension(leaf.get(), issuer, NID_subject_alt_name, names);
  sign(leaf.get(), issuer, alone ? key.get() : key_.get());
  const std::string chain = pem(leaf.get()) + (alone ? std::string() : pem(root_.get()));
  return {.certificate = directory_.write(name + ".pem", chain),
          .key = directory_.write(name + ".key", pem(key.get())),
          .serial = serial_of(leaf.get())};
}

Certificate Certificates::for_other_host() const {
  return issue(
      {.common_name = "other.example", .names = {"other.example"}, .addresses = {"192.0.2.7"}});
}

Certificate Certificates::client(std::string_view name) const {
  return issue({.common_name = std::string(name), .names = {}, .addresses = {}});
}

}  // namespace barbacane::testkit
