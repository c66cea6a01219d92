// http-upstream over TLS: whom the gateway believes, who it is itself, and what a handshake costs
// (plugins contract, 2.2; plugin ABI contract, 9.3).
#include <mutex>
#include <thread>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "json_body.h"
#include "proxy.h"
#include "testkit/certificates.h"
#include "testkit/eventually.h"
#include "testkit/peers.h"
#include "testkit/upstream.h"

namespace barbacane::integration {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testkit::answer;
using testkit::Certificate;
using testkit::CertificateRequest;
using testkit::Certificates;
using testkit::ClientCertificate;
using testkit::Connection;
using testkit::pattern;
using testkit::RequestBuilder;
using testkit::Response;
using testkit::TestGateway;
using testkit::TlsServerOptions;
using testkit::TlsVersion;
using testkit::Upstream;

TlsServerOptions serving(const Certificate& certificate) {
  return {.certificate = certificate.certificate, .key = certificate.key};
}

/// PEM text, as it stands in JSON.
std::string text_of(const std::string& file) {
  std::string json;
  for (const char c : testkit::read_text(file)) c == '\n' ? json += "\\n" : json += c;
  return json;
}

std::string trusting(const std::string& ca) { return R"("tls": {"ca": ")" + ca + "\"}"; }

class ProxyTls : public testing::Test {
 protected:
  const Certificates certificates_;
};

TEST_F(ProxyTls, PassesEverythingOnEncrypted) {
  Upstream upstream({.tls = serving(certificates_.good())});
  upstream.otherwise({testkit::echo()});
  upstream.script("/length", {testkit::answer_of_size(3'000'000)});
  upstream.script("/close", {testkit::send("HTTP/1.1 200 OK\r\n\r\nall"), testkit::close()});
  const TestGateway gateway(proxy_spec(upstream.url(), trusting(certificates_.authority())),
                            proxy_options({"--max-body-size", "8000000"}));
  Connection client(gateway.port(), seconds(30));
  for (const std::size_t size : {5u, 16'384u, 100'000u, 1'000'000u}) {
    const Response response =
        client.request(RequestBuilder("POST", "/echo").body(pattern(0, size)));
    EXPECT_TRUE(response.body == pattern(0, size)) << size << ' ' << response.status;
  }
  EXPECT_TRUE(client.get("/length").body == pattern(0, 3'000'000));
  EXPECT_EQ(client.get("/close").body, "all");
  EXPECT_EQ(upstream.requests().back().header("x-forwarded-proto"), "http") << "the client's";
  EXPECT_EQ(upstream.accepted(), 1u);
}

TEST_F(ProxyTls, BelievesOnlyCertificatesThatSpeakForTheUpstream) {
  struct Case {
    std::string name;
    Certificate certificate;
    int status;
  };
  const Certificates strangers("Strangers");
  const std::vector<Case> cases = {
      {"good", certificates_.good(), 200},
      {"good, RSA", certificates_.issue({.key_type = testkit::KeyType::kRsa2048}), 200},
      {"expired", certificates_.expired(), 502},
      {"not yet valid", certificates_.not_yet_valid(), 502},
      {"signed by itself", certificates_.self_signed(), 502},
      {"for another host", certificates_.for_other_host(), 502},
      {"of another authority", strangers.good(), 502},
      {"for the common name beside another name",
       certificates_.issue(
           CertificateRequest{.common_name = "localhost", .names = {"other.example"}}),
       502},
      {"for the common name alone, without any name",
       certificates_.issue(
           CertificateRequest{.common_name = "localhost", .names = {}, .addresses = {}}),
       502},
      {"for the wrong level of a wildcard",
       certificates_.issue(CertificateRequest{.names = {"*.localhost"}, .addresses = {}}), 502},
  };
  for (const Case& test : cases) {
    SCOPED_TRACE(test.name);
    Upstream upstream({.tls = serving(test.certificate)});
    upstream.otherwise({answer(200)});
    const TestGateway gateway(proxy_spec(upstream.url(), trusting(certificates_.authority())),
                              proxy_options());
    const Response response = gateway.get("/x");
    EXPECT_EQ(response.status, test.status);
    if (test.status == 200) continue;
    EXPECT_EQ(problem_type(response), "upstream-unavailable");
    EXPECT_TRUE(gateway.wait_for_log(R"("reason":"tls")", seconds(5))) << gateway.log();
    EXPECT_THAT(upstream.requests(), testing::IsEmpty()) << "nothing was said to a stranger";
  }
}

