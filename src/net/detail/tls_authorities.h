#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "net/detail/tls_handles.h"

/// Certificates to find by their subject, decoded only when a chain names them.
///
/// Decoding all that a system trusts takes tens of milliseconds and more than a megabyte; a gateway
/// meets two or three of them. Kept are their DER bytes.
/// Any thread once it is filled. Not a template of a store: see `tls_roots.h`.
namespace barbacane::net::detail {

class Authorities {
 public:
  /// The certificates of a PEM text, each once; what cannot be read is left out.
  void add(std::string_view pem);

  bool empty() const { return by_subject_.empty(); }

  /// Puts those of that subject into the store; false when there are none.
  bool move_to(X509_STORE* store, const X509_NAME* subject) const;

 private:
  void add_one(std::string_view der);

  /// By the hash of the subject's canonical form.
  std::unordered_multimap<unsigned long, std::string> by_subject_;
};

}  // namespace barbacane::net::detail
