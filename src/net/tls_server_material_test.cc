#include "net/tls_server_material.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/detail/test_certificates.h"

namespace barbacane::net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class TlsServerMaterialTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "tls-material-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string file(const std::string& name, const std::string& text) {
    std::string path = directory_ / name;
    std::ofstream(path, std::ios::trunc) << text;
    return path;
  }

  static std::string error_of(const TlsServerOptions& options) {
    const auto material = TlsServerMaterial::load(options);
    return material ? "none" : material.error().message;
  }

  std::filesystem::path directory_;
  detail::TestAuthority authority_{"Test Authority"};
  TlsKeyPair pair_ = authority_.issue({.names = {"DNS:a.test"}});
  TlsKeyPair other_ = authority_.issue({.names = {"DNS:b.test"}});
};

TEST_F(TlsServerMaterialTest, ReadsPemFromTextOrFile) {
  const std::string certificate = file("a.crt", pair_.certificate);
  const std::string key = file("a.key", pair_.key);
  const auto text = TlsServerMaterial::load({.pairs = {pair_}});
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_THAT((*text)->files(), ElementsAre());
  const auto files = TlsServerMaterial::load({.pairs = {{certificate, key}, other_},
                                              .client_auth = TlsClientAuth::kOptional,
                                              .client_ca = file("ca.crt", authority_.pem())});
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_THAT((*files)->files(), ElementsAre(certificate, key, directory_ / "ca.crt"));
}

TEST_F(TlsServerMaterialTest, ReadsCertificateAndKeyFromOneFile) {
  const std::string both = file("both.pem", pair_.key + pair_.certificate + authority_.pem());
  EXPECT_EQ(error_of({.pairs = {{both, both}}}), "none");
}

TEST_F(TlsServerMaterialTest, ReadsKeysOfEveryForm) {
  const detail::KeyHandle rsa(EVP_RSA_gen(2048));
  const detail::CertificateHandle certificate = detail::new_test_certificate({}, rsa.get());
  X509_sign(certificate.get(), rsa.get(), EVP_sha256());
  const std::string traditional = detail::to_pem([&](BIO* out) {
    return PEM_write_bio_PrivateKey_traditional(out, rsa.get(), nullptr, nullptr, 0, nullptr,
                                                nullptr);
  });
  ASSERT_THAT(traditional, HasSubstr("BEGIN RSA PRIVATE KEY"));
  const std::string pem = detail::certificate_pem(certificate.get());
  EXPECT_EQ(error_of({.pairs = {{pem, traditional}}}), "none");
  EXPECT_EQ(error_of({.pairs = {{pem, detail::key_pem(rsa.get())}}}), "none");
}

TEST_F(TlsServerMaterialTest, SaysWhichFileIsWrongAndHow) {
  const detail::KeyHandle locked = detail::new_test_key(detail::TestKey::kEc);
  const std::string absent = directory_ / "absent.pem";
  const std::string empty = file("empty.pem", "");
  const std::string good = file("good.crt", pair_.certificate);
  const std::string good_key = file("good.key", pair_.key);
  const std::string cut = file("cut.crt", pair_.certificate.substr(0, 200));
  const std::string chain_cut =
      file("chain.crt", pair_.certificate + authority_.pem().replace(28, 4, "AAAA"));
  std::string bad_key = pair_.key;
  bad_key.replace(40, 8, "AAAAAAAA");
  struct Case {
    TlsKeyPair pair;
    std::string error;
  };
  for (const Case& c : {
           Case{{absent, good_key},
                "cannot read TLS certificate '" + absent + "': No such file or directory"},
           Case{{good, absent}, "cannot read TLS key '" + absent + "': No such file or directory"},
           Case{{directory_, good_key},
                "cannot read TLS certificate '" + directory_.string() + "': Is a directory"},
           Case{{empty, good_key}, "TLS certificate '" + empty + "' contains no certificate"},
           Case{{good, empty}, "TLS key '" + empty + "' contains no private key"},
           Case{{good_key, good_key}, "TLS certificate '" + good_key + "' contains no certificate"},
           Case{{good, good}, "TLS key '" + good + "' contains no private key"},
           Case{{cut, good_key},
                "TLS certificate '" + cut + "' holds a damaged certificate, number 1: "},
           Case{{chain_cut, good_key},
                "TLS certificate '" + chain_cut + "' holds a damaged certificate, number 2: "},
           Case{{good, file("bad.key", bad_key)}, "bad.key' holds a damaged private key: "},
           Case{{good, file("other.key", other_.key)},
                "other.key' does not belong to the first certificate of TLS certificate '" + good},
           Case{{good, file("locked.key", detail::encrypted_key_pem(locked.get(), "secret"))},
                "locked.key' is protected by a passphrase; remove it from the key"},
           Case{{pair_.certificate, other_.key},
                "TLS key does not belong to the first certificate of TLS certificate"},
       }) {
    EXPECT_THAT(error_of({.pairs = {c.pair}}), HasSubstr(c.error));
  }
}

