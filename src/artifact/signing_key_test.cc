#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "artifact/artifact.h"
#include "artifact/detail/ed25519.h"
#include "artifact/detail/samples.h"
#include "base/hash.h"

namespace barbacane::artifact {
namespace {

std::string hex(const std::string& bytes) {
  return base::to_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

/// RFC 8032, 7.1, test 1.
const std::string kSeed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const std::string kPublicKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

std::string version_1() { return base::from_hex("302e020100300506032b657004220420" + kSeed); }
std::string version_2() {
  return base::from_hex("3051020101300506032b657004220420" + kSeed + "812100" + kPublicKey);
}
/// As ring wrote it before it followed RFC 5958 to the letter.
std::string version_2_wrapped() {
  return base::from_hex("3053020101300506032b657004220420" + kSeed + "a123032100" + kPublicKey);
}

std::string reason(std::string_view key) {
  const auto parsed = SigningKey::parse(key);
  return parsed ? "accepted" : parsed.error().message;
}

TEST(SigningKey, ReadsDerOfBothVersions) {
  for (const std::string& der : {version_1(), version_2(), version_2_wrapped()}) {
    const auto key = SigningKey::parse(der);
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_EQ(hex(key->public_key()), kPublicKey);
    EXPECT_EQ(hex(key->sign("")),
              "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e"
              "39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
  }
}

TEST(SigningKey, ReadsWhatOpenSslWrites) {
  EVP_PKEY* generated = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  ASSERT_NE(generated, nullptr);
  BIO* pem = BIO_new(BIO_s_mem());
  BIO* der = BIO_new(BIO_s_mem());
  ASSERT_EQ(PEM_write_bio_PKCS8PrivateKey(pem, generated, nullptr, nullptr, 0, nullptr, nullptr),
            1);
  ASSERT_EQ(i2d_PKCS8PrivateKey_bio(der, generated, nullptr, nullptr, 0, nullptr, nullptr), 1);
  std::string expected(32, '\0');
  std::size_t length = 32;
  EVP_PKEY_get_raw_public_key(generated, reinterpret_cast<unsigned char*>(expected.data()),
                              &length);
  for (BIO* file : {pem, der}) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(file, &data);
    const auto key = SigningKey::parse({data, static_cast<std::size_t>(size)});
    EXPECT_TRUE(key) << key.error().message;
    EXPECT_EQ(key ? key->public_key() : "", expected);
    BIO_free(file);
  }
  EVP_PKEY_free(generated);
}

TEST(SigningKey, ReadsPemWithAttributesAndPublicKey) {
  // RFC 8410, 10.3.
  const auto key = SigningKey::parse(
      "-----BEGIN PRIVATE KEY-----\n"
      "MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
      "oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB\n"
      "Z9w7lshQhqowtrbLDFw4rXAxZuE=\n"
      "-----END PRIVATE KEY-----\n");
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(hex(key->public_key()),
            "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
}

TEST(SigningKey, SaysWhyItRefuses) {
  EXPECT_EQ(reason(""), "not a PKCS#8 structure");
  EXPECT_EQ(reason("no key at all"), "not a PKCS#8 structure");
  EXPECT_EQ(reason(version_1() + "x"), "not a PKCS#8 structure");
  // X25519 differs in the last byte of the object identifier.
  EXPECT_EQ(reason(base::from_hex("302e020100300506032b656e04220420" + kSeed)),
            "not an Ed25519 key");
  EXPECT_EQ(reason(base::from_hex("302d020100300506032b65700421041f" + kSeed.substr(2))),
            "the private key is not 32 bytes long");
  std::string foreign = version_2();
  foreign.back() ^= 1;
  EXPECT_EQ(reason(foreign), "the public key does not belong to the private key");
  EXPECT_EQ(reason("-----BEGIN PRIVATE KEY-----\n!!!\n-----END PRIVATE KEY-----\n"),
            "malformed PEM");
  EXPECT_EQ(reason("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n"
                   "-----END ENCRYPTED PRIVATE KEY-----\n"),
            "the key is encrypted");
  EXPECT_EQ(reason("-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n"),
            "PEM holds 'PUBLIC KEY'");
}

TEST(SigningKey, NeverCrashesOnDamagedStructures) {
  const std::string whole = version_2();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_NE(reason(whole.substr(0, i)), "accepted");
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = whole;
      flipped[i] = static_cast<char>(flipped[i] ^ 1 << bit);
      reason(flipped);
    }
  }
}

class Signature : public testing::Test {
 protected:
  static std::string opened(std::string_view archive, const std::string& trusted) {
    OpenOptions options;
    options.trusted_public_key = trusted;
    const auto contents = open(archive, options);
    if (contents) return "opened";
    EXPECT_EQ(contents.error().kind, LoadError::Kind::kIntegrity);
    return contents.error().message;
  }

  const SigningKey key_ = SigningKey::parse(version_1()).value();
  const std::string signed_ = seal(samples::everything(), &key_).value();
};

TEST_F(Signature, IsEd25519OverTheHashWithItsPrefix) {
  const auto contents = open(signed_);
  ASSERT_TRUE(contents);
  EXPECT_EQ(contents->manifest.signing_public_key, kPublicKey);
  EXPECT_EQ(contents->manifest.signature, hex(key_.sign(contents->manifest.artifact_hash)));
  EXPECT_TRUE(contents->manifest.artifact_hash.starts_with("sha256:"));
  EXPECT_EQ(seal(samples::everything(), &key_).value(), signed_);
}

TEST_F(Signature, OpensWithTheTrustedKey) {
  EXPECT_EQ(opened(signed_, kPublicKey), "opened");
  EXPECT_EQ(opened(signed_, " " + kPublicKey + "\n"), "opened");
}

TEST_F(Signature, IsNotAskedForWithoutATrustedKey) {
  EXPECT_EQ(opened(signed_, ""), "opened");
  EXPECT_EQ(opened(seal(samples::everything()).value(), ""), "opened");
}

TEST_F(Signature, IsMandatoryWithATrustedKey) {
  EXPECT_EQ(opened(seal(samples::everything()).value(), kPublicKey),
            "artifact is unsigned but a trusted public key is configured");
}

TEST_F(Signature, OfAnotherKeyIsRefusedWhateverTheArtifactEmbeds) {
  const std::string other = hex(detail::ed25519_public_key(std::string(32, 'x')));
  EXPECT_EQ(opened(signed_, other), "artifact signature verification failed");
}

TEST_F(Signature, NeedsAWellFormedTrustedKey) {
  EXPECT_EQ(opened(signed_, "abc"),
            "invalid key/signature material: the trusted public key must be 64 hex digits");
}

}  // namespace
}  // namespace barbacane::artifact