TEST_F(ProxyTls, ChecksAddressesAsWellAsNames) {
  Upstream named({.tls = serving(certificates_.issue({.addresses = {}}))});
  Upstream addressed(
      {.tls = serving(certificates_.issue({.common_name = "addressed", .names = {}}))});
  named.otherwise({answer(200)});
  addressed.otherwise({answer(200)});
  const auto status_of = [&](const std::string& host, const Upstream& upstream) {
    const std::string url = "https://" + host + ":" + std::to_string(upstream.port());
    return TestGateway(proxy_spec(url, trusting(certificates_.authority())), proxy_options())
        .get("/x")
        .status;
  };
  EXPECT_EQ(status_of("localhost", named), 200);
  EXPECT_EQ(status_of("127.0.0.1", named), 502);
  EXPECT_EQ(status_of("127.0.0.1", addressed), 200);
  EXPECT_EQ(status_of("localhost", addressed), 502);
}

TEST_F(ProxyTls, IsRefusedWithoutTheAuthority) {
  Upstream upstream({.tls = serving(certificates_.good())});
  upstream.otherwise({answer(200)});
  EXPECT_EQ(TestGateway(proxy_spec(upstream.url()), proxy_options()).get("/x").status, 502);
}

TEST_F(ProxyTls, SpeaksNoOldVersion) {
  for (const auto& [least, most, status] :
       {std::tuple(TlsVersion::kTls10, TlsVersion::kTls11, 502),
        std::tuple(TlsVersion::kTls12, TlsVersion::kTls12, 200),
        std::tuple(TlsVersion::kTls13, TlsVersion::kTls13, 200)}) {
    TlsServerOptions tls = serving(certificates_.good());
    tls.least = least;
    tls.most = most;
    Upstream upstream({.tls = tls});
    upstream.otherwise({answer(200)});
    const TestGateway gateway(proxy_spec(upstream.url(), trusting(certificates_.authority())),
                              proxy_options());
    EXPECT_EQ(gateway.get("/x").status, status);
  }
}

TEST_F(ProxyTls, IsBadGatewayWhereTheUpstreamSpeaksNone) {
  Upstream plain;
  const std::string url = "https://127.0.0.1:" + std::to_string(plain.port());
  plain.on_connect({testkit::send("HTTP/1.1 400 Bad Request\r\n\r\n"), testkit::close()});
  plain.on_connect({testkit::close()});
  plain.on_connect({testkit::wait(milliseconds(20)), testkit::reset()});
  const TestGateway gateway(proxy_spec(url), proxy_options());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(gateway.get("/x").status, 502) << i;
}

TEST_F(ProxyTls, GivesUpAHandshakeThatDoesNotEnd) {
  Upstream plain;
  const std::string url = "https://127.0.0.1:" + std::to_string(plain.port());
  plain.on_connect({testkit::wait_for_departure()});
  const TestGateway gateway(proxy_spec(url, R"("connect_timeout": 0.5)"), proxy_options());
  const Response response = gateway.get("/x");
  EXPECT_EQ(response.status, 504);
  EXPECT_TRUE(plain.wait_for_open_connections(0));
}

TEST_F(ProxyTls, TakesATruncatedBodyForABrokenOne) {
  // Up to the close means up to TLS's own farewell: whoever cuts the line forges no end.
  Upstream upstream({.tls = serving(certificates_.good())});
  upstream.script("/x",
                  {testkit::send("HTTP/1.1 200 OK\r\n\r\nhalf"), testkit::wait(milliseconds(50)),
                   testkit::call([](testkit::UpstreamConnection& connection) {
                     ::shutdown(connection.stream().socket(), SHUT_RDWR);
                   })});
  const TestGateway gateway(proxy_spec(upstream.url(), trusting(certificates_.authority())),
                            proxy_options());
  Connection client = gateway.connect();
  client.send(RequestBuilder("GET", "/x").bytes());
  client.read_head();
  EXPECT_THAT(client.read_to_end(), Not(HasSubstr("0\r\n\r\n")));
  EXPECT_TRUE(client.stream().was_reset());
}

