#include <algorithm>
#include <cstdint>
#include <optional>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "artifact/artifact.h"
#include "artifact/detail/ed25519.h"

/// PKCS#8 is taken apart here rather than by OpenSSL, whose decoder knows version 1 only; version 2
/// (RFC 5958, with the public key behind the private one) is what ring and its users write.
namespace barbacane::artifact {
namespace {

constexpr std::uint8_t kInteger = 0x02, kOctetString = 0x04, kSequence = 0x30;
constexpr std::uint8_t kPublicKey = 0x81;             // [1] IMPLICIT BIT STRING
constexpr std::uint8_t kConstructedPublicKey = 0xa1;  // the same wrapped, as older ring wrote it
constexpr std::string_view kEd25519Oid("\x06\x03\x2b\x65\x70", 5);

/// Takes the next element if it has this tag; DER with lengths below 64 KiB.
std::optional<std::string_view> take(std::string_view& der, std::uint8_t tag) {
  const auto byte = [&der](std::size_t i) -> std::size_t {
    return static_cast<std::uint8_t>(der[i]);
  };
  if (der.size() < 2 || byte(0) != tag) return std::nullopt;
  std::size_t header = 2, length = byte(1);
  if (length >= 0x80) {
    const std::size_t octets = length & 0x7f;
    if (octets < 1 || octets > 2 || der.size() < 2 + octets) return std::nullopt;
    length = octets == 1 ? byte(2) : byte(2) << 8 | byte(3);
    header += octets;
  }
  if (der.size() - header < length) return std::nullopt;
  const std::string_view content = der.substr(header, length);
  der.remove_prefix(header + length);
  return content;
}

/// The public key of a version 2 structure, if it carries one.
std::optional<std::string_view> take_public_key(std::string_view& der) {
  auto bits = take(der, kPublicKey);
  if (!bits) {
    auto wrapped = take(der, kConstructedPublicKey);
    if (!wrapped) return std::nullopt;
    bits = take(*wrapped, 0x03);
  }
  if (!bits || !bits->starts_with('\0')) return std::nullopt;  // bits unused in the last byte
  return bits->substr(1);
}

base::Result<std::string> seed_of(std::string_view der) {
  auto info = take(der, kSequence);
  if (!info || !der.empty()) return base::fail("not a PKCS#8 structure");
  const auto version = take(*info, kInteger);
  const auto algorithm = take(*info, kSequence);
  auto wrapped = take(*info, kOctetString);
  if (!version || !algorithm || !wrapped || version->size() != 1 || (*version)[0] < 0 ||
      (*version)[0] > 1) {
    return base::fail("not a PKCS#8 structure");
  }
  if (*algorithm != kEd25519Oid) return base::fail("not an Ed25519 key");
  const auto seed = take(*wrapped, kOctetString);
  if (!seed || !wrapped->empty() || seed->size() != detail::kSeedSize) {
    return base::fail("the private key is not 32 bytes long");
  }
  take(*info, 0xa0);  // attributes
  const auto public_key = take_public_key(*info);
  if (!info->empty()) return base::fail("not a PKCS#8 structure");
  if (public_key && *public_key != detail::ed25519_public_key(*seed)) {
    return base::fail("the public key does not belong to the private key");
  }
  return std::string(*seed);
}

base::Result<std::string> seed_of_pem(std::string_view pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> file(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* der = nullptr;
  long length = 0;
  if (!file || PEM_read_bio(file.get(), &name, &header, &der, &length) != 1) {
    ERR_clear_error();
    return base::fail("malformed PEM");
  }
  const std::string kind = name;
  auto seed = kind == "PRIVATE KEY"
                  ? seed_of({reinterpret_cast<char*>(der), static_cast<std::size_t>(length)})
              : kind == "ENCRYPTED PRIVATE KEY" ? base::fail("the key is encrypted")
                                                : base::fail("PEM holds '" + kind + "'");
  OPENSSL_free(name);
  OPENSSL_free(header);
  OPENSSL_clear_free(der, static_cast<std::size_t>(length));
  return seed;
}

}  // namespace

base::Result<SigningKey> SigningKey::parse(std::string_view pkcs8) {
  constexpr std::size_t kMaxFile = 64 * 1024;
  if (pkcs8.size() > kMaxFile) return base::fail("too large for a key");
  auto seed =
      pkcs8.find("-----BEGIN ") != std::string_view::npos ? seed_of_pem(pkcs8) : seed_of(pkcs8);
  if (!seed) return std::unexpected(seed.error());
  SigningKey key;
  key.seed_ = std::move(*seed);
  return key;
}

std::string SigningKey::sign(std::string_view message) const {
  return detail::ed25519_sign(seed_, message);
}

std::string SigningKey::public_key() const { return detail::ed25519_public_key(seed_); }

}  // namespace barbacane::artifact
