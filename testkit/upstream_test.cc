#include "testkit/upstream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testkit/certificates.h"
#include "testkit/connection.h"
#include "testkit/error.h"
#include "testkit/eventually.h"

namespace barbacane::testkit {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

TEST(Upstream, AnswersAsItsScriptSaysAndRecordsTheBytes) {
  Upstream upstream;
  upstream.script("/users", {answer(201, "made", {{"x-one", "1"}})});
  Connection client(upstream.port());

  const Response response = client.request(
      RequestBuilder("POST", "/users?a=b").header("X-Odd-Case", " v ").body("hello"));

  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.body, "made");
  EXPECT_EQ(response.header("x-one"), "1");
  const auto requests = upstream.wait_for_requests(1);
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].head,
            "POST /users?a=b HTTP/1.1\r\nhost: localhost\r\nX-Odd-Case:  v \r\n"
            "content-length: 5\r\n\r\n");
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].target, "/users?a=b");
  EXPECT_EQ(requests[0].header("x-odd-case"), "v");
  EXPECT_EQ(requests[0].body, "hello");
  EXPECT_TRUE(requests[0].complete);
}

TEST(Upstream, KeepsConnectionsAndNumbersThem) {
  Upstream upstream;
  upstream.otherwise({answer(200, "ok")});
  Connection first(upstream.port());
  first.get("/1");
  first.get("/2");
  Connection(upstream.port()).get("/3");

  const auto requests = upstream.wait_for_requests(3);
  EXPECT_EQ(requests[1].connection, 1u);
  EXPECT_EQ(requests[1].turn, 2u);
  EXPECT_EQ(requests[2].connection, 2u);
  EXPECT_EQ(upstream.accepted(), 2u);
  EXPECT_TRUE(upstream.wait_for_open_connections(1));
}

TEST(Upstream, KeepsChunkFramingAndTrailersOfARequest) {
  Upstream upstream;
  upstream.otherwise({answer(200)});
  Connection(upstream.port())
      .request(RequestBuilder("PUT", "/").chunks({"one", "two!"}, {"x-end: yes"}));

  const ReceivedRequest request = upstream.wait_for_requests(1)[0];
  EXPECT_EQ(request.body, "onetwo!");
  EXPECT_EQ(request.raw_body, "3\r\none\r\n4\r\ntwo!\r\n0\r\nx-end: yes\r\n\r\n");
  EXPECT_THAT(request.trailers, SizeIs(1));
}

TEST(Upstream, EchoesABodyWhileItIsStillComing) {
  Upstream upstream;
  upstream.script("/echo", {echo()});
  Connection client(upstream.port());
  client.send("POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n");

  EXPECT_EQ(client.read_head().status, 200);
  EXPECT_EQ(client.stream().take(8), "3\r\nabc\r\n");
  client.send("0\r\nx-t: 1\r\n\r\n");
  EXPECT_EQ(client.stream().take(13), "0\r\nx-t: 1\r\n\r\n");
}

TEST(Upstream, AsksForTheBodyOfARequestThatExpectsIt) {
  Upstream upstream;
  upstream.script("/", {answer(200, "thanks")});
  Connection client(upstream.port());
  client.send("POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n");
  EXPECT_EQ(client.read().status, 100);
  client.send("ab");
  EXPECT_EQ(client.read().body, "thanks");
}

TEST(Upstream, AnswersWithoutReadingTheBodyWhenToldTo) {
  Upstream upstream;
  upstream.script("/early", {leave_body(), answer(413, "no")});
  Connection client(upstream.port());
  client.send("POST /early HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n");
  EXPECT_EQ(client.read().status, 413);
  EXPECT_TRUE(client.closed(milliseconds(5000)));
  EXPECT_FALSE(upstream.wait_for_requests(1)[0].complete);
}

