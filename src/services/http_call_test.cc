#include "services/http_call.h"

#include <array>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/detail/outbound_fixture.h"
#include "testkit/certificates.h"
#include "testkit/http2_server.h"
#include "testkit/upstream.h"

namespace barbacane::services {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;
using testkit::answer;
using testkit::Upstream;

class HttpCallTest : public OutboundFixture {
 protected:
  using OutboundFixture::OutboundFixture;

  std::shared_ptr<const HttpGrant> grant_to(const Upstream& upstream) {
    return grant_for(upstream.url());
  }
};

TEST_F(HttpCallTest, GivesBackStatusFieldsAndBody) {
  Upstream upstream;
  upstream.script("/users", {answer(201, "hello", {{"X-One", "1"}, {"x-one", "2"}})});
  const HttpResult result = perform(grant_to(upstream), get(upstream.url("/users?id=7#part")));
  EXPECT_EQ(result.status, 201);
  EXPECT_EQ(result.body, "hello");
  EXPECT_EQ(result.failure, HttpFailure::kNone);
  EXPECT_EQ(header(result, "x-one"), "1, 2");
  EXPECT_EQ(upstream.requests().at(0).target, "/users?id=7");
}

TEST_F(HttpCallTest, SendsWhatThePluginSaysAndNothingElse) {
  Upstream upstream;
  upstream.otherwise({answer(204)});
  HttpRequest request = get(upstream.url("/a b"));
  request.headers = {{"Authorization", "Bearer t"},
                     {"X-Request-Id", "mine"},
                     {"Host", "evil"},
                     {"Content-Length", "99"},
                     {"Transfer-Encoding", "chunked"},
                     {"connection", "close"},
                     {"Keep-Alive", "1"},
                     {"Proxy-Connection", "x"},
                     {"Upgrade", "h2c"},
                     {"TE", "trailers"},
                     {"Trailer", "x"}};
  EXPECT_EQ(perform(grant_to(upstream), request).status, 204);
  const auto sent = upstream.requests().at(0);
  EXPECT_EQ(sent.head, "GET /a%20b HTTP/1.1\r\nhost: 127.0.0.1:" + std::to_string(upstream.port()) +
                           "\r\nauthorization: Bearer t\r\nx-request-id: mine\r\n\r\n");
}

TEST_F(HttpCallTest, FramesBodiesAsTheMethodAsks) {
  Upstream upstream;
  upstream.otherwise({answer(200)});
  const std::string large = testkit::pattern(0, 300'000);
  struct Case {
    std::string method, body, length;
  };
  const std::array<Case, 6> cases = {{{"GET", "", ""},
                                      {"DELETE", "", ""},
                                      {"POST", "", "0"},
                                      {"POST", "abc", "3"},
                                      {"GET", "abc", "3"},
                                      {"PUT", large, "300000"}}};
  for (const Case& one : cases) {
    HttpRequest request = get(upstream.url());
    request.method = one.method;
    request.body = one.body;
    EXPECT_EQ(perform(grant_to(upstream), request).status, 200);
    const auto sent = upstream.requests().back();
    EXPECT_EQ(sent.header("content-length"), one.length) << one.method;
    EXPECT_EQ(sent.body, one.body);
    EXPECT_EQ(sent.has("transfer-encoding"), false);
  }
  EXPECT_EQ(upstream.accepted(), 1u);
}

TEST_F(HttpCallTest, FollowsNoRedirectAndDecodesNothing) {
  Upstream upstream;
  upstream.script("/moved", {answer(302, "", {{"location", "/other"}})});
  upstream.script("/packed", {answer(200, "\x1f\x8b\x08", {{"content-encoding", "gzip"}})});
  EXPECT_EQ(perform(grant_to(upstream), get(upstream.url("/moved"))).status, 302);
  const HttpResult packed = perform(grant_to(upstream), get(upstream.url("/packed")));
  EXPECT_EQ(packed.body, "\x1f\x8b\x08");
  EXPECT_EQ(header(packed, "content-encoding"), "gzip");
}

TEST_F(HttpCallTest, TellsFailuresApart) {
  Upstream upstream;
  upstream.script("/torn", {testkit::send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"),
                            testkit::reset()});
  upstream.script("/odd", {testkit::send("not HTTP at all\r\n\r\n"), testkit::close()});
  upstream.script("/close", {testkit::close()});
  std::uint16_t closed_port = 0;
  {
    const Upstream gone;
    closed_port = gone.port();
  }
  const std::string nowhere = "http://127.0.0.1:" + std::to_string(closed_port);
  struct Case {
    std::string url;
    HttpFailure failure;
    int status;
  };
  const std::vector<Case> cases = {
      {nowhere + "/", HttpFailure::kConnect, 502},
      {upstream.url("/torn"), HttpFailure::kConnect, 502},
      {upstream.url("/odd"), HttpFailure::kConnect, 502},
      {upstream.url("/close"), HttpFailure::kConnect, 502},
      {"http://nothing.invalid/", HttpFailure::kDns, 502},
      {"http://127.0.0.2:" + std::to_string(closed_port), HttpFailure::kBlocked, 502},
      {"http://169.254.169.254/latest/meta-data", HttpFailure::kBlocked, 502},
      {"http://[::1]:1/", HttpFailure::kBlocked, 502},
      {"http://[::ffff:127.0.0.1]:1/", HttpFailure::kBlocked, 502},
      {"ftp://127.0.0.1/", HttpFailure::kInvalid, 502},
      {"http://user:word@127.0.0.1/", HttpFailure::kInvalid, 502},
      {"/relative", HttpFailure::kInvalid, 502},
      {"", HttpFailure::kInvalid, 502},
      {"http://exa mple/", HttpFailure::kInvalid, 502},
      {"http://a:0/", HttpFailure::kInvalid, 502},
  };
  const auto allowed = grant(R"({"a":")" + nowhere + R"(","b":[{"c":")" + upstream.url() +
                             R"(","d":"http://169.254.169.254"}]})");
  for (const Case& one : cases) {
    const HttpResult result = perform(allowed, get(one.url));
    EXPECT_EQ(text_of(result.failure), text_of(one.failure)) << one.url << ' ' << result.log_text;
    EXPECT_EQ(result.status, one.status) << one.url;
    EXPECT_THAT(result.body, StartsWith(R"({"type":"urn:barbacane:error:upstream-unavailable")"));
    EXPECT_FALSE(result.log_text.empty());
  }
}

