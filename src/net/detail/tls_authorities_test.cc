#include "net/detail/tls_authorities.h"

#include <gtest/gtest.h>

#include "net/detail/test_certificates.h"

namespace barbacane::net::detail {
namespace {

/// How many certificates of that common name come out.
int found(const Authorities& authorities, const std::string& common_name) {
  const StoreHandle store(X509_STORE_new());
  const CertificateHandle named(X509_new());
  set_common_name(X509_get_subject_name(named.get()), common_name);
  const bool any = authorities.move_to(store.get(), X509_get_subject_name(named.get()));
  const int count = sk_X509_OBJECT_num(X509_STORE_get0_objects(store.get()));
  EXPECT_EQ(any, count > 0);
  return count;
}

TEST(Authorities, FindsThoseOfASubjectAlone) {
  Authorities authorities;
  EXPECT_TRUE(authorities.empty());
  authorities.add(TestAuthority("One").pem() + TestAuthority("Other").pem());
  EXPECT_FALSE(authorities.empty());
  EXPECT_EQ(found(authorities, "One"), 1);
  EXPECT_EQ(found(authorities, "Other"), 1);
  EXPECT_EQ(found(authorities, "Nobody"), 0);
}

TEST(Authorities, ComparesSubjectsAsCertificatesDo) {
  Authorities authorities;
  authorities.add(TestAuthority("Some  Authority").pem());
  EXPECT_EQ(found(authorities, "some authority"), 1);
}

TEST(Authorities, FindsAllOfASubjectAndEachOnce) {
  const std::string old_key = TestAuthority("Renewed").pem();
  const std::string new_key = TestAuthority("Renewed").pem();
  Authorities authorities;
  authorities.add(old_key + new_key);
  authorities.add(old_key);
  EXPECT_EQ(found(authorities, "Renewed"), 2);
}

TEST(Authorities, LeavesOutWhatCannotBeRead) {
  const std::string good = TestAuthority("Good").pem();
  std::string damaged = TestAuthority("Damaged").pem();
  damaged[damaged.size() / 2] = '!';
  std::string cut = TestAuthority("Cut").pem();
  cut.resize(cut.size() / 2);
  const std::string no_certificate =
      "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n";
  const std::string key = key_pem(new_test_key(TestKey::kEc).get());
  Authorities authorities;
  authorities.add("Words of whoever wrote this.\n" + damaged + key + no_certificate + good + cut);
  EXPECT_EQ(found(authorities, "Good"), 1);
  EXPECT_EQ(found(authorities, "Damaged"), 0);
  EXPECT_EQ(found(authorities, "Cut"), 0);
}

TEST(Authorities, ReadsCertificatesWithTrustSettings) {
  const std::string pem = TestAuthority("Trusted").pem();
  const BioHandle in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const CertificateHandle certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  ASN1_OBJECT* use = OBJ_nid2obj(NID_server_auth);
  ASSERT_EQ(X509_add1_trust_object(certificate.get(), use), 1);
  Authorities authorities;
  authorities.add(to_pem([&](BIO* out) { return PEM_write_bio_X509_AUX(out, certificate.get()); }));
  EXPECT_EQ(found(authorities, "Trusted"), 1);
}

}  // namespace
}  // namespace barbacane::net::detail
