#include "app/tls_flags.h"

#include <fmt/format.h>

namespace barbacane::app {

namespace {

using gateway::TlsFlags;

std::expected<TlsFlags::ClientAuth, std::string> client_auth(const TlsTexts& texts) {
  using enum TlsFlags::ClientAuth;
  if (!texts.client_ca) {
    if (!texts.client_auth) return kOff;
    return std::unexpected("--tls-client-auth requires --tls-client-ca");
  }
  // Who names an authority means it, unless told otherwise.
  const std::string how = texts.client_auth.value_or("required");
  if (how == "required") return kRequired;
  if (how == "optional") return kOptional;
  return std::unexpected(
      fmt::format("--tls-client-auth must be 'required' or 'optional', got '{}'", how));
}

}  // namespace

std::expected<TlsFlags, std::string> check_tls(const TlsTexts& texts) {
  if (texts.certificates.size() > texts.keys.size()) {
    return std::unexpected("--tls-cert requires --tls-key");
  }
  if (texts.keys.size() > texts.certificates.size()) {
    return std::unexpected("--tls-key requires --tls-cert");
  }
  TlsFlags flags;
  if (texts.min_version != "1.2" && texts.min_version != "1.3") {
    return std::unexpected(
        fmt::format("--tls-min-version must be '1.2' or '1.3', got '{}'", texts.min_version));
  }
  using enum TlsFlags::MinVersion;
  flags.min_version = texts.min_version == "1.3" ? kTls13 : kTls12;
  const auto auth = client_auth(texts);
  if (!auth) return std::unexpected(auth.error());
  if (texts.client_ca && texts.certificates.empty()) {
    return std::unexpected("--tls-client-ca requires --tls-cert and --tls-key");
  }
  flags.client_auth = *auth;
  flags.client_ca = texts.client_ca;
  for (std::size_t i = 0; i < texts.keys.size(); ++i) {
    flags.pairs.push_back({texts.certificates[i], texts.keys[i]});
  }
  return flags;
}

}  // namespace barbacane::app
