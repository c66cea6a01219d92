#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "net/detail/tls_pem.h"
#include "net/tls_server_material.h"

/// What `TlsServerMaterial` keeps parsed.
namespace barbacane::net {

namespace detail {

/// Which group of certificates a server name stands for. Names are lower case.
class ServerNames {
 public:
  /// The first to list a name has it.
  void add(std::string_view name, std::size_t group);
  /// An exact name, then one label under a `*.`; 0 when nobody lists it.
  std::size_t find(std::string_view name) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const {
      return std::hash<std::string_view>{}(name);
    }
  };
  using Table = std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>>;

  Table exact_;
  Table wildcard_;  ///< by what follows the `*`
};

}  // namespace detail

struct TlsServerMaterial::Parts {
  /// Identities of the same names, no two of the same type of key: one SSL_CTX.
  struct Group {
    std::vector<std::string> names;
    std::vector<detail::Identity> identities;
  };

  std::vector<Group> groups;  ///< the first is the default
  detail::ServerNames names;
  TlsVersion min_version = TlsVersion::k12;
  TlsClientAuth client_auth = TlsClientAuth::kNone;
  detail::Certificates client_authorities;
  std::string alpn;             ///< as on the wire: each name behind its length
  std::string session_context;  ///< tickets of other rules for clients do not count here

  void add(detail::Identity identity);
};

}  // namespace barbacane::net