TEST_F(TlsServerMaterialTest, RefusesKeysThatAreTooShort) {
  const detail::KeyHandle key(EVP_RSA_gen(1024));
  const detail::CertificateHandle certificate = detail::new_test_certificate({}, key.get());
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  EXPECT_EQ(error_of({.pairs = {{detail::certificate_pem(certificate.get()),
                                 detail::key_pem(key.get())}}}),
            "TLS certificate cannot be used: its key is too short to be safe");
}

TEST_F(TlsServerMaterialTest, ShowsNothingOfAKeyInItsErrors) {
  std::string damaged = pair_.key;
  damaged.replace(40, 8, "AAAAAAAA");
  const std::string error = error_of({.pairs = {{pair_.certificate, damaged}}});
  EXPECT_THAT(error, HasSubstr("damaged private key"));
  EXPECT_EQ(error.find(damaged.substr(48, 16)), std::string::npos);
}

TEST_F(TlsServerMaterialTest, NeedsWhatItsRulesSay) {
  EXPECT_EQ(error_of({}), "TLS needs a certificate and a key");
  EXPECT_EQ(error_of({.pairs = {pair_}, .client_auth = TlsClientAuth::kRequired}),
            "client certificates need a client CA");
  EXPECT_THAT(error_of({.pairs = {pair_},
                        .client_auth = TlsClientAuth::kRequired,
                        .client_ca = directory_ / "ca.pem"}),
              HasSubstr("cannot read TLS client CA '"));
  EXPECT_THAT(error_of({.pairs = {pair_}, .alpn = {""}}), HasSubstr("ALPN"));
}

TEST_F(TlsServerMaterialTest, TellsWhetherAReloadChangesAnything) {
  const auto fingerprint = [](const TlsServerOptions& options) {
    const auto material = TlsServerMaterial::load(options);
    return material ? (*material)->fingerprint() : material.error().message;
  };
  const TlsServerOptions options{.pairs = {pair_}};
  TlsServerOptions newer = options;
  newer.min_version = TlsVersion::k13;
  TlsServerOptions with_clients = options;
  with_clients.client_auth = TlsClientAuth::kOptional;
  with_clients.client_ca = authority_.pem();
  EXPECT_EQ(fingerprint(options), fingerprint(options));
  EXPECT_NE(fingerprint(options), fingerprint({.pairs = {other_}}));
  EXPECT_NE(fingerprint(options), fingerprint({.pairs = {pair_, other_}}));
  EXPECT_NE(fingerprint(options), fingerprint(newer));
  EXPECT_NE(fingerprint(options), fingerprint(with_clients));
}

TEST_F(TlsServerMaterialTest, WarnsOfCertificatesOutOfTheirTime) {
  struct Case {
    long from_days;
    long until_days;
    const char* warning;  ///< null: none
  };
  for (const Case& c :
       {Case{-1, 30, nullptr}, Case{-9, -1, "the TLS certificate of a.test expired on 20"},
        Case{2, 30, "the TLS certificate of a.test is not valid before 20"},
        Case{-1, 5, "the TLS certificate of a.test expires on 20"}}) {
    const auto material = TlsServerMaterial::load(
        {.pairs = {authority_.issue(
             {.names = {"DNS:a.test"}, .from_days = c.from_days, .until_days = c.until_days})}});
    ASSERT_TRUE(material) << material.error().message;
    if (c.warning == nullptr) {
      EXPECT_THAT((*material)->warnings(), ElementsAre());
    } else {
      EXPECT_THAT((*material)->warnings(), ElementsAre(HasSubstr(c.warning)));
    }
  }
}

}  // namespace
}  // namespace barbacane::net
