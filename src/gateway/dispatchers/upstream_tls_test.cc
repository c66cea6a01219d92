#include "gateway/dispatchers/upstream_tls.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barbacane::gateway {
namespace {

using testing::HasSubstr;
using enum UpstreamVersions;

// Two authorities; their keys are gone.
constexpr const char* kOne = R"(-----BEGIN CERTIFICATE-----
MIIBQjCB9aADAgECAhR4Q7QaYcHz7IwDTFzllAOK9CtakTAFBgMrZXAwFjEUMBIG
A1UEAwwLQXV0aG9yaXR5IDEwIBcNMjYxMTIzMTQxMTQwWhgPMjEyNjEwMzAxNDEx
NDBaMBYxFDASBgNVBAMMC0F1dGhvcml0eSAxMCowBQYDK2VwAyEAKjz7dcbs9Voy
iQv1+5WSZVQ1j8gJxMl2xIxxSeVM9S6jUzBRMB0GA1UdDgQWBBQ6xI7nJiBZtJ1+
r1UlJIuNTjB+OjAfBgNVHSMEGDAWgBQ6xI7nJiBZtJ1+r1UlJIuNTjB+OjAPBgNV
HRMBAf8EBTADAQH/MAUGAytlcANBAPF5KohaXMJuu2RQpSIJXXCUFn2FUR/DuMGE
Uf/Y7rCuFAKC3EMs3qmTtd0Hiw8gurSeJ0zlnY74OqLEE+3hXgM=
-----END CERTIFICATE-----
)";
constexpr const char* kOther = R"(-----BEGIN CERTIFICATE-----
MIIBQjCB9aADAgECAhRY72jBsSzduLxLC0q1IeSc5iNO1zAFBgMrZXAwFjEUMBIG
A1UEAwwLQXV0aG9yaXR5IDIwIBcNMjYxMTIzMTQxMTQwWhgPMjEyNjEwMzAxNDEx
NDBaMBYxFDASBgNVBAMMC0F1dGhvcml0eSAyMCowBQYDK2VwAyEANihvrstLxwl6
wWbZowUsg5L4OcGORGJFqJeRyCh/0sWjUzBRMB0GA1UdDgQWBBTWYAs/9g9L+33/
UsCVmy84VrGCpjAfBgNVHSMEGDAWgBTWYAs/9g9L+33/UsCVmy84VrGCpjAPBgNV
HRMBAf8EBTADAQH/MAUGAytlcANBAD6bAadIUZZ8Yks+fjBpM5kVNUlUUjvMRrDA
47eSKRqnc8OZ4ySAhT2MMJfnW18+ruFjyvJwVdCFlRp6I7QggQs=
-----END CERTIFICATE-----
)";

TEST(UpstreamTlsContexts, MakesOneContextForEqualSettings) {
  UpstreamTlsContexts contexts;
  const auto get = [&](const UpstreamTls& tls) {
    auto context = contexts.get(tls, kAll);
    EXPECT_TRUE(context) << context.error().message;
    return context.value_or(nullptr);
  };
  const auto plain = get({});
  const auto one = get({.client_cert = {}, .client_key = {}, .ca = kOne});
  const auto other = get({.client_cert = {}, .client_key = {}, .ca = kOther});
  EXPECT_EQ(get({}), plain);
  EXPECT_EQ(get({.client_cert = {}, .client_key = {}, .ca = kOne}), one);
  EXPECT_NE(one, plain);
  EXPECT_NE(contexts.get({}, kHttp1).value()->identity(), plain->identity());
  EXPECT_NE(one->identity(), other->identity());
}

TEST(UpstreamTlsContexts, ReadFilesAnewInTheNextLoad) {
  const std::filesystem::path file =
      std::filesystem::path(testing::TempDir()) / "upstream_tls_test_ca.pem";
  const UpstreamTls tls{.client_cert = {}, .client_key = {}, .ca = file.string()};
  const auto identity = [&](UpstreamTlsContexts load) {
    return load.get(tls, kAll).value()->identity();
  };
  std::ofstream(file) << kOne;
  const std::string before = identity({});
  std::ofstream(file) << kOther;
  EXPECT_NE(identity({}), before);
  std::filesystem::remove(file);
}

TEST(UpstreamTlsContexts, FailAgainOnWhatCannotBeUsed) {
  UpstreamTlsContexts contexts;
  const UpstreamTls tls{.client_cert = {}, .client_key = {}, .ca = "absent.pem"};
  for (int i = 0; i < 2; ++i) {
    const auto context = contexts.get(tls, kAll);
    ASSERT_FALSE(context);
    EXPECT_THAT(context.error().message, HasSubstr("cannot read TLS CA"));
  }
}

}  // namespace
}  // namespace barbacane::gateway
