#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/egress.h"
#include "net/tls_client.h"
#include "services/http_request.h"
#include "services/url.h"

/// What a plugin with its config may reach, and as whom (plugin ABI contract, 9.1 and 9.3).
///
/// The config is what the operator wrote. A destination whose scheme, host and port stand in it as
/// a URL was meant; all others are the plugin's own idea. A certificate, a key or a file is used
/// only when the same text stands in it, so that no plugin picks files. The files are read when the
/// config is loaded, never by a request.
///
/// One for each plugin entry of an artifact; immutable as far as anybody sees, shared by all
/// workers and by calls that outlive a reload.
namespace barbacane::services {

class HttpGrant {
 public:
  using TlsContext = std::shared_ptr<const net::TlsClientContext>;

  enum class Versions : std::uint8_t { kHttp1, kAll };
  /// Trusts the system's authorities and presents nothing: what calls without `tls` use.
  struct OrdinaryTls {
    TlsContext http1;
    TlsContext all;

    /// Once a load or once a process. Blocking.
    static base::Result<OrdinaryTls> make();
  };

  struct Entry {
    std::string_view plugin;    ///< its name
    std::string_view written;   ///< its config with secret references in place: for keys
    std::string_view resolved;  ///< its config as it gets it
  };
  /// Reads the files that the config names: blocking. Files that cannot be used are found out when
  /// they are asked for.
  HttpGrant(const Entry& entry, OrdinaryTls ordinary);
  HttpGrant(const HttpGrant&) = delete;
  HttpGrant& operator=(const HttpGrant&) = delete;

  /// The plugin and a digest of the config; equal after a reload that changed neither.
  const std::string& key() const { return key_; }
  const std::string& plugin() const { return plugin_; }

  net::Destination destination(const Origin& origin, UrlSchemes schemes) const;

  /// The part of a key that tells apart identities with other contents. Nothing when one of the
  /// texts does not stand in the config.
  std::optional<std::string> tls_key(const HttpRequest::Tls& tls) const;
  /// Of calls without `tls`, or made on first use. Reads no file. Any thread.
  base::Result<TlsContext> tls_context(const std::optional<HttpRequest::Tls>& tls,
                                       Versions versions) const;

 private:
  struct Material {
    std::string pem;
    std::string digest;
  };
  /// A string of the config.
  void note(std::string_view text);
  /// An object of the config may name an identity: it is made now rather than on a worker.
  void make_ready(const HttpRequest::Tls& tls) const;
  const Material* material(std::string_view text) const;
  struct Reader;

  std::string plugin_;
  std::string key_;
  std::set<std::string, std::less<>> destinations_;         ///< `https://orders.internal:8443`
  std::map<std::string, Material, std::less<>> materials_;  ///< by the text in the config
  OrdinaryTls ordinary_;

  mutable std::mutex mutex_;
  mutable std::map<std::string, TlsContext> contexts_;
};

}  // namespace barbacane::services
