#include "services/http_grant.h"

#include <string>

#include <gtest/gtest.h>

#include "services/detail/outbound_fixture.h"
#include "testkit/certificates.h"
#include "testkit/temp_directory.h"

namespace barbacane::services {
namespace {

class HttpGrantTest : public OutboundFixture {
 protected:
  static bool wrote(const HttpGrant& grant, std::string_view url,
                    UrlSchemes schemes = UrlSchemes::kHttp) {
    return grant.destination(split_url(url, schemes)->origin, schemes) ==
           net::Destination::kOperatorWrote;
  }
};

TEST_F(HttpGrantTest, KnowsDestinationsWrittenAnywhereInTheConfig) {
  const auto mine = grant(R"({"a":"https://One:8443/v1?x#y","b":[1,{"c":["http://two"]}],
                             "d":"wss://three/chat","e":"see https://four","https://five":1,
                             "f":"https://user:word@six/","g":"https://[::1]"})");
  EXPECT_TRUE(wrote(*mine, "https://one:8443"));
  EXPECT_TRUE(wrote(*mine, "http://two:80/else"));
  EXPECT_TRUE(wrote(*mine, "wss://three", UrlSchemes::kWebSocket));
  EXPECT_TRUE(wrote(*mine, "https://six"));
  EXPECT_TRUE(wrote(*mine, "https://[::1]:443"));
  for (const auto* other : {"https://one", "http://one:8443", "https://two", "https://three",
                            "https://four", "https://five", "https://user"}) {
    EXPECT_FALSE(wrote(*mine, other)) << other;
  }
}

TEST_F(HttpGrantTest, AllowsNothingWithoutAConfig) {
  for (const auto* config : {"", "null", "{}", "[]", "{", "7"})
    EXPECT_FALSE(wrote(*grant(config), "http://one")) << config;
}

TEST_F(HttpGrantTest, IsTheSameForTheSamePluginAndConfig) {
  EXPECT_EQ(grant("{}", "a")->key(), grant("{}", "a")->key());
  EXPECT_NE(grant("{}", "a")->key(), grant("{}", "b")->key());
  EXPECT_NE(grant("{}", "a")->key(), grant("{ }", "a")->key());
}

TEST_F(HttpGrantTest, UsesOnlyFilesThatTheConfigNames) {
  const testkit::Certificates certificates;
  const testkit::TempDirectory directory;
  const std::string other = directory.write("other.pem", "no PEM at all");
  const auto mine = grant(R"({"ca":")" + certificates.authority() + R"(","b":")" + other +
                          R"(","c":"/dev/zero","d":")" + directory.path().string() + R"("})");
  const auto has = [&](const std::string& ca) {
    return mine->tls_key({.client_cert = {}, .client_key = {}, .ca = ca}).has_value();
  };
  EXPECT_TRUE(has(certificates.authority()));
  EXPECT_FALSE(has(certificates.good().certificate));
  EXPECT_FALSE(has(other));
  EXPECT_FALSE(has("/dev/zero"));
  EXPECT_FALSE(has(directory.path().string()));
}

TEST_F(HttpGrantTest, MakesOneContextForOneIdentity) {
  const testkit::Certificates certificates;
  const auto mine = grant(R"({"ca":")" + certificates.authority() + R"("})");
  std::optional<HttpRequest::Tls> tls;
  using Versions = HttpGrant::Versions;
  const auto ordinary = mine->tls_context(tls, Versions::kAll);
  tls.emplace().ca = certificates.authority();
  const auto first = mine->tls_context(tls, Versions::kAll);
  ASSERT_TRUE(ordinary && first);
  EXPECT_EQ(mine->tls_context(tls, Versions::kAll).value(), *first);
  EXPECT_NE(*first, *ordinary);
  EXPECT_NE(mine->tls_context(tls, Versions::kHttp1).value(), *first);
}

TEST_F(HttpGrantTest, QuotesNoSecretWhenAKeyIsNone) {
  const std::string secret = "-----BEGIN PRIVATE KEY-----\\nhunter2\\n";
  const auto mine = grant(R"({"cert":"-----BEGIN CERTIFICATE-----\n","key":")" + secret + R"("})");
  const HttpRequest::Tls tls{.client_cert = "-----BEGIN CERTIFICATE-----\n",
                             .client_key = "-----BEGIN PRIVATE KEY-----\nhunter2\n",
                             .ca = {}};
  const auto context = mine->tls_context(tls, HttpGrant::Versions::kAll);
  ASSERT_FALSE(context);
  EXPECT_EQ(context.error().message.find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace barbacane::services
