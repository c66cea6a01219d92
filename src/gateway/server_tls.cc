#include "gateway/server_tls.h"

#include <filesystem>
#include <utility>

#include "base/secret_reference.h"
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
  explicit Texts(const std::string& secrets_dir)
      : secrets_(secrets_dir), secrets_dir_(secrets_dir) {}

  /// A path stays one; a reference gives the text itself, or nothing.
  std::string resolve(const std::string& flag) {
    if (!base::is_secret_reference(flag)) return flag;
    auto text = secrets_.fetch(flag);
    if (!text) return {};
    constexpr std::string_view kFile = "file://";
    if (flag.starts_with(kFile)) files_.push_back(secrets_dir_ / flag.substr(kFile.size()));
    // It would be taken for a path, and quoted when there is no such file.
    if (!text->contains("-----BEGIN") && not_pem_.empty()) not_pem_ = flag;
    return *std::move(text);
  }
  /// Of the secrets that are files.
  std::vector<std::string> take_files() { return std::move(files_); }
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
  std::filesystem::path secrets_dir_;
  std::vector<std::string> files_;
  std::string not_pem_;  ///< the first reference that holds something else
};

}  // namespace

std::expected<void, StartError> ServerTls::read() {
  Texts texts(secrets_dir_);
  net::TlsServerOptions options;
  for (const TlsFlags::Pair& pair : flags_.pairs) {
    options.pairs.push_back({texts.resolve(pair.certificate), texts.resolve(pair.key)});
  }
  if (flags_.client_ca) options.client_ca = texts.resolve(*flags_.client_ca);
  if (auto complete = texts.complete(); !complete) return std::unexpected(complete.error());
  const bool only_13 = flags_.min_version == TlsFlags::MinVersion::kTls13;
  options.min_version = only_13 ? net::TlsVersion::k13 : net::TlsVersion::k12;
  options.client_auth = client_auth(flags_.client_auth);
  auto material = net::TlsServerMaterial::load(options);
  if (!material) return std::unexpected(StartError{kUnusable, material.error().message});
  material_ = *std::move(material);
  files_ = texts.take_files();
  files_.insert(files_.end(), material_->files().begin(), material_->files().end());
  return {};
}

ServerTls::ServerTls(TlsFlags flags, const std::optional<std::string>& secrets_dir)
    : flags_(std::move(flags)),
      secrets_dir_(secrets_dir.value_or(std::string())),
      ticket_keys_(std::make_shared<net::TlsTicketKeys>()) {}

ServerTls::~ServerTls() = default;

std::expected<std::unique_ptr<ServerTls>, StartError> ServerTls::load(
    TlsFlags flags, const std::optional<std::string>& secrets_dir) {
  std::unique_ptr<ServerTls> tls(new ServerTls(std::move(flags), secrets_dir));
  if (auto done = tls->read(); !done) return std::unexpected(done.error());
  return tls;
}

base::Result<ServerTls::Outcome> ServerTls::reload() {
  const std::string before = material_->fingerprint();
  if (auto done = read(); !done) return base::fail(done.error().message);
  const bool same = material_->fingerprint() == before;
  return same ? Outcome::kSame : Outcome::kNew;
}

base::Result<std::shared_ptr<const net::TlsServerContext>> ServerTls::make_context() const {
  auto context = net::TlsServerContext::make(material_, ticket_keys_);
  if (!context) return std::unexpected(context.error());
  return std::make_shared<const net::TlsServerContext>(*std::move(context));
}

std::vector<std::string> ServerTls::warnings() const { return material_->warnings(); }

}  // namespace barbacane::gateway
