#include "gateway/server_tls.h"

#include <utility>

#include "gateway/detail/secret_references.h"
#include "gateway/secrets.h"
#include "net/tls_server.h"
#include "net/tls_server_material.h"
#include "net/tls_ticket_keys.h"

namespace barbacane::gateway {

namespace {

constexpr int kUnusable = 1;
constexpr int kSecrets = 13;

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

/// What the flags say, with the secrets in place.
class Texts {
 public:
  explicit Texts(const std::string& secrets_dir) : secrets_(secrets_dir) {}

  /// A path stays one; a reference gives the text itself, or nothing.
  std::string resolve(const std::string& flag) {
    if (!is_secret_reference(flag)) return flag;
    auto text = secrets_.fetch(flag);
    if (!text) return {};
    // It would be taken for a path, and quoted when there is no such file.
    if (!text->contains("-----BEGIN") && not_pem_.empty()) not_pem_ = flag;
    return *std::move(text);
  }
  std::expected<void, StartError> complete() const {
    if (!secrets_.failures().empty()) {
      return std::unexpected(StartError{kSecrets, secrets_.complaint()});
    }
    if (not_pem_.empty()) return {};
    return std::unexpected(
        StartError{kUnusable, "no PEM text is in the secret that TLS needs: " + not_pem_});
  }

 private:
  Secrets secrets_;
  std::string not_pem_;  ///< the first reference that holds something else
};

std::expected<std::shared_ptr<const net::TlsServerMaterial>, StartError> read(
    const TlsFlags& flags, const std::string& secrets_dir) {
  Texts texts(secrets_dir);
  net::TlsServerOptions options;
  for (const TlsFlags::Pair& pair : flags.pairs) {
    options.pairs.push_back({texts.resolve(pair.certificate), texts.resolve(pair.key)});
  }
  if (flags.client_ca) options.client_ca = texts.resolve(*flags.client_ca);
  if (auto complete = texts.complete(); !complete) return std::unexpected(complete.error());
  options.min_version = flags.min_version == TlsFlags::MinVersion::kTls13 ? net::TlsVersion::k13
                                                                          : net::TlsVersion::k12;
  options.client_auth = client_auth(flags.client_auth);
  auto material = net::TlsServerMaterial::load(options);
  if (!material) return std::unexpected(StartError{kUnusable, material.error().message});
  return *std::move(material);
}

}  // namespace

ServerTls::ServerTls(TlsFlags flags, const std::optional<std::string>& secrets_dir)
    : flags_(std::move(flags)),
      secrets_dir_(secrets_dir.value_or(std::string())),
      ticket_keys_(std::make_shared<net::TlsTicketKeys>()) {}

ServerTls::~ServerTls() = default;

std::expected<std::unique_ptr<ServerTls>, StartError> ServerTls::load(
    TlsFlags flags, const std::optional<std::string>& secrets_dir) {
  std::unique_ptr<ServerTls> tls(new ServerTls(std::move(flags), secrets_dir));
  auto material = read(tls->flags_, tls->secrets_dir_);
  if (!material) return std::unexpected(material.error());
  tls->material_ = *std::move(material);
  return tls;
}

base::Result<ServerTls::Outcome> ServerTls::reload() {
  auto material = read(flags_, secrets_dir_);
  if (!material) return base::fail(material.error().message);
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
