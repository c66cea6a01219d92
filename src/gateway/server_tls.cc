#include "gateway/server_tls.h"

#include <utility>

#include "gateway/detail/secret_references.h"
#include "gateway/secrets.h"
#include "net/tls_server.h"
#include "net/tls_server_material.h"
#include "net/tls_ticket_keys.h"

namespace barbacane::gateway {

namespace {

net::TlsClientAuth client_auth(TlsFlags::ClientAuth flag) {
  switch (flag) {
    case TlsFlags::ClientAuth::kOff:
      return net::TlsClientAuth::kNone;
    case TlsFlags::ClientAuth::kOptional:
      return net::TlsClientAuth::kOptional;
    case TlsFlags::ClientAuth::kRequired:
      break;
  }
  return net::TlsClientAuth::kRequired;
}

/// A path stays one; a reference gives the text itself.
base::Result<std::string> resolve(Secrets& secrets, const std::string& text) {
  if (!is_secret_reference(text)) return text;
  return secrets.fetch(text);
}

base::Result<std::shared_ptr<const net::TlsServerMaterial>> read(const TlsFlags& flags,
                                                                 const std::string& secrets_dir) {
  Secrets secrets(secrets_dir);
  net::TlsServerOptions options;
  for (const TlsFlags::Pair& pair : flags.pairs) {
    auto certificate = resolve(secrets, pair.certificate);
    if (!certificate) return std::unexpected(certificate.error());
    auto key = resolve(secrets, pair.key);
    if (!key) return std::unexpected(key.error());
    options.pairs.push_back({*std::move(certificate), *std::move(key)});
  }
  if (flags.client_ca) {
    auto authorities = resolve(secrets, *flags.client_ca);
    if (!authorities) return std::unexpected(authorities.error());
    options.client_ca = *std::move(authorities);
  }
  options.min_version = flags.min_version == TlsFlags::MinVersion::kTls13 ? net::TlsVersion::k13
                                                                          : net::TlsVersion::k12;
  options.client_auth = client_auth(flags.client_auth);
  return net::TlsServerMaterial::load(options);
}

}  // namespace

ServerTls::ServerTls(TlsFlags flags, const std::optional<std::string>& secrets_dir)
    : flags_(std::move(flags)),
      secrets_dir_(secrets_dir.value_or(std::string())),
      ticket_keys_(std::make_shared<net::TlsTicketKeys>()) {}

ServerTls::~ServerTls() = default;

base::Result<std::unique_ptr<ServerTls>> ServerTls::load(
    TlsFlags flags, const std::optional<std::string>& secrets_dir) {
  std::unique_ptr<ServerTls> tls(new ServerTls(std::move(flags), secrets_dir));
  auto material = read(tls->flags_, tls->secrets_dir_);
  if (!material) return std::unexpected(material.error());
  tls->material_ = *std::move(material);
  return tls;
}

base::Result<ServerTls::Outcome> ServerTls::reload() {
  auto material = read(flags_, secrets_dir_);
  if (!material) return std::unexpected(material.error());
  const bool same = (*material)->fingerprint() == material_->fingerprint();
  material_ = *std::move(material);
  return same ? Outcome::kSame : Outcome::kNew;
}

base::Result<std::shared_ptr<const net::TlsServerContext>> ServerTls::make_context() const {
  auto context = net::TlsServerContext::make(material_, ticket_keys_);
  if (!context) return std::unexpected(context.error());
  return std::make_shared<const net::TlsServerContext>(*std::move(context));
}

const std::vector<std::string>& ServerTls::files() const { return material_->files(); }
std::vector<std::string> ServerTls::warnings() const { return material_->warnings(); }

}  // namespace barbacane::gateway
