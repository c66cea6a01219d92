#include "app/tls_flags.h"

#include <gtest/gtest.h>

namespace barbacane::app {
namespace {

using gateway::TlsFlags;

std::string refusal(const TlsTexts& texts) {
  const auto checked = check_tls(texts);
  return checked ? "" : checked.error();
}

TEST(TlsFlags, AreOffByDefault) {
  const auto flags = check_tls({});
  ASSERT_TRUE(flags);
  EXPECT_FALSE(flags->enabled());
  EXPECT_EQ(flags->client_auth, TlsFlags::ClientAuth::kOff);
}

TEST(TlsFlags, PairCertificatesAndKeysInTheirOrder) {
  const auto flags = check_tls({.certificates = {"a.pem", "b.pem"},
                                .keys = {"a.key", "b.key"},
                                .min_version = "1.3",
                                .client_ca = "ca.pem",
                                .client_auth = "optional"});
  ASSERT_TRUE(flags);
  ASSERT_EQ(flags->pairs.size(), 2U);
  EXPECT_EQ(flags->pairs[1].certificate, "b.pem");
  EXPECT_EQ(flags->pairs[1].key, "b.key");
  EXPECT_EQ(flags->min_version, TlsFlags::MinVersion::kTls13);
  EXPECT_EQ(flags->client_ca, "ca.pem");
  EXPECT_EQ(flags->client_auth, TlsFlags::ClientAuth::kOptional);
}

TEST(TlsFlags, RequireClientCertificatesWhenAnAuthorityIsNamed) {
  const auto flags = check_tls({.certificates = {"a"}, .keys = {"b"}, .client_ca = "ca.pem"});
  ASSERT_TRUE(flags);
  EXPECT_EQ(flags->client_auth, TlsFlags::ClientAuth::kRequired);
}

TEST(TlsFlags, AreRefusedWhenTheyDoNotFitTogether) {
  EXPECT_EQ(refusal({.certificates = {"a"}}), "--tls-cert requires --tls-key");
  EXPECT_EQ(refusal({.certificates = {"a", "b"}, .keys = {"a"}}), "--tls-cert requires --tls-key");
  EXPECT_EQ(refusal({.keys = {"a"}}), "--tls-key requires --tls-cert");
  EXPECT_EQ(refusal({.min_version = "1.1"}), "--tls-min-version must be '1.2' or '1.3', got '1.1'");
  EXPECT_EQ(refusal({.certificates = {"a"}, .keys = {"b"}, .client_auth = "required"}),
            "--tls-client-auth requires --tls-client-ca");
  EXPECT_EQ(refusal({.certificates = {"a"}, .keys = {"b"}, .client_ca = "c", .client_auth = "yes"}),
            "--tls-client-auth must be 'required' or 'optional', got 'yes'");
  EXPECT_EQ(refusal({.client_ca = "c"}), "--tls-client-ca requires --tls-cert and --tls-key");
}

}  // namespace
}  // namespace barbacane::app