TEST_F(ProxyTls, ShowsItsCertificateWhenAsked) {
  const Certificate alice = certificates_.client("alice");
  TlsServerOptions tls = serving(certificates_.good());
  tls.client_trust = certificates_.authority();
  tls.client_certificate = ClientCertificate::kRequired;
  testkit::TempDirectory secrets;
  const std::string cert = secrets.write("client.pem", testkit::read_text(alice.certificate));
  const std::string key = secrets.write("client.key", testkit::read_text(alice.key));

  const std::vector<std::pair<std::string, std::string>> forms = {
      {alice.certificate, alice.key},
      {text_of(alice.certificate), text_of(alice.key)},
      {"file://" + cert, "file://" + key},
      {"env://CLIENT_CERT", "env://CLIENT_KEY"},
  };
  for (const auto& [certificate, private_key] : forms) {
    SCOPED_TRACE(certificate.substr(0, 30));
    std::mutex mutex;
    std::vector<std::string> names;
    Upstream upstream({.tls = tls});
    upstream.otherwise({testkit::call([&](testkit::UpstreamConnection& connection) {
                          const std::lock_guard lock(mutex);
                          names.push_back(connection.stream().tls()->peer_name());
                        }),
                        answer(200)});
    testkit::GatewayOptions options = proxy_options();
    options.environment = {{"BARBACANE_SECRETS_DIR", secrets.path().string()},
                           {"CLIENT_CERT", testkit::read_text(alice.certificate)},
                           {"CLIENT_KEY", testkit::read_text(alice.key)}};
    const TestGateway gateway(
        proxy_spec(upstream.url(), R"("tls": {"ca": ")" + text_of(certificates_.authority()) +
                                       R"(", "client_cert": ")" + certificate +
                                       R"(", "client_key": ")" + private_key + "\"}"),
        options);
    EXPECT_EQ(gateway.get("/x").status, 200) << gateway.log();
    const std::lock_guard lock(mutex);
    EXPECT_THAT(names, ElementsAre("alice"));
  }
}

TEST_F(ProxyTls, IsRefusedWhereACertificateIsRequiredAndNoneIsConfigured) {
  TlsServerOptions tls = serving(certificates_.good());
  tls.client_trust = certificates_.authority();
  tls.client_certificate = ClientCertificate::kRequired;
  Upstream upstream({.tls = tls});
  upstream.otherwise({answer(200)});
  const TestGateway gateway(proxy_spec(upstream.url(), trusting(certificates_.authority())),
                            proxy_options());
  EXPECT_EQ(gateway.get("/x").status, 502);
  EXPECT_THAT(upstream.requests(), testing::IsEmpty());
}

TEST_F(ProxyTls, KeepsConnectionsOfDifferentIdentitiesApart) {
  const Certificate alice = certificates_.client("alice");
  const Certificate bob = certificates_.client("bob");
  TlsServerOptions tls = serving(certificates_.good());
  tls.client_trust = certificates_.authority();
  tls.client_certificate = ClientCertificate::kRequired;
  Upstream upstream({.tls = tls});
  upstream.otherwise({testkit::call([](testkit::UpstreamConnection& connection) {
    connection.send(testkit::response_head(
        200, {{"x-you", connection.stream().tls()->peer_name()}, {"content-length", "0"}}));
  })});
  testkit::SpecBuilder spec;
  for (const auto& [path, who] : {std::pair("/alice", alice), std::pair("/bob", bob)}) {
    spec.operation("GET", path)
        .dispatch("http-upstream", R"({"url": ")" + upstream.url() + R"(", "tls": {"ca": ")" +
                                       certificates_.authority() + R"(", "client_cert": ")" +
                                       who.certificate + R"(", "client_key": ")" + who.key +
                                       "\"}}");
  }
  const TestGateway gateway(spec.text(), proxy_options());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(gateway.get("/alice").header("x-you"), "alice");
    EXPECT_EQ(gateway.get("/bob").header("x-you"), "bob");
  }
  EXPECT_EQ(upstream.accepted(), 2u);
}

TEST_F(ProxyTls, ResumesItsSessions) {
  for (const TlsVersion version : {TlsVersion::kTls12, TlsVersion::kTls13}) {
    TlsServerOptions tls = serving(certificates_.good());
    tls.least = tls.most = version;
    Upstream upstream({.tls = tls});
    upstream.otherwise({testkit::call([](testkit::UpstreamConnection& connection) {
                          const bool resumed = connection.stream().tls()->resumed();
                          connection.send(
                              testkit::response_head(200, {{"x-resumed", resumed ? "yes" : "no"},
                                                           {"content-length", "0"},
                                                           {"connection", "close"}}));
                        }),
                        testkit::close()});
    const TestGateway gateway(proxy_spec(upstream.url(), trusting(certificates_.authority())),
                              proxy_options());
    EXPECT_EQ(gateway.get("/x").header("x-resumed"), "no");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(gateway.get("/x").header("x-resumed"), "yes") << i;
  }
}

