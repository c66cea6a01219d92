// Upstreams that agree on HTTP/2 by ALPN: real servers, and what many calls on one connection do
// to each other (RFC 9113; plugins contract, 2.2).
#include <atomic>
#include <csignal>
#include <set>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json_body.h"
#include "proxy.h"
#include "testkit/certificates.h"
#include "testkit/client.h"
#include "testkit/error.h"
#include "testkit/eventually.h"
#include "testkit/http2_server.h"
#include "testkit/peers.h"
#include "testkit/upstream.h"
#include "testkit/websocket.h"

namespace barbacane::integration {
namespace {

namespace http2 = testkit::http2;

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::SizeIs;
using testkit::Certificate;
using testkit::Certificates;
using testkit::Connection;
using testkit::HaproxyUpstream;
using testkit::NghttpdUpstream;
using testkit::NginxUpstream;
using testkit::pattern;
using testkit::Peer;
using testkit::PeerOptions;
using testkit::PeerProtocol;
using testkit::RequestBuilder;
using testkit::Response;
using testkit::TestGateway;
using testkit::Upstream;

constexpr std::size_t kLarge = 50'000'000;

class UpstreamHttp2 : public testing::Test {
 protected:
  std::string spec(const std::string& url, const std::string& more = {}) const {
    return proxy_spec(url, more + R"("tls": {"ca": ")" + certificates_.authority() + "\"}");
  }
  TestGateway gateway_to(const std::string& url, const std::string& more = {}) const {
    return TestGateway(spec(url, more), proxy_options({"--max-body-size", "100000000"}));
  }
  PeerOptions options(const std::string& behaviour = {}) const {
    return {.protocol = PeerProtocol::kHttp2,
            .certificate = certificates_.good(),
            .behaviour = behaviour};
  }
  testkit::TlsServerOptions tls(std::vector<std::string> alpn) const {
    const Certificate good = certificates_.good();
    return {.certificate = good.certificate, .key = good.key, .alpn = std::move(alpn)};
  }