TEST_F(HttpCallTest, RefusesWhatCannotBeSent) {
  Upstream upstream;
  upstream.otherwise({answer(200)});
  const auto failure = [&](std::string method, HttpRequest::Headers headers) {
    HttpRequest request = get(upstream.url());
    request.method = std::move(method);
    request.headers = std::move(headers);
    return perform(grant_to(upstream), request).failure;
  };
  EXPECT_EQ(failure("GET", {{"x", "y"}}), HttpFailure::kNone);
  EXPECT_EQ(failure("", {}), HttpFailure::kInvalid);
  EXPECT_EQ(failure("G T", {}), HttpFailure::kInvalid);
  EXPECT_EQ(failure("CONNECT", {}), HttpFailure::kInvalid);
  EXPECT_EQ(failure("GET", {{"x", "a\r\nhost: b"}}), HttpFailure::kInvalid);
  EXPECT_EQ(failure("GET", {{"x y", "a"}}), HttpFailure::kInvalid);
  EXPECT_EQ(failure("GET", {{"", "a"}}), HttpFailure::kInvalid);
  EXPECT_EQ(upstream.requests().size(), 1u);
}

TEST_F(HttpCallTest, GivesTheWholeExchangeItsTime) {
  Upstream upstream;
  upstream.script("/silent", {testkit::wait_for_departure()});
  upstream.script("/half", {testkit::send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"),
                            testkit::wait_for_departure()});
  upstream.script("/trickle", {testkit::send("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n"),
                               testkit::drip(std::string(100'000, 'x'), 1, 5ms)});
  upstream.script("/", {answer(200)});
  for (const auto* path : {"/silent", "/half", "/trickle"}) {
    HttpRequest request = get(upstream.url(path));
    request.timeout = 100ms;
    const HttpResult result = perform(grant_to(upstream), request);
    EXPECT_EQ(text_of(result.failure), "timeout") << path;
    EXPECT_EQ(result.status, 504);
    EXPECT_THAT(result.body, HasSubstr("urn:barbacane:error:upstream-timeout"));
  }
  EXPECT_TRUE(upstream.wait_for_open_connections(0));
  HttpRequest request = get(upstream.url("/"));
  request.timeout = 0ms;
  EXPECT_EQ(text_of(perform(grant_to(upstream), request).failure), "timeout");
  EXPECT_TRUE(upstream.requests("/").empty());
}

class SmallAnswersTest : public HttpCallTest {
 protected:
  SmallAnswersTest()
      : HttpCallTest({.plaintext = PlaintextUpstreams::kAllow, .max_response_bytes = 1000}) {}
};

TEST_F(SmallAnswersTest, RefusesLargerOnesWhetherTheySayTheirLengthOrNot) {
  Upstream upstream;
  upstream.script("/most", {answer(200, std::string(1000, 'x'))});
  upstream.script("/declared", {answer(200, std::string(1001, 'x'))});
  upstream.script("/chunks",
                  {testkit::answer_in_chunks(200, {std::string(900, 'x'), std::string(900, 'x')})});
  upstream.script("/endless", {testkit::send("HTTP/1.1 200 OK\r\n\r\n"),
                               testkit::repeat_for_ever(std::string(500, 'x'))});
  EXPECT_EQ(perform(grant_to(upstream), get(upstream.url("/most"))).body.size(), 1000u);
  for (const auto* path : {"/declared", "/chunks", "/endless"}) {
    const HttpResult result = perform(grant_to(upstream), get(upstream.url(path)));
    EXPECT_EQ(text_of(result.failure), "too_large") << path;
    EXPECT_EQ(result.status, 502);
  }
  HttpRequest head = get(upstream.url("/declared"));
  head.method = "HEAD";
  upstream.script("/declared", {testkit::send("HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n")});
  EXPECT_EQ(perform(grant_to(upstream), head).status, 200);
}

class EncryptedOnlyTest : public HttpCallTest {
 protected:
  EncryptedOnlyTest() : HttpCallTest(OutboundHttpOptions{}) {}
};

TEST_F(EncryptedOnlyTest, RefusesPlaintext) {
  Upstream upstream;
  const HttpResult result = perform(grant_to(upstream), get(upstream.url()));
  EXPECT_EQ(text_of(result.failure), "plaintext");
  EXPECT_EQ(upstream.accepted(), 0u);
}

class StrictTest : public HttpCallTest {
 protected:
  StrictTest()
      : HttpCallTest(
            {.egress = net::EgressGuard::kStrict, .plaintext = PlaintextUpstreams::kAllow}) {}
};

TEST_F(StrictTest, MakesNoExceptionForTheConfig) {
  Upstream upstream;
  EXPECT_EQ(text_of(perform(grant_to(upstream), get(upstream.url())).failure), "blocked");
  EXPECT_EQ(upstream.accepted(), 0u);
}

TEST_F(HttpCallTest, OpensItsBreakerPerPluginAndConfig) {
  Upstream upstream;
  upstream.script("/", {testkit::close()});
  upstream.script("/good", {answer(500)});
  const auto mine = grant_to(upstream);
  HttpRequest request = get(upstream.url("/"));
  request.breaker = BreakerSettings{.threshold = 2};
  for (int n = 0; n < 2; ++n) EXPECT_EQ(text_of(perform(mine, request).failure), "connect");
  const HttpResult open = perform(mine, request);
  EXPECT_EQ(text_of(open.failure), "circuit_open");
  EXPECT_EQ(open.status, 503);
  EXPECT_NE(header(open, "retry-after"), "");
  EXPECT_THAT(open.body, HasSubstr("urn:barbacane:error:circuit-open"));
  EXPECT_EQ(upstream.requests().size(), 2u);
  // Equal texts after a reload find it as it was; others do not.
  EXPECT_EQ(text_of(perform(grant_to(upstream), request).failure), "circuit_open");
  const auto other = grant("{\"other\":\"" + upstream.url() + "\"}");
  EXPECT_EQ(text_of(perform(other, request).failure), "connect");
  request.url = upstream.url("/good");
  EXPECT_EQ(perform(other, request).status, 500);
  request.breaker.reset();
  request.url = upstream.url("/");
  EXPECT_EQ(text_of(perform(mine, request).failure), "connect");
}

TEST_F(HttpCallTest, TakesAnotherConnectionWhenTheOldOneWasClosed) {
  Upstream upstream({.requests_per_connection = 1});
  upstream.otherwise({answer(200)});
  for (int n = 0; n < 20; ++n)
    EXPECT_EQ(perform(grant_to(upstream), get(upstream.url())).status, 200);
}

TEST_F(HttpCallTest, EndsWhenItIsCancelled) {
  Upstream upstream;
  upstream.script("/silent", {testkit::wait_for_departure()});
  upstream.script("/deaf", {testkit::leave_body(), testkit::wait_for_departure()});
  upstream.script("/half", {testkit::send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"),
                            testkit::wait_for_departure()});
  const auto mine = grant_to(upstream);
  for (const std::string path : {"/silent", "/deaf", "/half"}) {
    HttpRequest request = get(upstream.url(path));
    request.breaker = BreakerSettings{.threshold = 1};
    if (path == "/deaf") request.body = std::string(8'000'000, 'x');
    request.method = "POST";
    HttpCall call(http_, mine, request);
    std::optional<HttpResult> result;
    const std::size_t before = upstream.requests().size();
    loop_.spawn(perform_into(call, result));
    EXPECT_TRUE(run_until([&] { return upstream.requests().size() > before; }));
    loop_.run_for(20ms);
    EXPECT_FALSE(result);
    call.cancel();
    EXPECT_TRUE(run_until([&] { return result.has_value(); })) << path;
    EXPECT_EQ(result->failure, HttpFailure::kCancelled) << path;
    EXPECT_TRUE(upstream.wait_for_open_connections(0)) << path;
  }
  // Nobody is to blame for it.
  HttpRequest request = get(upstream.url("/"));
  request.breaker = BreakerSettings{.threshold = 1};
  EXPECT_EQ(perform(mine, request).status, 404);
}

TEST_F(HttpCallTest, AnswersOfUpstreamsThatDoNotHearTheWholeBodyArrive) {
  Upstream upstream;
  upstream.otherwise({testkit::leave_body(), answer(413, "no", {{"connection", "close"}}),
                      testkit::wait_for_departure()});
  HttpRequest request = get(upstream.url());
  request.method = "POST";
  request.body = std::string(8'000'000, 'x');
  const HttpResult result = perform(grant_to(upstream), request);
  EXPECT_EQ(result.status, 413) << result.log_text;
  EXPECT_EQ(result.body, "no");
}

TEST_F(HttpCallTest, RemembersOnlySoManyUpstreams) {
  for (int n = 1; n <= 600; ++n) {
    const std::string url = "http://127.0.0.1:" + std::to_string(n) + "/";
    EXPECT_EQ(text_of(perform(grant("{}"), get(url)).failure), "blocked");
  }
  EXPECT_EQ(http_.remembered(), 256u);
  EXPECT_LE(upstreams_.size(), 512u);
  EXPECT_LE(pool_.upstreams(), 512u);
}

// ---- TLS --------------------------------------------------------------------------------------

struct TlsParties {
  testkit::Certificates certificates;
  testkit::Certificate server = certificates.good();
  testkit::Certificate client = certificates.client("gateway");

  testkit::UpstreamOptions options(testkit::ClientCertificate asked) const {
    testkit::UpstreamOptions options;
    options.tls.emplace();
    options.tls->certificate = server.certificate;
    options.tls->key = server.key;
    options.tls->client_trust = certificates.authority();
    options.tls->client_certificate = asked;
    return options;
  }
};

TEST_F(EncryptedOnlyTest, TrustsOnlyWhomTheConfigNames) {
  const TlsParties parties;
  Upstream upstream(parties.options(testkit::ClientCertificate::kNotAsked));
  upstream.otherwise({answer(200)});
  const std::string& ca = parties.certificates.authority();
  const auto named =
      grant(R"({"url":")" + upstream.url() + R"(","nested":{"trust":[")" + ca + R"("]}})");
  HttpRequest request = get(upstream.url());
  EXPECT_EQ(text_of(perform(named, request).failure), "tls");
  request.tls = HttpRequest::Tls{.client_cert = {}, .client_key = {}, .ca = ca};
  EXPECT_EQ(perform(named, request).status, 200);
  EXPECT_EQ(perform(named, request).status, 200);
  // The same request, of a plugin whose config does not have the file.
  EXPECT_EQ(text_of(perform(grant_to(upstream), request).failure), "tls");
}

TEST_F(EncryptedOnlyTest, PresentsTheCertificateOfTheConfigAsFileOrAsText) {
  const TlsParties parties;
  Upstream upstream(parties.options(testkit::ClientCertificate::kRequired));
  upstream.otherwise({answer(200)});
  const HttpRequest::Tls files{.client_cert = parties.client.certificate,
                               .client_key = parties.client.key,
                               .ca = parties.certificates.authority()};
  const HttpRequest::Tls texts{.client_cert = testkit::read_text(files.client_cert),
                               .client_key = testkit::read_text(files.client_key),
                               .ca = testkit::read_text(files.ca)};
  for (const HttpRequest::Tls& tls : {files, texts}) {
    std::string config = R"({"url":)" + base::json_string(upstream.url());
    for (const auto& text : {tls.client_cert, tls.client_key, tls.ca}) {
      config += ",\"" + std::to_string(config.size()) + "\":" + base::json_string(text);
    }
    const auto mine = grant(config + "}");
    HttpRequest request = get(upstream.url());
    request.tls = tls;
    EXPECT_EQ(perform(mine, request).status, 200);
    request.tls->client_key.clear();
    EXPECT_EQ(text_of(perform(mine, request).failure), "tls");
    request.tls->client_cert.clear();
    EXPECT_NE(perform(mine, request).failure, HttpFailure::kNone);
  }
}

TEST_F(EncryptedOnlyTest, SpeaksHttp2WithUpstreamsThatAgreeOnIt) {
  const TlsParties parties;
  testkit::UpstreamOptions options = parties.options(testkit::ClientCertificate::kNotAsked);
  options.tls->alpn = {"h2"};
  Upstream upstream(options);
  testkit::http2::Log log;
  upstream.on_every_connection({testkit::http2::serve(log)});
  const std::string& ca = parties.certificates.authority();
  const auto mine = grant(R"({"url":")" + upstream.url() + R"(","tls":{"ca":")" + ca + R"("}})");
  HttpRequest request = get(upstream.url("/a"));
  request.tls = HttpRequest::Tls{.client_cert = {}, .client_key = {}, .ca = ca};
  request.headers = {{"X-Mine", "1"}, {"TE", "gzip"}};
  for (const std::string& body : {std::string(), std::string("x"), std::string(200'000, 'x')}) {
    request.method = body.empty() ? "GET" : "POST";
    request.body = body;
    const HttpResult result = perform(mine, request);
    EXPECT_EQ(result.status, 200) << result.log_text;
    EXPECT_EQ(result.body, "sound");
  }
  EXPECT_EQ(log.requests(), 3u);
  EXPECT_EQ(upstream.accepted(), 1u);
}

// ---- piece by piece ---------------------------------------------------------------------------

class StreamedCallTest : public HttpCallTest {
 protected:
  struct Stream {
    HttpCall call;
    int status = 0;
    std::string body;
    std::optional<HttpFailure> failure;
    bool over = false;
  };
  static net::Task<> relay(Stream& stream) {
    auto head = co_await stream.call.begin();
    if (!head) stream.failure = head.error().failure;
    if (head) {
      stream.status = (*head)->status;
      while (!stream.call.body_done()) {
        const auto part = co_await stream.call.read_body_part();
        if (!part) stream.failure = part.error().failure;
        if (!part || part->empty()) break;
        stream.body += *part;
      }
    }
    co_await stream.call.close();
    stream.over = true;
  }
  Stream stream(const Upstream& upstream, std::string_view path) {
    return {HttpCall(http_, grant_to(upstream), get(upstream.url(path))), 0, {}, {}, false};
  }
};

TEST_F(StreamedCallTest, HandsOverTheHeadBeforeTheEnd) {
  Upstream upstream;
  upstream.script("/", {testkit::send("HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nhalf"),
                        testkit::wait_for("more"), testkit::send("rest")});
  Stream one = stream(upstream, "/");
  loop_.spawn(relay(one));
  EXPECT_TRUE(run_until([&] { return one.body == "half"; }));
  EXPECT_EQ(one.status, 200);
  upstream.open_gate("more");
  EXPECT_TRUE(run_until([&] { return one.over; }));
  EXPECT_EQ(one.body, "halfrest");
  EXPECT_FALSE(one.failure);
}

TEST_F(StreamedCallTest, TellsWhenTheUpstreamBreaksInTheMiddle) {
  Upstream upstream;
  upstream.script("/", {testkit::send("HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nhalf"),
                        testkit::wait_for("end"), testkit::close()});
  Stream one = stream(upstream, "/");
  loop_.spawn(relay(one));
  EXPECT_TRUE(run_until([&] { return one.body == "half"; }));
  upstream.open_gate("end");
  EXPECT_TRUE(run_until([&] { return one.over; }));
  EXPECT_EQ(one.failure, HttpFailure::kConnect);
}

TEST_F(StreamedCallTest, EndsWhenTheClientLeaves) {
  Upstream upstream;
  upstream.script("/", {testkit::send("HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nhalf"),
                        testkit::wait_for_departure()});
  Stream one = stream(upstream, "/");
  loop_.spawn(relay(one));
  EXPECT_TRUE(run_until([&] { return one.body == "half"; }));
  one.call.cancel();
  EXPECT_TRUE(run_until([&] { return one.over; }));
  EXPECT_EQ(one.failure, HttpFailure::kCancelled);
  EXPECT_TRUE(upstream.wait_for_open_connections(0));
}

TEST_F(StreamedCallTest, SaysWhyThereIsNoHead) {
  Upstream upstream;
  upstream.script("/", {testkit::close()});
  Stream one = stream(upstream, "/");
  loop_.spawn(relay(one));
  EXPECT_TRUE(run_until([&] { return one.over; }));
  EXPECT_EQ(one.failure, HttpFailure::kConnect);
  EXPECT_EQ(one.status, 0);
}

}  // namespace
}  // namespace barbacane::services
