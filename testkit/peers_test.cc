#include "testkit/peers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testkit/client.h"
#include "testkit/connection.h"
#include "testkit/error.h"

namespace barbacane::testkit {
namespace {

using testing::HasSubstr;

TEST(NginxUpstream, TellsWhatArrived) {
  const NginxUpstream nginx;
  const Response response = Connection(nginx.port()).get("/a?b=c");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr(R"("target":"/a?b=c","protocol":"HTTP/1.1")"));
  EXPECT_TRUE(nginx.wait_for_access("GET /a?b=c HTTP/1.1 200")) << nginx.access_log();
}

TEST(NginxUpstream, TakesAndServesFiles) {
  const NginxUpstream nginx;
  Connection client(nginx.port());
  EXPECT_EQ(client.request(RequestBuilder("PUT", "/files/a.txt").body("text")).status, 201);
  EXPECT_EQ(client.get("/files/a.txt").body, "text");
}

TEST(NginxUpstream, SaysWhyItDoesNotStart) {
  EXPECT_THAT([] { NginxUpstream({.behaviour = "nonsense;"}); },
              testing::ThrowsMessage<TestkitError>(HasSubstr("nonsense")));
}

TEST(NginxUpstream, DiesAndComesBackOnItsPort) {
  NginxUpstream nginx;
  nginx.kill();
  EXPECT_THROW(Connection{nginx.port()}, TestkitError);
  nginx.start();
  EXPECT_EQ(Connection(nginx.port()).get("/").status, 200);
}

TEST(HaproxyUpstream, TellsWhatArrived) {
  const HaproxyUpstream haproxy;
  const Response response =
      Connection(haproxy.port()).request(RequestBuilder("POST", "/a?b=c").body("12345"));
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr(R"("target":"/a?b=c","protocol":"HTTP/1.1")"));
  EXPECT_THAT(response.body, HasSubstr(R"("body_size":5)"));
  EXPECT_TRUE(haproxy.wait_for_access("POST /a?b=c HTTP/1.1 200")) << haproxy.access_log();
}

template <typename Server>
class SecurePeer : public testing::Test {};
using Servers = testing::Types<NginxUpstream, HaproxyUpstream>;
TYPED_TEST_SUITE(SecurePeer, Servers);

TYPED_TEST(SecurePeer, SpeaksHttp2AndAsksForACertificate) {
  const Certificates certificates;
  const TypeParam server({.protocol = PeerProtocol::kHttp2,
                          .certificate = certificates.good(),
                          .client_trust = certificates.authority()});
  const Certificate alice = certificates.client("alice");
  std::vector<std::string> arguments = {"--http2", "--cacert", certificates.authority(),
                                        server.url("/x")};

  const CurlResult stranger = curl(arguments);
  EXPECT_NE(stranger.response.status, 200);

  for (const std::string& word :
       {std::string("--cert"), alice.certificate, std::string("--key"), alice.key}) {
    arguments.push_back(word);
  }
  const CurlResult known = curl(arguments);
  EXPECT_EQ(known.exit_code, 0) << known.error;
  EXPECT_EQ(known.http_version, "2");
  EXPECT_EQ(known.response.status, 200);
  EXPECT_THAT(known.response.body, HasSubstr("alice"));
}

TYPED_TEST(SecurePeer, SpeaksOnlyHttp11WhenToldSo) {
  const Certificates certificates;
  const TypeParam server({.protocol = PeerProtocol::kHttps, .certificate = certificates.good()});
  const CurlResult result =
      curl({"--http2", "--cacert", certificates.authority(), server.url("/")});
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_EQ(result.http_version, "1.1");
}

TEST(H2load, CountsAnswers) {
  const Certificates certificates;
  const NginxUpstream nginx(
      {.protocol = PeerProtocol::kHttp2,
       .certificate = certificates.good(),
       .behaviour = "location / { return 200 'ok'; } location /no { return 503; }"});
  const H2loadResult good =
      h2load({.url = nginx.url("/"), .requests = 100, .clients = 4, .streams = 5});
  EXPECT_EQ(good.done, 100) << good.output;
  EXPECT_EQ(good.status_2xx, 100) << good.output;
  EXPECT_GT(good.rate, 1) << good.output;
  const H2loadResult bad = h2load({.url = nginx.url("/no"), .requests = 10, .clients = 2});
  EXPECT_EQ(bad.status_5xx, 10) << bad.output;
  EXPECT_EQ(bad.status_2xx, 0) << bad.output;
}

}  // namespace
}  // namespace barbacane::testkit