  const Certificates certificates_;
};

std::string url_of(const TestGateway& gateway, std::string_view target) {
  return "http://127.0.0.1:" + std::to_string(gateway.port()) + std::string(target);
}

/// The connections that requests for the target came on, by nginx's log.
std::set<std::string> connections_of(const NginxUpstream& nginx, const std::string& target) {
  std::set<std::string> found;
  std::istringstream lines(nginx.access_log());
  for (std::string line; std::getline(lines, line);) {
    if (line.contains(" " + target + " HTTP/2.0 ")) found.insert(line.substr(line.rfind(' ')));
  }
  return found;
}

std::size_t requests_of(const Peer& peer, const std::string& text) {
  std::size_t count = 0;
  std::istringstream lines(peer.access_log());
  for (std::string line; std::getline(lines, line);) count += line.contains(text) ? 1 : 0;
  return count;
}

// ---- real servers -------------------------------------------------------------------------------

TEST_F(UpstreamHttp2, IsSpokenWithNginx) {
  const NginxUpstream nginx(options(R"(
    location / { return 200 '$server_protocol $request_method $request_uri $http_host'; }
    location = /none { return 204; }
    location /files/ { dav_methods PUT DELETE; create_full_put_path on; })"));
  const TestGateway gateway = gateway_to(nginx.url());
  Connection client = gateway.connect();
  EXPECT_EQ(client.get("/a%20b?c=d").body,
            "HTTP/2.0 GET /a%20b?c=d localhost:" + std::to_string(nginx.port()));
  const Response head = client.request(RequestBuilder("HEAD", "/x"));
  EXPECT_EQ(head.status, 200);
  EXPECT_NE(head.header("content-length"), "");
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(client.get("/none").status, 204);

  EXPECT_EQ(client.request(RequestBuilder("PUT", "/files/a").body("length")).status, 201);
  EXPECT_EQ(client.request(RequestBuilder("PUT", "/files/b").chunks({"chun", "ks"})).status, 201);
  EXPECT_EQ(client.request(RequestBuilder("PUT", "/files/c").body("")).status, 201);
  const Response file = client.get("/files/a");
  EXPECT_EQ(file.body, "length");
  EXPECT_EQ(client.get("/files/b").body, "chunks");
  EXPECT_EQ(client.get("/files/c").body, "");
  EXPECT_EQ(client.request(RequestBuilder("GET", "/files/b").header("range", "bytes=1-3")).body,
            "hun");
  const Response known = client.request(
      RequestBuilder("GET", "/files/a").header("if-none-match", file.header("etag")));
  EXPECT_EQ(known.status, 304);
  EXPECT_EQ(known.header("etag"), file.header("etag"));
  EXPECT_EQ(client.request(RequestBuilder("DELETE", "/files/a")).status, 204);
  EXPECT_EQ(client.get("/files/a").status, 404);
  EXPECT_TRUE(nginx.wait_for_access("GET /files/a HTTP/2.0 404"));
  EXPECT_THAT(nginx.access_log(), Not(HasSubstr("HTTP/1.1")));
}

TEST_F(UpstreamHttp2, MovesLargeFilesBothWays) {
  const NginxUpstream nginx(options());
  const TestGateway gateway = gateway_to(nginx.url());
  Connection client(gateway.port(), seconds(60));
  const std::string body = pattern(0, kLarge);
  EXPECT_EQ(client.request(RequestBuilder("PUT", "/files/length").body(body)).status, 201);
  EXPECT_TRUE(testkit::read_text(nginx.directory() / "files/length") == body);
  EXPECT_TRUE(client.get("/files/length").body == body);
  const testkit::TempDirectory directory;
  const std::string file = directory.write("body", body);
  const testkit::CurlResult up =
      testkit::curl({"--http2-prior-knowledge", "--upload-file", file, "--header",
                     "content-length:", url_of(gateway, "/files/unknown")});
  EXPECT_EQ(up.response.status, 201) << up.error;
  const testkit::CurlResult down =
      testkit::curl({"--http2-prior-knowledge", url_of(gateway, "/files/unknown")});
  EXPECT_TRUE(down.response.body == body) << down.error;
}

TEST_F(UpstreamHttp2, IsSpokenWithHaproxy) {
  const HaproxyUpstream haproxy(options());
  const TestGateway gateway = gateway_to(haproxy.url());
  Connection client = gateway.connect();
  for (const RequestBuilder& request :
       {RequestBuilder("GET", "/x?y=z"), RequestBuilder("POST", "/x?y=z").body("12345"),
        RequestBuilder("POST", "/x?y=z").chunks({"123", "45"})}) {
    const Response response = client.request(request);
    ASSERT_EQ(response.status, 200);
    const auto told = object(response.body);
    EXPECT_EQ(text_member(told, "protocol"), "HTTP/2.0");
    EXPECT_EQ(text_member(told, "target"), "/x?y=z");
    EXPECT_EQ(text_member(told, "forwarded_for"), "127.0.0.1");
    EXPECT_EQ(told.at("body_size").as_int64(), request.method() == "GET" ? 0 : 5);
  }
}

TEST_F(UpstreamHttp2, PassesTrailersAndInterimAnswersOnThroughHaproxy) {
  Upstream origin;
  origin.otherwise({testkit::echo()});
  const HaproxyUpstream haproxy(
      options("http-request early-hint link '</a>;rel=preload'\n  default_backend all\n"
              "backend all\n  server one 127.0.0.1:" +
              std::to_string(origin.port())));
  const TestGateway gateway = gateway_to(haproxy.url());
  Connection client = gateway.connect();
  client.send(RequestBuilder("POST", "/x")
                  .header("te", "trailers")
                  .header("trailer", "x-sum")
                  .chunks({"one ", "two"}, {"x-sum: 42"})
                  .bytes());
  const Response hint = client.read();
  EXPECT_EQ(hint.status, 103);
  EXPECT_EQ(hint.header("link"), "</a>;rel=preload");
  const Response response = client.read();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "one two");
  EXPECT_THAT(response.trailers, Contains(Pair("x-sum", "42")));
  EXPECT_THAT(origin.requests().at(0).trailers, Contains(Pair("x-sum", "42")));
}

TEST_F(UpstreamHttp2, IsSpokenWithNghttpd) {
  const NghttpdUpstream nghttpd(options("--echo-upload\n--no-content-length\n--trailer=x-sum: 42"));
  nghttpd.directory().write("file", pattern(0, 1'000'000));
  const TestGateway gateway = gateway_to(nghttpd.url());
  Connection client(gateway.port(), seconds(30));
  client.send(RequestBuilder("GET", "/file").header("te", "trailers").bytes());
  const Response file = client.read();
  EXPECT_TRUE(file.body == pattern(0, 1'000'000)) << file.status;
  const std::string body = pattern(7, 5'000'000);
  const Response echo = client.request(
      RequestBuilder("POST", "/e").header("te", "trailers").chunks({body}, {"x-up: 43"}));
  EXPECT_TRUE(echo.body == body) << echo.status;
  EXPECT_THAT(echo.trailers, Contains(Pair("x-sum", "42")));
  EXPECT_TRUE(client.request(RequestBuilder("PUT", "/e").body(body)).body == body);
  EXPECT_EQ(client.request(RequestBuilder("HEAD", "/file")).status, 200);
  EXPECT_EQ(client.get("/nothing").status, 404);
  EXPECT_TRUE(nghttpd.wait_for_access("x-up: 43")) << "the request's trailer";
  EXPECT_THAT(nghttpd.access_log(), Not(HasSubstr("\n[id=3]"))) << "behind that which tried";
}

template <typename Server>
class UpstreamHttp2Identity : public UpstreamHttp2 {};
using Servers = testing::Types<NginxUpstream, HaproxyUpstream>;
TYPED_TEST_SUITE(UpstreamHttp2Identity, Servers);

TYPED_TEST(UpstreamHttp2Identity, IsShownByACertificate) {
  const Certificates& certificates = this->certificates_;
  PeerOptions options = this->options();
  options.client_trust = certificates.authority();
  const TypeParam peer(options);
  const Certificate alice = certificates.client("alice");
  const TestGateway known(proxy_spec(peer.url(), R"("tls": {"ca": ")" + certificates.authority() +
                                                     R"(", "client_cert": ")" + alice.certificate +
                                                     R"(", "client_key": ")" + alice.key + "\"}"),
                          proxy_options());
  const auto told = object(known.get("/x").body);
  EXPECT_EQ(text_member(told, "protocol"), "HTTP/2.0");
  EXPECT_THAT(text_member(told, "client"), HasSubstr("alice"));
  // nginx says so by 400, HAProxy by ending the handshake.
  EXPECT_GE(this->gateway_to(peer.url()).get("/x").status, 400);
}

