// Requests that two servers in a row might read differently, through the proxy and to three kinds
// of upstream: what the gateway did not understand as a request, no upstream sees as one.

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testkit/error.h"
#include "testkit/peers.h"
#include "testkit/spec_builder.h"
#include "testkit/test_gateway.h"
#include "testkit/upstream.h"

namespace barbacane::testkit {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Row {
  const char* name;
  std::string bytes;
};

/// A request of these fields; its body holds what must never become a request of its own.
std::string posted(const std::string& fields, const std::string& body) {
  return "POST /front HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body;
}

const std::vector<Row>& attempts() {
  static const std::string hidden = "GET /smuggled HTTP/1.1\r\nHost: x\r\nX-A: ";
  static const std::string chunked = "0\r\n\r\n" + hidden;
  static const std::string both = "Content-Length: " + std::to_string(chunked.size()) + "\r\n";
  static const std::string whole = "Content-Length: " + std::to_string(hidden.size()) + "\r\n";
  static const std::vector<Row> table = {
      {"length and chunks", posted(both + "Transfer-Encoding: chunked\r\n", chunked)},
      {"chunks and length", posted("Transfer-Encoding: chunked\r\n" + both, chunked)},
      {"encoding behind a space", posted(both + "Transfer-Encoding : chunked\r\n", chunked)},
      {"encoding behind a tab", posted(both + "Transfer-Encoding:\tchunked\r\n", chunked)},
      {"encoding behind a vertical tab",
       posted(both + "Transfer-Encoding: \vchunked\r\n", chunked)},
      {"encoding in capitals", posted(both + "TRANSFER-ENCODING: CHUNKED\r\n", chunked)},
      {"encoding folded", posted(both + "Transfer-Encoding:\r\n chunked\r\n", chunked)},
      {"encoding in a fold", posted(both + "X-A: b\r\n Transfer-Encoding: chunked\r\n", chunked)},
      {"encoding in quotes", posted(both + "Transfer-Encoding: \"chunked\"\r\n", chunked)},
      {"encoding twice", posted("Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n", chunked)},
      {"encoding in a list", posted("Transfer-Encoding: x, chunked\r\n", chunked)},
      {"encoding not last", posted("Transfer-Encoding: chunked, identity\r\n", chunked)},
      {"encoding unknown", posted(both + "Transfer-Encoding: xchunked\r\n", chunked)},
      {"encoding empty", posted(both + "Transfer-Encoding:\r\n", chunked)},
      {"encoding behind a bare LF",
       posted(both + "X-A: b\nTransfer-Encoding: chunked\r\n", chunked)},
      {"encoding behind a bare CR",
       posted(both + "X-A: b\rTransfer-Encoding: chunked\r\n", chunked)},
      {"encoding behind a NUL",
       posted(both + std::string("X-A: b\0Transfer-Encoding: chunked\r\n", 33), chunked)},
      {"encoding named by Connection",
       posted("Connection: transfer-encoding\r\n" + both + "Transfer-Encoding: chunked\r\n",
              chunked)},
      {"encoding with an underscore", posted(both + "Transfer_Encoding: chunked\r\n", chunked)},
      {"encoding of HTTP/1.0", "POST /front HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n" +
                                   both + "Transfer-Encoding: chunked\r\n\r\n" + chunked},
      {"lengths that differ", posted("Content-Length: 0\r\n" + whole, hidden)},
      {"lengths in a list",
       posted("Content-Length: 0, " + std::to_string(hidden.size()) + "\r\n", hidden)},
      {"length with a sign", posted("Content-Length: +0\r\n", hidden)},
      {"length below zero", posted("Content-Length: -1\r\n", hidden)},
      {"length in hexadecimal", posted("Content-Length: 0x0\r\n", hidden)},
      {"length with a comma", posted("Content-Length: 0,\r\n", hidden)},
      {"length with a blank inside", posted("Content-Length: 0 0\r\n", hidden)},
      {"length beyond 64 bits", posted("Content-Length: 18446744073709551616\r\n", hidden)},
      {"length empty", posted("Content-Length:\r\n", hidden)},
      {"length behind a space", posted("Content-Length : 0\r\n", hidden)},
      {"length named by Connection", posted("Connection: content-length\r\n" + whole, hidden)},
      {"length of a GET", "GET /front HTTP/1.1\r\nHost: x\r\n" + whole + "\r\n" + hidden},
      {"length of a HEAD", "HEAD /front HTTP/1.1\r\nHost: x\r\n" + whole + "\r\n" + hidden},
      {"chunk size below zero", posted("Transfer-Encoding: chunked\r\n", "-1\r\n" + hidden)},
      {"chunk size beyond 64 bits",
       posted("Transfer-Encoding: chunked\r\n", "10000000000000000\r\n" + hidden)},
      {"chunk size with a prefix",
       posted("Transfer-Encoding: chunked\r\n", "0x0\r\n\r\n" + hidden)},
      {"chunk size with an underscore",
       posted("Transfer-Encoding: chunked\r\n", "0_0\r\n\r\n" + hidden)},
      {"chunk ends in a bare LF", posted("Transfer-Encoding: chunked\r\n", "0\n\n" + hidden)},
      {"chunk longer than said",
       posted("Transfer-Encoding: chunked\r\n", "1\r\nab\r\n0\r\n\r\n" + hidden)},
      {"chunk extension with a bare LF",
       posted("Transfer-Encoding: chunked\r\n", "0;a\n\r\n" + hidden)},
      {"trailer without end",
       posted("Transfer-Encoding: chunked\r\n", "0\r\nX-A\r\n\r\n" + hidden)},
      {"expectation unknown", posted("Expect: 200-ok\r\n" + whole, hidden)},
      {"upgrade to h2c",
       "GET /front HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
       "HTTP2-Settings: AAMAAABkAAQAAP__\r\n" +
           whole + "\r\n" + hidden},
      {"line break in the target",
       "GET /front%0d%0aX: HTTP/1.1\r\nHost: x\r\n" + whole + "\r\n" + hidden},
      {"blank in the target", "GET /front /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"fragment in the target", "GET /front#/../smuggled HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"dots in the target", "GET /front/../smuggled HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"encoded dots in the target", "GET /front/%2e%2e/smuggled HTTP/1.1\r\nHost: x\r\n\r\n"},
  };
  return table;
}

/// Sends the bytes, reads the first answer and leaves: the body of the answer, empty without one.
std::string said_to(std::uint16_t port, const std::string& bytes) {
  Connection client(port, std::chrono::milliseconds(2'000));
  client.send(bytes);
  try {
    return client.read(bytes.substr(0, bytes.find(' '))).body;
  } catch (const TestkitError&) {
    return {};
  }
}

TestGateway gateway_before(const std::string& url) {
  SpecBuilder spec;
  for (const char* method : {"GET", "POST", "HEAD"}) {
    spec.operation(method, "/front").dispatch("http-upstream", R"({"url":")" + url + R"("})");
  }
  return TestGateway(spec.text(), {.serve_flags = {"--allow-plaintext-upstream", "--workers=1"},
                                   .compile_flags = {"--allow-plaintext"}});
}

/// What reached the upstream says its own length in one way, or none at all.
void expect_one_framing(const ReceivedRequest& request) {
  EXPECT_LE(request.count("content-length") + request.count("transfer-encoding"), 1)
      << request.head;
  EXPECT_EQ(request.count("host"), 1) << request.head;
  EXPECT_EQ(request.path(), "/front") << request.head;
  EXPECT_THAT(request.head, Not(HasSubstr("smuggled")));
}

TEST(RequestSmuggling, NothingHiddenReachesAnUpstreamThatSeesEveryByte) {
  Upstream upstream;
  upstream.otherwise({answer(200, "front")});
  TestGateway gateway = gateway_before(upstream.url());
  EXPECT_THAT(said_to(gateway.port(), posted("Content-Length: 2\r\n", "ok")), HasSubstr("front"));
  std::size_t passed = 0;
  for (const Row& row : attempts()) {
    SCOPED_TRACE(row.name);
    const std::size_t before = upstream.requests().size();
    const std::string answers = said_to(gateway.port(), row.bytes);
    EXPECT_EQ(gateway.get("/front").body, "front");
    const auto requests = upstream.requests();
    EXPECT_LE(requests.size(), before + 2) << answers;
    for (std::size_t i = before; i < requests.size(); ++i) expect_one_framing(requests[i]);
    passed += requests.size() - before - 1;
  }
  EXPECT_GT(passed, 3u) << "the table says nothing when all of it is refused";
}

template <typename Server>
class RequestSmugglingTo : public testing::Test {};
using Servers = testing::Types<NginxUpstream, HaproxyUpstream>;
TYPED_TEST_SUITE(RequestSmugglingTo, Servers);

TYPED_TEST(RequestSmugglingTo, NothingHiddenBecomesARequest) {
  const TypeParam upstream;
  TestGateway gateway = gateway_before(upstream.url());
  for (const Row& row : attempts()) {
    SCOPED_TRACE(row.name);
    said_to(gateway.port(), row.bytes);
    // The next one who asks gets the answer to the own question.
    EXPECT_THAT(gateway.get("/front?row").body, HasSubstr(R"("target":"/front?row")"));
  }
  EXPECT_TRUE(upstream.wait_for_access("GET /front"));
  EXPECT_THAT(upstream.access_log(), Not(HasSubstr("smuggled")));
  EXPECT_THAT(upstream.access_log(), Not(HasSubstr(" 400")));
}

}  // namespace
}  // namespace barbacane::testkit