TEST(Upstream, HoldsBackAPeerWhoseBodyItDoesNotRead) {
  Upstream upstream({.receive_buffer = 4096});
  upstream.script("/stuck", {leave_body(), wait_for("go"), answer(200, "late")});
  Connection client(upstream.port());
  client.send("POST /stuck HTTP/1.1\r\nhost: x\r\ncontent-length: 100000000\r\n\r\n");
  std::size_t sent = 0;
  const std::string block(65'536, 'x');
  while (const std::size_t more = client.stream().send_some(block)) sent += more;
  EXPECT_LT(sent, 90'000'000u);
  upstream.open_gate("go");
  EXPECT_EQ(client.read().status, 200);
}

struct Ending {
  const char* name;
  Script script;
  const char* received;
};

TEST(Upstream, MisbehavesToTheByte) {
  const std::vector<Ending> endings = {
      {"before any byte", {close()}, ""},
      {"inside the head", {send("HTTP/1.1 200 OK\r\ncont"), close()}, "HTTP/1.1 200 OK\r\ncont"},
      {"inside the body",
       {send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"), close()},
       "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"},
      {"half closed", {send("garbage"), finish_sending(), wait_for_departure()}, "garbage"},
      {"repeated", {repeat("ab", 3), close()}, "ababab"},
      {"dripping", {drip("abcde", 2, milliseconds(1)), close()}, "abcde"},
  };
  for (const Ending& ending : endings) {
    Upstream upstream;
    upstream.script("/", ending.script);
    Connection client(upstream.port());
    client.send(RequestBuilder("GET", "/").bytes());
    EXPECT_EQ(client.read_to_end(), ending.received) << ending.name;
  }
}

TEST(Upstream, ResetsWhenToldTo) {
  Upstream upstream;
  upstream.script("/", {send("HTTP/1.1 200"), reset()});
  Connection client(upstream.port());
  client.send(RequestBuilder("GET", "/").bytes());
  client.read_to_end();
  EXPECT_TRUE(client.stream().was_reset());
}

TEST(Upstream, TakesQueuedScriptsFirstAndOnce) {
  Upstream upstream;
  upstream.script("/", {answer(200)});
  upstream.once("/", {answer(500)}).once("/", {answer(503)});
  Connection client(upstream.port());
  EXPECT_EQ(client.get("/").status, 500);
  EXPECT_EQ(client.get("/").status, 503);
  EXPECT_EQ(client.get("/").status, 200);
}

TEST(Upstream, SpeaksFirstOnAConnectionWhenToldTo) {
  Upstream upstream;
  upstream.on_connect({send("HTTP/1.1 408 Too slow\r\n\r\n"), close()});
  EXPECT_THAT(Connection(upstream.port()).read_to_end(), StartsWith("HTTP/1.1 408"));
}

TEST(Upstream, ClosesConnectionsThatHaveServedTheirShare) {
  Upstream upstream({.requests_per_connection = 2});
  upstream.otherwise({answer(200, "ok")});
  Connection worn(upstream.port());
  worn.get("/");
  EXPECT_FALSE(worn.closed(milliseconds(20)));
  worn.get("/");
  EXPECT_TRUE(worn.closed(milliseconds(5000)));
}

TEST(Upstream, ClosesOrResetsIdleConnectionsAndNoOthers) {
  Upstream upstream;
  upstream.otherwise({answer(200, "ok")});
  upstream.script("/slow", {wait_for("go"), answer(200, "late")});
  Connection busy(upstream.port());
  busy.send(RequestBuilder("GET", "/slow").bytes());
  upstream.wait_for_requests(1);
  for (const bool with_reset : {false, true}) {
    Connection idle(upstream.port());
    idle.get("/");
    ASSERT_TRUE(upstream.wait_for_idle_connections(1));
    with_reset ? upstream.reset_idle() : upstream.close_idle();
    EXPECT_TRUE(idle.closed(milliseconds(5000)));
    EXPECT_EQ(idle.stream().was_reset(), with_reset);
  }
  upstream.open_gate("go");
  EXPECT_EQ(busy.read().body, "late");
}

TEST(Upstream, SeesThePeerLeave) {
  Upstream upstream;
  upstream.script("/", {wait_for("never")});
  {
    Connection client(upstream.port());
    client.send(RequestBuilder("GET", "/").bytes());
    upstream.wait_for_requests(1);
    EXPECT_FALSE(upstream.wait_for_departure(1, milliseconds(20)));
  }
  EXPECT_TRUE(upstream.wait_for_departure(1));
}

TEST(Upstream, DiesAndComesBackOnItsPort) {
  Upstream upstream;
  upstream.otherwise({answer(200, "ok")});
  Connection client(upstream.port());
  client.get("/");
  upstream.kill();
  EXPECT_TRUE(client.closed(milliseconds(5000)));
  EXPECT_THROW(Connection{upstream.port()}, TestkitError);
  upstream.restart();
  EXPECT_EQ(Connection(upstream.port()).get("/").status, 200);
}

TEST(Upstream, SendsLargeBodiesOfAKnownPattern) {
  Upstream upstream;
  upstream.script("/large", {answer_of_size(1'000'003)});
  EXPECT_EQ(Connection(upstream.port()).get("/large").body, pattern(0, 1'000'003));
  EXPECT_GT(upstream.bytes_sent(), 1'000'003u);
  EXPECT_EQ(pattern(70'000, 100), pattern(0, 70'100).substr(70'000));
}

TEST(Upstream, ServesTlsWithAlpn) {
  const Certificates certificates;
  const Certificate good = certificates.good();
  Upstream upstream({.tls = TlsServerOptions{.certificate = good.certificate, .key = good.key}});
  upstream.otherwise({answer(200, "secret")});

  Connection client(upstream.port(),
                    TlsClientOptions{.trust = certificates.authority(), .alpn = {"http/1.1"}});

  EXPECT_EQ(client.get("/").body, "secret");
  EXPECT_EQ(client.tls()->alpn(), "http/1.1");
  EXPECT_EQ(client.tls()->version(), "TLSv1.3");
  EXPECT_EQ(client.tls()->peer_serial(), good.serial);
  EXPECT_THAT(upstream.url("/x"), HasSubstr("https://localhost:"));
}

TEST(Certificates, TheBadOnesAreRefusedForTheirOwnReason) {
  struct Row {
    const char* name;
    Certificate certificate;
    const char* reason;
  };
  const Certificates certificates;
  const Certificates strangers("Stranger");
  const std::vector<Row> table = {
      {"expired", certificates.expired(), "expired"},
      {"not yet valid", certificates.not_yet_valid(), "not yet valid"},
      {"self-signed", certificates.self_signed(), "self-signed"},
      {"other host", certificates.for_other_host(), "hostname mismatch"},
      {"other authority", strangers.good(), "self-signed certificate in"},
  };
  for (const Row& row : table) {
    Upstream upstream({.tls = TlsServerOptions{.certificate = row.certificate.certificate,
                                               .key = row.certificate.key}});
    const TlsClientOptions careful{.trust = certificates.authority()};
    EXPECT_THAT([&] { Connection(upstream.port(), careful); },
                testing::ThrowsMessage<TestkitError>(HasSubstr(row.reason)))
        << row.name;
    EXPECT_NO_THROW(Connection(upstream.port(), TlsClientOptions{})) << row.name;
  }
}

TEST(Certificates, AServerMayAskForTheClients) {
  const Certificates certificates;
  const Certificate server = certificates.good();
  const Certificate client = certificates.client("alice");
  Upstream upstream({.tls = TlsServerOptions{.certificate = server.certificate,
                                             .key = server.key,
                                             .client_trust = certificates.authority(),
                                             .client_certificate = ClientCertificate::kRequired}});
  std::string seen;
  upstream.otherwise({call([&seen](UpstreamConnection& connection) {
                        seen = connection.stream().tls()->peer_name();
                      }),
                      answer(200, "ok")});

  Connection known(upstream.port(),
                   TlsClientOptions{.certificate = client.certificate, .key = client.key});
  EXPECT_EQ(known.get("/").body, "ok");
  EXPECT_EQ(seen, "alice");
  Connection unknown(upstream.port(), TlsClientOptions{});
  EXPECT_THROW(unknown.get("/"), TestkitError);
  EXPECT_TRUE(
      eventually(milliseconds(5000), [&] { return upstream.handshake_failures().size() == 1; }));
}

}  // namespace
}  // namespace barbacane::testkit