TEST_F(ProxyTls, NoticesClosedConnectionsWhileTheyLieIdle) {
  Upstream upstream({.tls = serving(certificates_.good())});
  upstream.otherwise({answer(200)});
  const TestGateway gateway(proxy_spec(upstream.url(), trusting(certificates_.authority())),
                            proxy_options());
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(gateway.request(RequestBuilder("POST", "/x").body("hello")).status, 200);
    ASSERT_TRUE(upstream.wait_for_idle_connections(1));
    upstream.close_idle();
    ASSERT_TRUE(upstream.wait_for_open_connections(0));
    std::this_thread::sleep_for(milliseconds(50));
  }
  // Session tickets, which come while a connection lies idle, are no reason to drop it.
  const std::size_t accepted = upstream.accepted();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(gateway.get("/x").status, 200);
    std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_EQ(upstream.accepted(), accepted + 1);
}

// ---- real servers ------------------------------------------------------------------------------

template <typename Peer>
class ProxyToPeer : public testing::Test {};
using Peers = testing::Types<testkit::NginxUpstream, testkit::HaproxyUpstream>;
TYPED_TEST_SUITE(ProxyToPeer, Peers);

TYPED_TEST(ProxyToPeer, InPlainTextAndOverTlsWithCertificates) {
  using testkit::PeerProtocol;
  const Certificates certificates;
  const Certificate alice = certificates.client("alice");
  for (const PeerProtocol protocol :
       {PeerProtocol::kHttp, PeerProtocol::kHttps, PeerProtocol::kHttp2}) {
    const bool secure = protocol != PeerProtocol::kHttp;
    const TypeParam peer({.protocol = protocol,
                          .certificate = certificates.good(),
                          .client_trust = secure ? certificates.authority() : ""});
    const std::string tls = R"("tls": {"ca": ")" + certificates.authority() +
                            R"(", "client_cert": ")" + alice.certificate + R"(", "client_key": ")" +
                            alice.key + "\"}";
    const TestGateway gateway(proxy_spec(peer.url(), secure ? tls : ""), proxy_options());
    Connection client = gateway.connect();
    for (int i = 0; i < 20; ++i) {
      const std::string target = "/a%20b/" + std::to_string(i) + "?c=d";
      const Response response = client.get(target);
      ASSERT_EQ(response.status, 200) << gateway.log();
      const auto told = object(response.body);
      EXPECT_EQ(text_member(told, "target"), target);
      EXPECT_EQ(text_member(told, "forwarded_for"), "127.0.0.1");
      EXPECT_EQ(text_member(told, "host"), peer.url().substr(peer.url().find("//") + 2));
      EXPECT_EQ(text_member(told, "client").contains("alice"), secure);
    }
    EXPECT_EQ(client.request(RequestBuilder("HEAD", "/h")).status, 200);
    // HAProxy answers before it has heard all of this, which ends that client's connection.
    EXPECT_EQ(gateway.request(RequestBuilder("POST", "/p").body(pattern(0, 300'000))).status, 200);
    EXPECT_EQ(client.request(RequestBuilder("POST", "/p").chunks({"a", "b"})).status, 200);
    EXPECT_EQ(client.get("/end").status, 200);
  }
}

TEST(ProxyToNginx, MovesFilesBothWays) {
  const testkit::NginxUpstream nginx;
  const TestGateway gateway(proxy_spec(nginx.url()),
                            proxy_options({"--max-body-size", "30000000"}));
  Connection client(gateway.port(), seconds(30));
  for (const std::size_t size : {1u, 10'000u, 20'000'000u}) {
    const std::string body = pattern(size, size);
    const std::string length = "/files/length" + std::to_string(size);
    const std::string chunks = "/files/chunks" + std::to_string(size);
    EXPECT_EQ(client.request(RequestBuilder("PUT", length).body(body)).status, 201);
    EXPECT_EQ(client.request(RequestBuilder("PUT", chunks).chunks({body})).status, 201);
    EXPECT_TRUE(client.get(length).body == body) << size;
    EXPECT_TRUE(client.get(chunks).body == body) << size;
    const Response part =
        client.request(RequestBuilder("GET", length).header("range", "bytes=0-0"));
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, body.substr(0, 1));
  }
}

}  // namespace
}  // namespace barbacane::integration
