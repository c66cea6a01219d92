// http-upstream: bodies that are longer than any buffer, and upstreams that answer when they like
// (plugins contract, 2.2).
#include <fstream>
#include <functional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json_body.h"
#include "proxy.h"
#include "testkit/error.h"
#include "testkit/eventually.h"
#include "testkit/upstream.h"

namespace barbacane::integration {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::IsEmpty;
using testing::SizeIs;
using testkit::answer;
using testkit::answer_in_chunks;
using testkit::answer_of_size;
using testkit::chunk;
using testkit::Connection;
using testkit::eventually;
using testkit::leave_body;
using testkit::pattern;
using testkit::read_body;
using testkit::RequestBuilder;
using testkit::Response;
using testkit::send;
using testkit::TestGateway;
using testkit::Upstream;
using testkit::wait_for;
using testkit::wait_for_departure;

constexpr std::uint64_t kMegabyte = 1'000'000;
/// More than the socket buffers of both connections and the gateway's own take together: the kernel
/// may let each of them grow beyond 30 MB. Half of what is sent.
constexpr std::uint64_t kOnTheWay = 100 * kMegabyte;

class ProxyStreaming : public testing::Test {
 protected:
  /// Memory the gateway holds now.
  std::uint64_t resident_bytes() const {
    std::ifstream file("/proc/" + std::to_string(gateway_.pid()) + "/statm");
    std::uint64_t pages = 0;
    file >> pages >> pages;
    return pages * 4096;
  }

  Upstream upstream_{{.keep_body = 1000}};
  TestGateway gateway_{proxy_spec(upstream_.url()),
                       proxy_options({"--max-body-size", "300000000"})};
};

/// Reads until the counter stands still.
std::uint64_t settled(const std::function<std::uint64_t()>& counter) {
  std::uint64_t last = counter();
  int still = 0;
  eventually(seconds(20), [&] {
    const std::uint64_t now = counter();
    still = now == last ? still + 1 : 0;
    last = now;
    std::this_thread::sleep_for(milliseconds(20));
    return still >= 15;
  });
  return last;
}

TEST_F(ProxyStreaming, HandsTheFirstBytesOnBeforeTheUpstreamHasFinished) {
  upstream_.script("/length", {send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nfirst"),
                               wait_for("length"), send("last")});
  upstream_.script("/chunks",
                   {send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + chunk("first")),
                    wait_for("chunks"), send(chunk("last") + "0\r\n\r\n")});
  upstream_.script("/close", {send("HTTP/1.1 200 OK\r\n\r\nfirst"), wait_for("close"), send("last"),
                              testkit::close()});
  upstream_.script("/head", {send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"), wait_for("head"),
                             send("firstlast")});
  for (const std::string name : {"length", "chunks", "close", "head"}) {
    SCOPED_TRACE(name);
    Connection client = gateway_.connect();
    client.send(RequestBuilder("GET", "/" + name).bytes());
    Response response = client.read_head();
    EXPECT_EQ(response.status, 200);
    if (name != "head") {
      EXPECT_TRUE(eventually(seconds(10), [&] {
        if (!client.stream().buffered().contains("first")) client.stream().fill(seconds(10));
        return client.stream().buffered().contains("first");
      }));
    }
    upstream_.open_gate(name);
    client.read_body(response);
    EXPECT_EQ(response.body, "firstlast");
  }
}

TEST_F(ProxyStreaming, HandsTheFirstBytesOnBeforeTheClientHasFinished) {
  upstream_.otherwise({read_body(5), send("HTTP/1.1 103 Early\r\nx-got: 5\r\n\r\n"), read_body(),
                       answer(200, "all")});
  for (const bool chunked : {false, true}) {
    Connection client = gateway_.connect();
    RequestBuilder request("POST", "/x");
    if (chunked) {
      request.header("transfer-encoding", "chunked");
    } else {
      request.header("content-length", "9");
    }
    client.send(request.head() + (chunked ? chunk("first") : "first"));
    EXPECT_EQ(client.read("POST").status, 103) << "the upstream has the first bytes";
    client.send(chunked ? chunk("last") + "0\r\n\r\n" : "last");
    EXPECT_EQ(client.read("POST").body, "all");
    EXPECT_EQ(upstream_.requests().back().body, "firstlast");
  }
}

