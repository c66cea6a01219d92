#include "net/detail/tls_roots.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "net/detail/tls_pem.h"

namespace barbacane::net::detail {

namespace {

/// Debian and Alpine, Fedora, openSUSE, BSD.
constexpr std::array kBundles = {
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};
constexpr const char* kDirectory = "/etc/ssl/certs";

/// How many certificates of the file are in the store now; what cannot be read is left out.
std::size_t add_file(X509_STORE* store, const std::string& path) {
  const base::Result<PemText> pem = read_pem(path, "");
  if (!pem) return 0;
  const base::Result<Certificates> certificates = parse_certificates(*pem);
  if (!certificates) return 0;
  std::size_t added = 0;
  for (const CertificateHandle& certificate : *certificates) {
    added += X509_STORE_add_cert(store, certificate.get()) == 1 ? 1 : 0;
  }
  return added;
}

/// Whole and now, instead of OpenSSL's look-ups by file name during a handshake.
void add_directory(X509_STORE* store, const std::string& path) {
  std::error_code ignored;
  for (std::filesystem::directory_iterator entry(path, ignored), end; !ignored && entry != end;
       entry.increment(ignored)) {
    if (entry->is_regular_file(ignored)) add_file(store, entry->path());
  }
}

X509_STORE* read_system_roots() {
  const ErrorScope errors;
  X509_STORE* store = X509_STORE_new();
  const char* file = std::getenv("SSL_CERT_FILE");
  const char* directory = std::getenv("SSL_CERT_DIR");
  if (file != nullptr) add_file(store, file);
  if (directory != nullptr) add_directory(store, directory);
  if (file != nullptr || directory != nullptr) return store;
  for (const char* bundle : kBundles) {
    if (add_file(store, bundle) > 0) return store;
  }
  add_directory(store, kDirectory);
  return store;
}

}  // namespace

X509_STORE* system_roots() {
  static const StoreHandle roots(read_system_roots());
  return roots.get();
}

StoreHandle roots_with(const Certificates& extra) {
  X509_STORE* system = system_roots();
  if (extra.empty()) {
    X509_STORE_up_ref(system);
    return StoreHandle(system);
  }
  const ErrorScope errors;
  StoreHandle store(X509_STORE_new());
  if (!store) return store;
  // What the operator lists is trusted as it stands, also when it is no root.
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
  const STACK_OF(X509_OBJECT)* objects = X509_STORE_get0_objects(system);
  for (int i = 0; i < sk_X509_OBJECT_num(objects); ++i) {
    X509* root = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
    if (root != nullptr) X509_STORE_add_cert(store.get(), root);
  }
  for (const CertificateHandle& certificate : extra) {
    if (X509_STORE_add_cert(store.get(), certificate.get()) != 1) return nullptr;
  }
  return store;
}

}  // namespace barbacane::net::detail
