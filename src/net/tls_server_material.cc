#include "net/tls_server_material.h"

#include <ctime>
#include <utility>

#include <fmt/format.h>

#include "base/hash.h"
#include "net/detail/tls_alpn.h"
#include "net/detail/tls_errors.h"
#include "net/detail/tls_policy.h"
#include "net/detail/tls_server_parts.h"

namespace barbacane::net {

namespace {

using detail::PemText;

constexpr int kSoon = 14 * 24 * 3600;  ///< seconds before its end at which a certificate is noted

/// What OpenSSL will say when a worker builds its context, while the file's name is at hand.
base::Result<> try_out(const detail::Identity& identity, TlsVersion min_version) {
  const base::Result<detail::SslContextHandle> context =
      detail::new_context(detail::TlsSide::kServer, min_version);
  if (!context) return std::unexpected(context.error());
  return detail::use_copy(context->get(), identity);
}

std::string name_of(X509* certificate) {
  const std::vector<std::string> names = detail::certificate_names(certificate);
  return names.empty() ? detail::name_text(X509_get_subject_name(certificate)) : names.front();
}

}  // namespace

TlsServerMaterial::TlsServerMaterial(std::unique_ptr<const Parts> parts)
    : parts_(std::move(parts)) {}
TlsServerMaterial::~TlsServerMaterial() = default;

base::Result<std::shared_ptr<const TlsServerMaterial>> TlsServerMaterial::load(
    const TlsServerOptions& options) {
  if (options.pairs.empty()) return base::fail("TLS needs a certificate and a key");
  auto parts = std::make_unique<Parts>();
  std::vector<std::string> files;
  std::string digested;
  const auto read = [&files](std::string_view given, std::string_view what) {
    base::Result<PemText> pem = detail::read_pem(given, what);
    if (pem && !pem->path.empty()) files.push_back(pem->path);
    return pem;
  };

  for (const TlsKeyPair& pair : options.pairs) {
    const base::Result<PemText> certificate = read(pair.certificate, "TLS certificate");
    if (!certificate) return std::unexpected(certificate.error());
    const base::Result<PemText> key = read(pair.key, "TLS key");
    if (!key) return std::unexpected(key.error());
    base::Result<detail::Identity> identity = detail::parse_identity(*certificate, *key);
    if (!identity) return std::unexpected(identity.error());
    const base::Result<> usable = try_out(*identity, options.min_version);
    if (!usable) {
      return base::fail(certificate->label + " cannot be used: " + usable.error().message);
    }
    detail::append_field(digested, certificate->text);  // which tells the key as well
    parts->add(std::move(*identity));
  }

  parts->min_version = options.min_version;
  parts->client_auth = options.client_auth;
  std::string client_rules = std::to_string(static_cast<int>(options.client_auth));
  if (options.client_auth != TlsClientAuth::kNone) {
    if (options.client_ca.empty()) return base::fail("client certificates need a client CA");
    const base::Result<PemText> authorities = read(options.client_ca, "TLS client CA");
    if (!authorities) return std::unexpected(authorities.error());
    base::Result<detail::Certificates> parsed = detail::parse_certificates(*authorities);
    if (!parsed) return std::unexpected(parsed.error());
    parts->client_authorities = std::move(*parsed);
    detail::append_field(client_rules, authorities->text);
  }
  const base::Sha256 rules_digest = base::sha256(client_rules);
  parts->session_context.assign(rules_digest.begin(), rules_digest.end());

  base::Result<std::string> alpn = detail::alpn_on_the_wire(options.alpn);
  if (!alpn) return std::unexpected(alpn.error());
  parts->alpn = std::move(*alpn);

  detail::append_field(digested, client_rules);
  detail::append_field(digested, parts->alpn);
  detail::append_field(digested, options.min_version == TlsVersion::k13 ? "1.3" : "1.2");
  std::shared_ptr<TlsServerMaterial> material(new TlsServerMaterial(std::move(parts)));
  material->files_ = std::move(files);
  material->fingerprint_ = base::sha256_hex(digested);
  return material;
}

std::vector<std::string> TlsServerMaterial::warnings() const {
  std::vector<std::string> warnings;
  std::time_t now = std::time(nullptr);
  std::time_t soon = now + kSoon;
  for (const Parts::Group& group : parts_->groups) {
    for (const detail::Identity& identity : group.identities) {
      X509* leaf = identity.chain.front().get();
      const ASN1_TIME* from = X509_get0_notBefore(leaf);
      const ASN1_TIME* until = X509_get0_notAfter(leaf);
      if (X509_cmp_time(until, &now) < 0) {
        warnings.push_back(fmt::format("the TLS certificate of {} expired on {}", name_of(leaf),
                                       detail::time_text(until)));
      } else if (X509_cmp_time(from, &now) > 0) {
        warnings.push_back(fmt::format("the TLS certificate of {} is not valid before {}",
                                       name_of(leaf), detail::time_text(from)));
      } else if (X509_cmp_time(until, &soon) < 0) {
        warnings.push_back(fmt::format("the TLS certificate of {} expires on {}", name_of(leaf),
                                       detail::time_text(until)));
      }
    }
  }
  return warnings;
}

}  // namespace barbacane::net