TEST_F(ProxyStreaming, LetsBothSidesSpeakAtOnce) {
  upstream_.otherwise({testkit::echo()});
  Connection client = gateway_.connect();
  client.send(RequestBuilder("POST", "/x").header("transfer-encoding", "chunked").head());
  client.send(chunk("0"));
  Response response = client.read_head();
  std::string heard;
  for (int i = 1; i < 50; ++i) {
    client.send(chunk(std::to_string(i)));
    // The echo of what was said before comes without more being said.
    const std::string expected = chunk(std::to_string(i - 1));
    ASSERT_EQ(client.stream().take(expected.size()), expected);
  }
  client.send("0\r\n\r\n");
  EXPECT_EQ(client.stream().take(12), chunk("49") + "0\r\n\r\n");
}

TEST_F(ProxyStreaming, HoldsTheUpstreamBackWhenTheClientDoesNotRead) {
  upstream_.otherwise({answer_of_size(200 * kMegabyte)});
  gateway_.get("/nothing-yet");
  Connection warm = gateway_.connect();
  Connection client(gateway_.port(), seconds(60));
  const std::uint64_t memory = resident_bytes();
  const std::uint64_t before = upstream_.bytes_sent();
  client.send(RequestBuilder("GET", "/x").close().bytes());
  ASSERT_TRUE(eventually(seconds(10), [&] { return upstream_.bytes_sent() > before; }));
  const std::uint64_t sent = settled([&] { return upstream_.bytes_sent(); }) - before;
  EXPECT_LT(sent, kOnTheWay);

  Response head = client.read_head();
  EXPECT_EQ(head.header("content-length"), "200000000");
  std::uint64_t got = 0;
  std::uint64_t most = 0;
  bool same = true;
  while (got < 200 * kMegabyte) {
    const std::string piece = client.stream().take_some(1'000'000);
    if (piece.empty()) break;
    same = same && piece == pattern(got, piece.size());
    got += piece.size();
    if (got % 16 == 0) most = std::max(most, resident_bytes());
  }
  EXPECT_EQ(got, 200 * kMegabyte);
  EXPECT_TRUE(same);
  EXPECT_LT(std::max(most, resident_bytes()), memory + 8 * kMegabyte);
}

