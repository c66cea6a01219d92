// What goes through the gateway between a client that speaks HTTP/2 and an upstream that does not:
// data-plane.md, 8 and 11.
#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proxy.h"
#include "testkit/certificates.h"
#include "testkit/child.h"
#include "testkit/client.h"
#include "testkit/temp_directory.h"
#include "testkit/upstream.h"

namespace barbacane::integration {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testkit::CurlResult;
using testkit::TestGateway;
using testkit::Upstream;
using Words = std::vector<std::string>;

/// curl's words for a stream that was reset.
constexpr int kStreamReset = 92;

class Http2Proxy : public testing::Test {
 protected:
  std::string url(std::string_view target) const {
    return "http://127.0.0.1:" + std::to_string(gateway_.port()) + std::string(target);
  }
  CurlResult ask(std::string_view target, Words more = {}) const {
    more.insert(more.end(), {"--http2-prior-knowledge", url(target)});
    return testkit::curl(more);
  }

  Upstream upstream_{{.keep_body = 30'000'000}};
  TestGateway gateway_{proxy_spec(upstream_.url()),
                       proxy_options({"--max-body-size", "100000000"})};
  testkit::TempDirectory directory_;
};

TEST_F(Http2Proxy, MakesOneHostOfWhatTheClientSays) {
  upstream_.otherwise({testkit::answer(200, "ok")});
  EXPECT_EQ(ask("/a?b=c", {"--header", "cookie: a=1; b=2", "--header", "x: y"}).response.status,
            200);
  const auto request = upstream_.requests().at(0);
  EXPECT_EQ(request.header("host"), "127.0.0.1:" + std::to_string(upstream_.port()));
  EXPECT_EQ(request.header("x-forwarded-host"), "127.0.0.1:" + std::to_string(gateway_.port()));
  EXPECT_EQ(request.header("x-forwarded-proto"), "http");
  EXPECT_EQ(request.header("cookie"), "a=1; b=2");
  EXPECT_EQ(request.header("x"), "y");
}

TEST_F(Http2Proxy, StreamsLargeBodiesBothWays) {
  upstream_.script("/echo", {testkit::echo()});
  upstream_.script("/large", {testkit::answer_of_size(20'000'000)});
  const std::string body = testkit::pattern(0, 20'000'000);
  const std::string file = directory_.write("body", body);
  const CurlResult up = ask("/echo", {"--data-binary", "@" + file});
  EXPECT_EQ(up.exit_code, 0) << up.error;
  EXPECT_TRUE(up.response.body == body);
  const CurlResult down = ask("/large");
  EXPECT_TRUE(down.response.body == body);
  const CurlResult unknown_length =
      ask("/echo", {"--data-binary", "@" + file, "--header", "content-length:"});
  EXPECT_TRUE(unknown_length.response.body == body);
}

TEST_F(Http2Proxy, PassesInterimAnswersAndTrailersOn) {
  upstream_.otherwise({testkit::interim(103, {{"link", "</a>"}}),
                       testkit::answer_in_chunks(200, {"body"}, {}, {"x-sum: 42"})});
  testkit::Child client(testkit::find_program("nghttp"),
                        {"-v", "--header", "te: trailers", url("/x")}, {});
  ASSERT_EQ(client.wait(seconds(20)), 0);
  const std::string frames = client.standard_output();
  EXPECT_THAT(frames, HasSubstr(":status: 103"));
  EXPECT_THAT(frames, HasSubstr(":status: 200"));
  EXPECT_THAT(frames, HasSubstr("x-sum: 42"));
}

TEST_F(Http2Proxy, ResetsAStreamWhoseUpstreamBreaksOff) {
  upstream_.script("/torn", {testkit::send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"),
                             testkit::wait(std::chrono::milliseconds(200)), testkit::reset()});
  upstream_.script("/whole", {testkit::answer(200, "whole")});
  const CurlResult torn = ask("/torn");
  EXPECT_EQ(torn.exit_code, kStreamReset) << torn.error;
  EXPECT_EQ(torn.response.status, 200);
  EXPECT_EQ(ask("/whole").response.body, "whole");
}

TEST_F(Http2Proxy, GivesAnUpstreamUpWhenItsClientLeaves) {
  upstream_.script("/endless", {testkit::send("HTTP/1.1 200 OK\r\n\r\n"),
                                testkit::repeat_for_ever(std::string(10'000, 'x'))});
  upstream_.script("/silent", {testkit::wait_for_departure()});
  for (const char* path : {"/endless", "/silent"}) {
    const std::size_t connection = upstream_.accepted() + 1;
    EXPECT_NE(ask(path, {"--max-time", "1", "--limit-rate", "1M"}).exit_code, 0) << path;
    EXPECT_TRUE(upstream_.wait_for_departure(connection, seconds(2))) << path;
  }
}

TEST_F(Http2Proxy, ServesManyStreamsFromFewConnections) {
  upstream_.otherwise({testkit::answer(200, "ok")});
  const testkit::H2loadResult load =
      testkit::h2load({.url = url("/x"), .requests = 3000, .clients = 10, .streams = 10});
  EXPECT_EQ(load.status_2xx, 3000) << load.output;
  EXPECT_LE(upstream_.accepted(), 100u);
}

TEST(Http2ProxyTls, TellsUpstreamsHowTheClientCame) {
  Upstream upstream;
  upstream.otherwise({testkit::answer(200, "ok")});
  const testkit::Certificates certificates;
  const testkit::Certificate good = certificates.good();
  const TestGateway gateway(proxy_spec(upstream.url()),
                            proxy_options({"--tls-cert", good.certificate, "--tls-key", good.key}));
  for (const char* version : {"--http1.1", "--http2"}) {
    testkit::curl(
        {version, "--insecure", "https://127.0.0.1:" + std::to_string(gateway.port()) + "/x"});
  }
  const auto requests = upstream.wait_for_requests(2);
  for (const auto& request : requests) EXPECT_EQ(request.header("x-forwarded-proto"), "https");
}

}  // namespace
}  // namespace barbacane::integration
