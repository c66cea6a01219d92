#include "net/detail/tls_roots.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/file.h"
#include "net/detail/tls_authorities.h"

namespace barbacane::net::detail {

namespace {

/// Debian and Alpine, Fedora, openSUSE, BSD.
constexpr std::array kBundles = {
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};
constexpr const char* kDirectory = "/etc/ssl/certs";
constexpr std::size_t kLargestFile = std::size_t{4} << 20;

void add_file(Authorities& authorities, const std::string& path) {
  if (const auto pem = base::read_file(path, kLargestFile)) authorities.add(*pem);
}

void add_directory(Authorities& authorities, const std::string& path) {
  std::error_code ignored;
  for (std::filesystem::directory_iterator entry(path, ignored), end; !ignored && entry != end;
       entry.increment(ignored)) {
    if (entry->is_regular_file(ignored)) add_file(authorities, entry->path());
  }
}

Authorities read_system_authorities() {
  const ErrorScope errors;
  Authorities authorities;
  const char* file = std::getenv("SSL_CERT_FILE");
  const char* directory = std::getenv("SSL_CERT_DIR");
  if (file != nullptr) add_file(authorities, file);
  if (directory != nullptr) add_directory(authorities, directory);
  if (file != nullptr || directory != nullptr) return authorities;
  for (const char* bundle : kBundles) {
    add_file(authorities, bundle);
    if (!authorities.empty()) return authorities;
  }
  add_directory(authorities, kDirectory);
  return authorities;
}

/// Read by the first who asks; blocking.
const Authorities& system_authorities() {
  static const Authorities authorities = read_system_authorities();
  return authorities;
}

/// Asked by OpenSSL for a subject that its store does not hold yet.
int find_authority(X509_LOOKUP* lookup, X509_LOOKUP_TYPE type, const X509_NAME* subject,
                   X509_OBJECT* found) {
  X509_STORE* store = X509_LOOKUP_get_store(lookup);
  if (type != X509_LU_X509 || !system_authorities().move_to(store, subject)) return 0;
  X509_STORE_lock(store);
  const X509_OBJECT* kept =
      X509_OBJECT_retrieve_by_subject(X509_STORE_get0_objects(store), type, subject);
  X509* certificate = kept != nullptr ? X509_OBJECT_get0_X509(kept) : nullptr;
  X509_STORE_unlock(store);
  if (certificate == nullptr || X509_OBJECT_set1_X509(found, certificate) != 1) return 0;
  // Whoever asked counts its own reference; the store's keeps the certificate alive.
  X509_free(certificate);
  return 1;
}

StoreHandle new_store() {
  static X509_LOOKUP_METHOD* const method = [] {
    X509_LOOKUP_METHOD* made = X509_LOOKUP_meth_new("authorities of the system");
    if (made != nullptr) X509_LOOKUP_meth_set_get_by_subject(made, find_authority);
    return made;
  }();
  static_cast<void>(system_authorities());
  StoreHandle store(X509_STORE_new());
  if (!store || method == nullptr || X509_STORE_add_lookup(store.get(), method) == nullptr) {
    return nullptr;
  }
  return store;
}

}  // namespace

StoreHandle roots_with(const Certificates& extra) {
  const ErrorScope errors;
  if (extra.empty()) {
    static const StoreHandle system = new_store();
    if (system) X509_STORE_up_ref(system.get());
    return StoreHandle(system.get());
  }
  StoreHandle store = new_store();
  if (!store) return store;
  // What the operator lists is trusted as it stands, also when it is no root.
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
  for (const CertificateHandle& certificate : extra) {
    if (X509_STORE_add_cert(store.get(), certificate.get()) != 1) return nullptr;
  }
  return store;
}

}  // namespace barbacane::net::detail