TEST_F(ProxyStreaming, HoldsTheClientBackWhenTheUpstreamDoesNotRead) {
  upstream_.otherwise({wait_for("reading"), read_body(), answer(200, "got it")});
  Connection client(gateway_.port(), seconds(60));
  Connection warm = gateway_.connect();
  const std::uint64_t memory = resident_bytes();
  constexpr std::uint64_t kSize = 200 * kMegabyte;
  client.send(RequestBuilder("POST", "/x").header("content-length", std::to_string(kSize)).head());
  const std::string piece = pattern(0, 65'537);  // one period: every piece is the same
  std::uint64_t sent = 0;
  const auto send_some = [&] {
    const std::size_t want = std::min<std::uint64_t>(piece.size(), kSize - sent);
    const std::size_t from = sent % piece.size();
    const std::size_t went =
        client.stream().send_some(std::string_view(piece).substr(from).substr(0, want));
    sent += went;
    return went;
  };
  // As much as goes without the upstream reading.
  int still = 0;
  while (still < 20 && sent < kSize) {
    still = send_some() == 0 ? still + 1 : 0;
    if (still > 0) std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_LT(sent, kOnTheWay);
  std::uint64_t most = resident_bytes();
  upstream_.open_gate("reading");
  const auto end = std::chrono::steady_clock::now() + seconds(60);
  while (sent < kSize && std::chrono::steady_clock::now() < end) {
    if (send_some() == 0) std::this_thread::sleep_for(milliseconds(1));
    if (sent % 32 == 0) most = std::max(most, resident_bytes());
  }
  EXPECT_EQ(client.read("POST").body, "got it");
  EXPECT_EQ(upstream_.requests().back().body_size, kSize);
  EXPECT_LT(std::max(most, resident_bytes()), memory + 8 * kMegabyte);
}

TEST(ProxyLimits, StopABodyThatGrowsPastThem) {
  Upstream upstream;
  upstream.otherwise({read_body(), answer(200)});
  const TestGateway gateway(proxy_spec(upstream.url()),
                            proxy_options({"--max-body-size", "100000"}));
  {
    Connection client = gateway.connect();
    EXPECT_EQ(
        client
            .request(
                RequestBuilder("POST", "/x").chunks({pattern(0, 60'000), pattern(60'000, 40'000)}))
            .status,
        200)
        << "exactly the limit";
  }
  Connection client = gateway.connect();
  client.send(RequestBuilder("POST", "/x").header("transfer-encoding", "chunked").head());
  client.send(chunk(pattern(0, 60'000)));
  ASSERT_TRUE(eventually(seconds(10), [&] { return upstream.requests().size() == 2; }));
  client.send(chunk(pattern(60'000, 40'001)));
  const Response response = client.read("POST");
  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(problem_type(response), "payload-too-large");
  EXPECT_EQ(response.header("connection"), "close");
  EXPECT_TRUE(upstream.wait_for_open_connections(0));
  EXPECT_FALSE(upstream.requests().back().complete) << "never a clean end";
  EXPECT_EQ(upstream.requests().size(), 2u);
}

TEST(ProxyLimits, DoNotBlameTheUpstreamForABodyThatIsTooLarge) {
  Upstream upstream;
  upstream.otherwise({read_body(), answer(200, "fine")});
  const TestGateway gateway(proxy_spec(upstream.url(), R"("circuit_breaker": {"threshold": 1})"),
                            proxy_options({"--max-body-size", "100000"}));
  for (int i = 0; i < 3; ++i) {
    Connection client = gateway.connect();
    client.send(RequestBuilder("POST", "/x").header("transfer-encoding", "chunked").head());
    client.send(chunk(pattern(0, 60'000)) + chunk(pattern(0, 60'000)));
    EXPECT_EQ(client.read("POST").status, 413);
  }
  EXPECT_EQ(gateway.get("/x").status, 200);
}

TEST_F(ProxyStreaming, RefusesABodyWhoseChunksBreak) {
  upstream_.otherwise({read_body(), answer(200)});
  Connection client = gateway_.connect();
  client.send(RequestBuilder("POST", "/x").header("transfer-encoding", "chunked").head());
  client.send(chunk("good") + "nonsense\r\n");
  EXPECT_EQ(client.read("POST").status, 400);
  EXPECT_TRUE(upstream_.wait_for_open_connections(0));
  for (const testkit::ReceivedRequest& begun : upstream_.requests()) EXPECT_FALSE(begun.complete);
}

struct EarlyAnswer {
  std::string name;
  testkit::Script script;
  RequestBuilder request;
};

TEST_F(ProxyStreaming, PassesAnAnswerOnThatComesBeforeTheBodyWasRead) {
  const std::string large = pattern(0, 20 * kMegabyte);
  const std::vector<EarlyAnswer> cases = {
      {"and keeps the connection",
       {leave_body(), answer(401, "who?"), wait_for_departure()},
       RequestBuilder("POST", "/x").body(large)},
      {"in chunks",
       {leave_body(), answer_in_chunks(401, {"who", "?"}), wait_for_departure()},
       RequestBuilder("POST", "/x").body(large)},
      {"after some of it",
       {read_body(100'000), answer(401, "who?"), wait_for_departure()},
       RequestBuilder("POST", "/x").body(large)},
      {"to a chunked body",
       {leave_body(), answer(401, "who?"), wait_for_departure()},
       RequestBuilder("POST", "/x").chunks({large})},
      {"and says close",
       {leave_body(), answer(401, "who?", {{"connection", "close"}}), wait_for_departure()},
       RequestBuilder("POST", "/x").body(large)},
  };
  for (const EarlyAnswer& test : cases) {
    SCOPED_TRACE(test.name);
    upstream_.once("/x", test.script);
    Connection client = gateway_.connect();
    // The client sends on while it is answered.
    const std::string bytes = test.request.bytes();
    std::thread writer([&] {
      try {
        client.stream().send(bytes);
      } catch (const testkit::TestkitError& error) {
        ADD_FAILURE() << error.what();
      }
    });
    const Response response = client.read("POST");
    writer.join();
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(response.body, "who?");
    EXPECT_TRUE(upstream_.wait_for_open_connections(0)) << "half a request cannot be followed";
  }
}

TEST_F(ProxyStreaming, PassesAnEarlyAnswerToABodyOnThatWasCollected) {
  Upstream upstream({.receive_buffer = 4096});
  upstream.otherwise({leave_body(), answer(401, "who?"), wait_for_departure()});
  testkit::SpecBuilder spec;
  spec.operation("POST", "/json")
      .member("requestBody", R"({"content": {"application/json": {"schema": {"type": "string"}}}})")
      .dispatch("http-upstream", R"({"url": ")" + upstream.url() + "\"}");
  const TestGateway gateway(spec.text(), proxy_options({"--max-body-size", "30000000"}));
  Connection client = gateway.connect();
  const Response response = client.request(RequestBuilder("POST", "/json")
                                               .header("content-type", "application/json")
                                               .body('"' + pattern(0, 20 * kMegabyte) + '"'));
  EXPECT_EQ(response.body, "who?");
  EXPECT_TRUE(upstream.wait_for_open_connections(0));
  EXPECT_EQ(client
                .request(RequestBuilder("POST", "/json")
                             .header("content-type", "application/json")
                             .body("\"\""))
                .body,
            "who?")
      << "the client had said everything";
}

}  // namespace
}  // namespace barbacane::integration