TEST_F(UpstreamHttp2, IsAnotherGateway) {
  Upstream origin;
  origin.otherwise({testkit::interim(103, {{"link", "</a>"}}), testkit::echo()});
  origin.script("/large", {testkit::answer_of_size(5'000'000)});
  origin.script("/small", {testkit::answer(200, "small")});
  const Certificate good = certificates_.good();
  const TestGateway inner(proxy_spec(origin.url()),
                          proxy_options({"--tls-cert", good.certificate, "--tls-key", good.key}));
  const TestGateway outer = gateway_to("https://localhost:" + std::to_string(inner.port()));
  Connection client(outer.port(), seconds(30));
  client.send(RequestBuilder("POST", "/x")
                  .header("te", "trailers")
                  .chunks({pattern(0, 700'000)}, {"x-sum: 42"})
                  .bytes());
  EXPECT_EQ(client.read().status, 103);
  const Response response = client.read();
  EXPECT_TRUE(response.body == pattern(0, 700'000)) << response.status;
  EXPECT_THAT(response.trailers, Contains(Pair("x-sum", "42")));
  EXPECT_TRUE(client.get("/large").body == pattern(0, 5'000'000));
  EXPECT_EQ(origin.requests().at(0).header("x-forwarded-proto"), "https");
  const testkit::H2loadResult load = testkit::h2load(
      {.url = url_of(outer, "/small"), .requests = 1000, .clients = 5, .streams = 20});
  EXPECT_EQ(load.status_2xx, 1000) << load.output;
}

TEST_F(UpstreamHttp2, IsNotChosenForWebSockets) {
  Upstream upstream({.tls = tls({"h2", "http/1.1"})});
  upstream.otherwise({testkit::call([](testkit::UpstreamConnection& connection) {
                        EXPECT_EQ(connection.stream().tls()->alpn(), "http/1.1");
                      }),
                      testkit::accept_websocket(), testkit::echo_websocket()});
  testkit::SpecBuilder spec;
  spec.operation("GET", "/chat")
      .dispatch("ws-upstream",
                R"({"url": "wss://localhost:)" + std::to_string(upstream.port()) + "\"}");
  testkit::GatewayOptions trusting = proxy_options();
  trusting.environment = {{"SSL_CERT_FILE", certificates_.authority()}};
  const TestGateway gateway(spec.text(), trusting);
  testkit::WebSocketClient client(gateway.port(), "/chat");
  ASSERT_TRUE(client.send_binary("hello"));
  EXPECT_EQ(client.read().payload, "hello");
}

// ---- many at once -------------------------------------------------------------------------------

TEST_F(UpstreamHttp2, IsGivenUpForHttp1WhenTheServerAsksForIt) {
  http2::Log log;
  Upstream upstream({.tls = tls({"h2", "http/1.1"})});
  upstream.on_connect({http2::serve(log, [](http2::Server& server) {
    server.greet();
    server.send(http2::reset_stream(server.next_request(), http2::Error::kHttp11Required));
  })});
  upstream.otherwise({testkit::read_body(), testkit::answer(200, "in HTTP/1.1")});
  const TestGateway gateway = gateway_to(upstream.url());
  EXPECT_EQ(gateway.request(RequestBuilder("POST", "/x").body("form")).body, "in HTTP/1.1");
  EXPECT_EQ(gateway.get("/y").body, "in HTTP/1.1");
  EXPECT_EQ(log.requests(), 1u) << "it was asked once, and believed";
}

TEST_F(UpstreamHttp2, SharesOneConnectionAmongAllClients) {
  const NginxUpstream nginx(options());
  const TestGateway gateway = gateway_to(nginx.url());
  EXPECT_EQ(gateway.get("/warm").status, 200);
  for (const bool http1 : {true, false}) {
    const std::string target = http1 ? "/one" : "/two";
    const testkit::H2loadResult load = testkit::h2load({.url = url_of(gateway, target),
                                                        .requests = 2000,
                                                        .clients = http1 ? 100 : 10,
                                                        .streams = http1 ? 1 : 10,
                                                        .http1 = http1});
    EXPECT_EQ(load.status_2xx, 2000) << load.output;
    EXPECT_TRUE(testkit::eventually(
        seconds(10), [&] { return requests_of(nginx, " " + target + " ") == 2000; }));
    EXPECT_THAT(connections_of(nginx, target), SizeIs(1));
  }
  EXPECT_EQ(connections_of(nginx, "/one"), connections_of(nginx, "/warm"));
  EXPECT_EQ(connections_of(nginx, "/two"), connections_of(nginx, "/warm"));
}

TEST_F(UpstreamHttp2, KeepsOneConnectionOfThoseThatManyClientsBegan) {
  http2::Log log;
  Upstream upstream({.tls = tls({"h2"})});
  upstream.on_every_connection({http2::serve(log)});
  const TestGateway gateway = gateway_to(upstream.url());
  const testkit::H2loadResult load = testkit::h2load(
      {.url = url_of(gateway, "/x"), .requests = 1000, .clients = 100, .http1 = true});
  EXPECT_EQ(load.status_2xx, 1000) << load.output;
  EXPECT_TRUE(upstream.wait_for_open_connections(1)) << upstream.accepted();
  // Who knows that the upstream shares does not begin so many.
  upstream.close_all();
  EXPECT_TRUE(upstream.wait_for_open_connections(0));
  const std::size_t accepted = upstream.accepted();
  const testkit::H2loadResult again = testkit::h2load(
      {.url = url_of(gateway, "/x"), .requests = 1000, .clients = 100, .http1 = true});
  EXPECT_EQ(again.status_2xx, 1000) << again.output;
  EXPECT_EQ(upstream.accepted(), accepted + 1);
}

TEST_F(UpstreamHttp2, HonoursTheLimitOfStreams) {
  PeerOptions limited = options("location / { proxy_pass http://127.0.0.1:1; }");
  Upstream origin;  // slow enough for streams to be open at the same time
  origin.otherwise({testkit::wait(milliseconds(10)), testkit::answer(200, "ok")});
  limited.behaviour = "location / { proxy_pass " + origin.url() + "; }";
  limited.settings = "http2_max_concurrent_streams 4;";
  const NginxUpstream nginx(limited);
  const TestGateway gateway = gateway_to(nginx.url());
  for (const bool http1 : {false, true}) {
    const testkit::H2loadResult load = testkit::h2load({.url = url_of(gateway, "/x"),
                                                        .requests = 256,
                                                        .clients = http1 ? 64 : 1,
                                                        .streams = http1 ? 1 : 64,
                                                        .http1 = http1});
    EXPECT_EQ(load.status_2xx, 256) << load.output;
  }
  EXPECT_THAT(nginx.error_log(), Not(HasSubstr("concurrent streams exceeded")));
}

TEST_F(UpstreamHttp2, OutlivesConnectionsThatServeOnlySoManyRequests) {
  const NginxUpstream nginx(options("keepalive_requests 10; location / { return 200 ok; }"));
  TestGateway gateway = gateway_to(nginx.url());
  Connection client = gateway.connect();
  for (int i = 0; i < 200; ++i) ASSERT_EQ(client.get("/x").status, 200) << i;
  const testkit::H2loadResult load = testkit::h2load(
      {.url = url_of(gateway, "/y"), .requests = 200, .clients = 10, .streams = 20});
  EXPECT_EQ(load.status_2xx, 200) << load.output;
  const testkit::H2loadResult http1 = testkit::h2load(
      {.url = url_of(gateway, "/z"), .requests = 1000, .clients = 50, .http1 = true});
  EXPECT_EQ(http1.status_2xx, 1000) << http1.output << gateway.log();
  EXPECT_EQ(gateway.stop(), 0) << gateway.standard_error();
}

/// Asks without pause until it is told to stop, and counts the answers.
class Load {
 public:
  Load(const TestGateway& gateway, std::size_t clients) {
    for (std::size_t i = 0; i < clients; ++i) {
      threads_.emplace_back([this, &gateway] {
        Connection client = gateway.connect();
        while (!stop_) count(client.get("/x").status);
      });
    }
  }
  ~Load() { stop(); }
  void stop() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  int good() const { return good_; }
  int bad_gateway() const { return bad_gateway_; }
  int other() const { return other_; }
  /// True when so many more good answers come.
  bool goes_on(int more = 200) const {
    const int now = good_;
    return testkit::eventually(seconds(20), [&] { return good_ >= now + more; });
  }

 private:
  void count(int status) { ++(status == 200 ? good_ : status == 502 ? bad_gateway_ : other_); }

  std::atomic<bool> stop_ = false;
  std::atomic<int> good_ = 0;
  std::atomic<int> bad_gateway_ = 0;
  std::atomic<int> other_ = 0;
  std::vector<std::thread> threads_;
};

TEST_F(UpstreamHttp2, RecoversWhenTheServerDiesUnderLoad) {
  NginxUpstream nginx(options());
  TestGateway gateway = gateway_to(nginx.url());
  Load load(gateway, 8);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(load.goes_on());
    nginx.kill();
    EXPECT_TRUE(testkit::eventually(seconds(10), [&] { return load.bad_gateway() > 10 * i; }));
    nginx.start();
    EXPECT_TRUE(load.goes_on());
    const int failed = load.bad_gateway();
    EXPECT_TRUE(load.goes_on());
    EXPECT_EQ(load.bad_gateway(), failed) << "only while it is down";
  }
  load.stop();
  EXPECT_EQ(load.other(), 0);
  EXPECT_EQ(gateway.stop(), 0) << gateway.standard_error();
}

TEST_F(UpstreamHttp2, LosesNothingWhenTheServerLeavesInGoodOrder) {
  HaproxyUpstream first(options());
  PeerOptions same_port = options();
  same_port.port = first.port();
  const TestGateway gateway = gateway_to(first.url());
  Load load(gateway, 8);
  EXPECT_TRUE(load.goes_on());
  // HAProxy shares its port with its successor, as at a reload.
  const HaproxyUpstream second(same_port);
  EXPECT_TRUE(testkit::eventually(seconds(10), [&] {
    Connection(second.port(), testkit::TlsClientOptions{}).get("/are-you-there");
    return !second.access_log().empty();
  }));
  first.process().signal(SIGUSR1);
  EXPECT_TRUE(first.process().wait(seconds(20)).has_value());
  EXPECT_TRUE(load.goes_on());
  load.stop();
  EXPECT_EQ(load.bad_gateway() + load.other(), 0) << gateway.log().substr(0, 3000);
}

// ---- streams do not disturb each other ----------------------------------------------------------

TEST_F(UpstreamHttp2, HoldsNobodyUpForASlowClient) {
  const NginxUpstream nginx(options());
  nginx.directory().write("files/large", pattern(0, kLarge));
  const TestGateway gateway = gateway_to(nginx.url());
  EXPECT_EQ(gateway.get("/warm").status, 200);
  Connection slow(gateway.port(), seconds(60));
  slow.send(RequestBuilder("GET", "/files/large").bytes());
  Response large = slow.read_head();
  EXPECT_EQ(large.status, 200);
  std::this_thread::sleep_for(milliseconds(200));  // until nothing moves any more
  Connection quick = gateway.connect();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(quick.get("/quick").status, 200);
  EXPECT_TRUE(testkit::eventually(
      seconds(10), [&] { return requests_of(nginx, " /quick HTTP/2.0 200") == 20; }));
  EXPECT_EQ(connections_of(nginx, "/quick"), connections_of(nginx, "/warm"));
  slow.read_body(large);
  EXPECT_TRUE(large.body == pattern(0, kLarge));
  EXPECT_TRUE(nginx.wait_for_access("GET /files/large HTTP/2.0 200"));
  EXPECT_EQ(connections_of(nginx, "/files/large"), connections_of(nginx, "/warm"));
}

TEST_F(UpstreamHttp2, HoldsAClientBackWhoseUploadNobodyReads) {
  http2::Log log;
  Upstream upstream({.tls = tls({"h2"})});
  upstream.on_every_connection({http2::serve(log, [](http2::Server& server) {
    server.greet();
    const std::uint32_t id = server.next_request();
    server.connection().wait_until([&] { return server.connection().gate_is_open("read"); });
    server.finish_request(id);
    server.send(http2::head(id, 200, {}, http2::Last::kYes));
  })});
  const TestGateway gateway = gateway_to(upstream.url());
  Connection client(gateway.port(), seconds(30));
  client.send("POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: 50000000\r\n\r\n");
  const std::string body = pattern(0, kLarge);
  std::size_t sent = 0;
  // Until the gateway has not taken anything for a while.
  for (int still = 0; still < 20 && sent < body.size();) {
    const std::size_t more = client.stream().send_some(std::string_view(body).substr(sent));
    sent += more;
    still = more > 0 ? 0 : still + 1;
    if (more == 0) std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_LT(sent, 20'000'000u) << "what the kernel's buffers hold, and little more";
  upstream.open_gate("read");
  EXPECT_TRUE(client.send(std::string_view(body).substr(sent)));
  EXPECT_EQ(client.read().status, 200);
  std::string arrived;
  for (const http2::Log::Entry& entry : log.entries()) {
    if (entry.frame.type == http2::Type::kData) arrived += entry.frame.payload;
  }
  EXPECT_TRUE(arrived == body);
}

TEST_F(UpstreamHttp2, ResetsTheStreamOfAClientThatLeavesAndNoOther) {
  http2::Log log;
  Upstream upstream({.tls = tls({"h2"})});
  upstream.on_every_connection({http2::serve(log, [](http2::Server& server) {
    server.greet();
    // Before an answer, in the middle of one, and of an upload.
    server.next_request();
    const std::uint32_t answered = server.read_until(http2::Type::kResetStream).stream + 2;
    EXPECT_EQ(server.next_request(), answered);
    server.send(http2::head(answered, 200) + http2::data(answered, "half"));
    server.read_until(http2::Type::kResetStream);
    server.next_request();
    server.read_until(http2::Type::kResetStream);
  })});
  const TestGateway gateway = gateway_to(upstream.url());
  const auto is_cancelled = [&](std::uint32_t stream) {
    return log.wait_for([=](const http2::Log::Entry& it) {
      return it.frame.type == http2::Type::kResetStream && it.frame.stream == stream &&
             it.frame.number() == static_cast<std::uint32_t>(http2::Error::kCancel);
    });
  };
  const auto has_come = [&](std::uint32_t stream, http2::Type type) {
    return log.wait_for([=](const http2::Log::Entry& it) {
      return it.frame.type == type && it.frame.stream == stream;
    });
  };
  Connection before = gateway.connect();
  before.send(RequestBuilder("GET", "/before").bytes());
  ASSERT_TRUE(has_come(1, http2::Type::kHeaders));
  before.abort();
  EXPECT_TRUE(is_cancelled(1));

  Connection middle = gateway.connect();
  middle.send(RequestBuilder("GET", "/middle").bytes());
  EXPECT_EQ(middle.read_head().status, 200);
  middle.abort();
  EXPECT_TRUE(is_cancelled(3));

  Connection upload = gateway.connect();
  upload.send("POST /upload HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\nsome of it");
  ASSERT_TRUE(has_come(5, http2::Type::kData));
  upload.abort();
  EXPECT_TRUE(is_cancelled(5));

  EXPECT_EQ(gateway.get("/after").body, "sound");
  EXPECT_TRUE(has_come(7, http2::Type::kHeaders));
  EXPECT_EQ(upstream.accepted(), 1u);
}

TEST_F(UpstreamHttp2, BreaksTheAnswersOfAllClientsWhenItBreaks) {
  http2::Log log;
  Upstream upstream({.tls = tls({"h2"})});
  upstream.on_every_connection({http2::serve(log, [](http2::Server& server) {
    server.greet();
    const std::uint32_t one = server.next_request();
    server.send(http2::head(one, 200) + http2::data(one, "half"));
    const std::uint32_t two = server.next_request();
    server.send(http2::head(two, 200) + http2::data(two, "half"));
    server.read_until(http2::Type::kHeaders);
    server.close();
  })});
  const TestGateway gateway = gateway_to(upstream.url());
  Connection one = gateway.connect();
  one.send(RequestBuilder("GET", "/one").bytes());
  Response first = one.read_head();
  EXPECT_EQ(first.status, 200);
  Connection two = gateway.connect();
  two.send(RequestBuilder("GET", "/two").bytes());
  Response second = two.read_head();
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(gateway.request(RequestBuilder("POST", "/three").body("x")).status, 502);
  EXPECT_THROW(one.read_body(first), testkit::TestkitError);
  EXPECT_THROW(two.read_body(second), testkit::TestkitError);
  EXPECT_EQ(upstream.accepted(), 1u);
}

}  // namespace
}  // namespace barbacane::integration
