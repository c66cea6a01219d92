// http-upstream between upstreams that misbehave and clients that leave: whatever the one does, the
// other sees one answer or a visible end (plugins contract, 2.2; RFC 9112, 11).
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "malformed_requests.h"
#include "proxy.h"
#include "testkit/eventually.h"
#include "testkit/peers.h"
#include "testkit/upstream.h"

namespace barbacane::integration {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;
using testkit::answer;
using testkit::Connection;
using testkit::RequestBuilder;
using testkit::Response;
using testkit::send;
using testkit::TestGateway;
using testkit::Upstream;
using testkit::wait_for_departure;

TEST(ProxyFailures, DoNotCrossFromOneRequestToTheNext) {
  // What an upstream says behind its answer, at once or later, is nobody's answer.
  Upstream upstream;
  upstream.otherwise({answer(200, "own")});
  const std::string second = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged";
  const std::string first = "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nown";
  upstream.script("/at-once", {send(first + second)});
  upstream.script("/head-of-it", {send(first + "HTTP/1.1 200 OK\r\n")});
  upstream.script("/later", {send(first), testkit::wait(milliseconds(20)), send(second)});
  upstream.script("/no-content", {send("HTTP/1.1 204 No Content\r\n\r\n" + second)});
  upstream.script("/not-modified", {send("HTTP/1.1 304 Not Modified\r\n\r\n" + second)});
  const TestGateway gateway(proxy_spec(upstream.url()), proxy_options());
  Connection client = gateway.connect();
  for (const std::string path :
       {"/at-once", "/head-of-it", "/later", "/no-content", "/not-modified"}) {
    SCOPED_TRACE(path);
    EXPECT_THAT(client.get(path).body, Not(HasSubstr("forged")));
    std::this_thread::sleep_for(milliseconds(100));
    EXPECT_EQ(client.get("/next").body, "own");
    EXPECT_EQ(gateway.get("/next").body, "own");
  }
  upstream.script("/head", {send(first + second)});
  EXPECT_EQ(client.request(RequestBuilder("HEAD", "/head")).body, "");
  EXPECT_EQ(client.get("/next").body, "own");
}

// ---- clients that leave -----------------------------------------------------------------------

TEST(ProxyAborts, AreNotTheUpstreamsFault) {
  Upstream upstream;
  upstream.script("/silent", {wait_for_departure()});
  upstream.script("/half",
                  {send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"), wait_for_departure()});
  upstream.script("/read", {testkit::read_body(), answer(200)});
  upstream.otherwise({answer(200, "sound")});
  const TestGateway gateway(proxy_spec(upstream.url(), R"("circuit_breaker": {"threshold": 1})"),
                            proxy_options());
  for (const RequestBuilder& request :
       {RequestBuilder("GET", "/silent"), RequestBuilder("GET", "/half"),
        RequestBuilder("POST", "/read").header("content-length", "9").header("x-a", "b")}) {
    const std::size_t before = upstream.requests().size();
    Connection client = gateway.connect();
    client.send(request.bytes() + (request.method() == "POST" ? "half" : ""));
    ASSERT_TRUE(
        testkit::eventually(seconds(5), [&] { return upstream.requests().size() > before; }));
    client.abort();
    EXPECT_TRUE(upstream.wait_for_open_connections(0));
    EXPECT_EQ(gateway.get("/sound").body, "sound") << request.head();
    EXPECT_TRUE(upstream.wait_for_idle_connections(1));
    upstream.close_idle();
    EXPECT_TRUE(upstream.wait_for_open_connections(0));
  }
}

TEST(ProxyAborts, WhileConnectingSendNothing) {
  // TLS that never begins: the connection is there, its handshake is not.
  Upstream upstream;
  upstream.on_connect({wait_for_departure()});
  const std::string url = "https://127.0.0.1:" + std::to_string(upstream.port());
  const TestGateway gateway(proxy_spec(url, R"("connect_timeout": 1)"), proxy_options());
  Connection client = gateway.connect();
  client.send(RequestBuilder("GET", "/x").bytes());
  ASSERT_TRUE(testkit::eventually(seconds(5), [&] { return upstream.accepted() == 1; }));
  client.abort();
  EXPECT_TRUE(upstream.wait_for_open_connections(0)) << "at the latest when its time is up";
  EXPECT_TRUE(gateway.wait_for_log(R"("status":499)", seconds(5))) << gateway.log();
}

TEST(ProxyAborts, WhileWaitingToTryAgainAskNobody) {
  Upstream upstream;
  upstream.script("/x", {testkit::close()});
  const TestGateway gateway(proxy_spec(upstream.url(), R"("retries": 5)"), proxy_options());
  Connection client = gateway.connect();
  client.send(RequestBuilder("GET", "/x").bytes());
  ASSERT_TRUE(testkit::eventually(seconds(5), [&] { return upstream.requests().size() >= 3; }));
  client.abort();
  EXPECT_TRUE(gateway.wait_for_log(R"("status":499)", seconds(5))) << gateway.log();
  EXPECT_LE(upstream.requests().size(), 5u);
}

// ---- requests that two servers may read differently ---------------------------------------------

/// Behind nginx and HAProxy, which read every request once more, stands what records it.
template <typename Peer>
class MalformedRequestsThrough : public testing::Test {
 protected:
  static testkit::PeerOptions passing_on_to(const Upstream& upstream);
};

template <>
testkit::PeerOptions MalformedRequestsThrough<testkit::NginxUpstream>::passing_on_to(
    const Upstream& upstream) {
  return {.behaviour = "location / { proxy_pass " + upstream.url() + "; }"};
}

template <>
testkit::PeerOptions MalformedRequestsThrough<testkit::HaproxyUpstream>::passing_on_to(
    const Upstream& upstream) {
  return {.behaviour =
              "option http-buffer-request\n  default_backend recorder\n"
              "backend recorder\n  server one 127.0.0.1:" +
              std::to_string(upstream.port())};
}

using Peers = testing::Types<testkit::NginxUpstream, testkit::HaproxyUpstream>;
TYPED_TEST_SUITE(MalformedRequestsThrough, Peers);

TYPED_TEST(MalformedRequestsThrough, ArriveAsTheGatewayUnderstoodThemOrNotAtAll) {
  Upstream upstream;
  upstream.otherwise({answer(200, "taken")});
  const TypeParam peer(this->passing_on_to(upstream));
  testkit::SpecBuilder spec;
  const std::string config = R"({"url": ")" + peer.url() + "\"}";
  spec.operation("GET", "/hello").dispatch("http-upstream", config);
  spec.operation("POST", "/echo").dispatch("http-upstream", config);
  spec.operation("GET", "/smuggled").dispatch("http-upstream", config);
  const TestGateway gateway(spec.text(), proxy_options());
  for (const MalformedRequests& part : malformed_requests()) {
    for (const MalformedRequest& test : part.requests) {
      SCOPED_TRACE(std::string(part.part) + ": " + test.name);
      try {
        const std::size_t before = upstream.requests().size();
        Connection client(gateway.port(), seconds(5));
        client.send(test.bytes);
        const Response response = client.read(test.bytes.substr(0, test.bytes.find(' ')));
        EXPECT_EQ(response.status, test.status) << response.body;
        const auto reached = upstream.requests();
        ASSERT_EQ(reached.size() - before, test.status == 200 ? 1u : 0u);
        if (test.status == 200) {
          EXPECT_THAT(reached.back().target, Not(HasSubstr("smuggled")));
          EXPECT_LE(
              reached.back().count("content-length") + reached.back().count("transfer-encoding"),
              1);
        }
        if (test.after == MalformedRequest::After::kClosed) {
          EXPECT_EQ(client.read_to_end(), "");
        } else {
          EXPECT_EQ(client.get("/hello").body, "taken");
        }
      } catch (const std::exception& problem) {
        ADD_FAILURE() << problem.what();
      }
    }
  }
}

}  // namespace
}  // namespace barbacane::integration
