#include "net/detail/tls_pem.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>

#include "base/file.h"
#include "net/detail/tls_errors.h"

namespace barbacane::net::detail {

namespace {

constexpr std::size_t kLargestFile = 4 << 20;  ///< bundles of all public authorities are 250 KB

BioHandle reader(std::string_view text) {
  return BioHandle(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// Whether the queue says that there was no further block, which is how a file ends.
bool at_end_of_pem() {
  const unsigned long code = ERR_peek_last_error();
  return ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
}

/// Instead of asking on the terminal.
int refuse_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

}  // namespace

PemText::~PemText() { OPENSSL_cleanse(text.data(), text.size()); }

base::Result<PemText> read_pem(std::string_view given, std::string_view what) {
  PemText pem;
  if (given.contains("-----BEGIN")) {
    pem.label = what;
    pem.text = given;
    return pem;
  }
  pem.path = given;
  pem.label = fmt::format("{} '{}'", what, given);
  base::Result<std::string> text = base::read_file(pem.path, kLargestFile);
  if (!text) return base::fail(fmt::format("cannot read {}: {}", pem.label, text.error().message));
  pem.text = std::move(*text);
  return pem;
}

base::Result<Certificates> parse_certificates(const PemText& pem) {
  const ErrorScope errors;
  const BioHandle in = reader(pem.text);
  Certificates certificates;
  while (in) {
    // The variant with trust settings, so that "TRUSTED CERTIFICATE" blocks are read as well.
    CertificateHandle next(PEM_read_bio_X509_AUX(in.get(), nullptr, nullptr, nullptr));
    if (!next) break;
    certificates.push_back(std::move(next));
  }
  if (!at_end_of_pem()) {
    return base::fail(fmt::format("{} holds a damaged certificate, number {}: {}", pem.label,
                                  certificates.size() + 1, last_reason()));
  }
  if (certificates.empty()) return base::fail(pem.label + " contains no certificate");
  return certificates;
}

base::Result<KeyHandle> parse_key(const PemText& pem) {
  const ErrorScope errors;
  const BioHandle in = reader(pem.text);
  bool passphrase_asked = false;
  KeyHandle key(PEM_read_bio_PrivateKey(in.get(), nullptr, refuse_passphrase, &passphrase_asked));
  if (key) return key;
  if (passphrase_asked) {
    return base::fail(pem.label + " is protected by a passphrase; remove it from the key");
  }
  if (!pem.text.contains("PRIVATE KEY-----")) {
    return base::fail(pem.label + " contains no private key");
  }
  return base::fail(fmt::format("{} holds a damaged private key: {}", pem.label, last_reason()));
}

base::Result<Identity> parse_identity(const PemText& certificate, const PemText& key) {
  base::Result<Certificates> chain = parse_certificates(certificate);
  if (!chain) return std::unexpected(chain.error());
  base::Result<KeyHandle> parsed = parse_key(key);
  if (!parsed) return std::unexpected(parsed.error());
  const ErrorScope errors;
  if (X509_check_private_key(chain->front().get(), parsed->get()) != 1) {
    return base::fail(fmt::format("{} does not belong to the first certificate of {}", key.label,
                                  certificate.label));
  }
  return Identity{std::move(*chain), std::move(*parsed)};
}

base::Result<> use_copy(SSL_CTX* context, const Identity& identity) {
  const ErrorScope errors;
  const CertificateHandle leaf(X509_dup(identity.chain.front().get()));
  const KeyHandle key(EVP_PKEY_dup(identity.key.get()));
  bool used = leaf && key && SSL_CTX_use_certificate(context, leaf.get()) == 1 &&
              SSL_CTX_use_PrivateKey(context, key.get()) == 1;
  for (std::size_t i = 1; used && i < identity.chain.size(); ++i) {
    const CertificateHandle link(X509_dup(identity.chain[i].get()));
    used = link && SSL_CTX_add1_chain_cert(context, link.get()) == 1;
  }
  if (!used) return base::fail(last_trouble().text);
  return {};
}

}  // namespace barbacane::net::detail
