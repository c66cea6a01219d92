// HTTP/1.1 connections: RFC 9112, and data-plane.md, section 11.
#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json_body.h"
#include "testkit/error.h"
#include "testkit/spec_builder.h"
#include "testkit/test_gateway.h"

namespace barbacane::integration {
namespace {

using testkit::chunk;
using testkit::Connection;
using testkit::RequestBuilder;
using testkit::Response;
using testkit::SpecBuilder;
using testkit::TestGateway;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string spec() {
  SpecBuilder spec;
  spec.operation("GET", "/hello").mock(200, "hello", "text/plain");
  spec.operation("GET", "/n/{n}").mock(200, "{{path_params.n}}", "text/plain");
  spec.operation("POST", "/echo").mock(200, "got it", "text/plain");
  spec.operation("GET", "/slow").mock(200, "slow", "text/plain").mock_config("delay_ms", "300");
  return spec.text();
}

class Connections : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    gateway_ = std::make_unique<TestGateway>(
        spec(), testkit::GatewayOptions{
                    .serve_flags = {"--keepalive-timeout", "2", "--max-body-size", "1000"}});
  }
  static void TearDownTestSuite() { gateway_.reset(); }

  static inline std::unique_ptr<TestGateway> gateway_;
};

TEST_F(Connections, StayOpenBetweenRequests) {
  auto connection = gateway_->connect();
  for (int i = 0; i < 100; ++i) {
    const Response response = connection.get("/n/" + std::to_string(i));
    ASSERT_EQ(response.body, std::to_string(i));
    ASSERT_FALSE(response.has("connection"));
  }
}

TEST_F(Connections, CloseWhenTheClientWantsIt) {
  auto connection = gateway_->connect();
  const Response response = connection.request(RequestBuilder("GET", "/hello").close());
  EXPECT_EQ(response.header("connection"), "close");
  EXPECT_TRUE(connection.closed(seconds(5)));

  auto listed = gateway_->connect();
  listed.request(RequestBuilder("GET", "/hello").header("connection", "x-a, Close"));
  EXPECT_TRUE(listed.closed(seconds(5)));
}

TEST_F(Connections, AnswerPipelinedRequestsInOrder) {
  std::string requests;
  for (int i = 0; i < 500; ++i) {
    requests += RequestBuilder("GET", "/n/" + std::to_string(i)).bytes();
    if (i % 50 == 0) requests += RequestBuilder("GET", "/slow").bytes();
    if (i % 7 == 0) requests += RequestBuilder("POST", "/echo").body("body").bytes();
    if (i % 11 == 0) requests += RequestBuilder("POST", "/echo").chunks({"a", "bc"}).bytes();
  }
  auto connection = gateway_->connect();
  std::thread sender([&] { connection.send(requests); });
  for (int i = 0; i < 500; ++i) {
    EXPECT_EQ(connection.read().body, std::to_string(i));
    if (i % 50 == 0) {
      EXPECT_EQ(connection.read().body, "slow");
    }
    if (i % 7 == 0) {
      EXPECT_EQ(connection.read().body, "got it");
    }
    if (i % 11 == 0) {
      EXPECT_EQ(connection.read().body, "got it");
    }
  }
  sender.join();
}

TEST_F(Connections, TakeRequestsInSinglePieces) {
  const std::string bytes = RequestBuilder("POST", "/echo")
                                .header("x-a", "1")
                                .chunks({"hello", " world"}, {"x-trailer: 1"})
                                .bytes();
  auto connection = gateway_->connect();
  for (char byte : bytes) connection.send({&byte, 1});
  EXPECT_EQ(connection.read().body, "got it");
  EXPECT_EQ(connection.get("/hello").body, "hello");
}

TEST_F(Connections, TakeARequestCutAtAnyPlace) {
  const std::string bytes =
      RequestBuilder("POST", "/echo").header("x-a", "1").chunks({"hello"}, {"x-b: 2"}).bytes();
  std::vector<Connection> connections;
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    connections.push_back(gateway_->connect());
    connections.back().send(std::string_view(bytes).substr(0, cut));
  }
  std::this_thread::sleep_for(milliseconds(100));  // the first parts have been looked at
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    SCOPED_TRACE("after " + bytes.substr(0, cut));
    connections[cut - 1].send(std::string_view(bytes).substr(cut));
    EXPECT_EQ(connections[cut - 1].read("POST").body, "got it");
  }
}

TEST_F(Connections, TakeChunkedBodiesWithTrailersAndExtensions) {
  auto connection = gateway_->connect();
  connection.send(
      "POST /echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: Chunked\r\n\r\n"
      "5;name=value;other=\"quoted\"\r\nhello\r\nA\r\n0123456789\r\n"
      "0;last\r\nx-checksum: abc\r\n\r\n");
  EXPECT_EQ(connection.read("POST").body, "got it");
  EXPECT_EQ(connection.get("/hello").body, "hello");
}

TEST_F(Connections, SpeakHttp10) {
  auto plain = gateway_->connect();
  plain.send("GET /hello HTTP/1.0\r\n\r\n");
  const Response response = plain.read();
  EXPECT_EQ(response.body, "hello");
  EXPECT_FALSE(response.chunked);
  EXPECT_TRUE(plain.closed(seconds(5)));

  auto kept = gateway_->connect();
  kept.send("GET /hello HTTP/1.0\r\nconnection: keep-alive\r\n\r\n");
  EXPECT_EQ(kept.read().header("connection"), "keep-alive");
  EXPECT_EQ(kept.get("/hello").body, "hello");
}

TEST_F(Connections, AnswerExpectationsWhenTheyAreReadyForTheBody) {
  auto connection = gateway_->connect();
  const auto request =
      RequestBuilder("POST", "/echo").header("expect", "100-continue").body("12345");
  connection.send(request.head());
  EXPECT_EQ(connection.read("POST").status, 100);
  connection.send("12345");
  EXPECT_EQ(connection.read("POST").body, "got it");
  EXPECT_EQ(connection.get("/hello").body, "hello");
}

TEST_F(Connections, RefuseInsteadOfContinuing) {
  const auto first_status = [&](const std::string& head) {
    auto connection = gateway_->connect();
    connection.send(head);
    return connection.read("POST").status;
  };
  EXPECT_EQ(first_status("POST /echo HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\n"
                         "content-length: 1001\r\n\r\n"),
            413);
  EXPECT_EQ(first_status("POST /nothing HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\n"
                         "content-length: 5\r\n\r\n"),
            404);
  EXPECT_EQ(first_status("PUT /echo HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\n"
                         "content-length: 5\r\n\r\n"),
            405);
}

TEST_F(Connections, DoNotTakeAnUnreadBodyForARequest) {
  auto connection = gateway_->connect();
  const std::string hidden = "GET /n/smuggled HTTP/1.1\r\nhost: a\r\n\r\n";
  connection.send(RequestBuilder("POST", "/nothing").body(hidden).bytes());
  connection.send(RequestBuilder("GET", "/n/1").bytes());
  EXPECT_EQ(connection.read("POST").status, 404);
  const bool ended = connection.closed(milliseconds(200));
  if (!ended) {
    EXPECT_EQ(connection.read().body, "1");
  }
}

TEST_F(Connections, CloseWhenIdle) {
  auto connection = gateway_->connect();
  EXPECT_EQ(connection.get("/hello").status, 200);
  const auto begin = Clock::now();
  EXPECT_TRUE(connection.closed(seconds(8)));
  EXPECT_GE(Clock::now() - begin, milliseconds(1500));
}

TEST_F(Connections, CloseWhenNothingEverComes) {
  auto connection = gateway_->connect();
  EXPECT_TRUE(connection.closed(seconds(8)));
}

TEST_F(Connections, CutASlowHead) {
  auto connection = gateway_->connect();
  const auto begin = Clock::now();
  connection.send("GET /hello HTTP/1.1\r\nhost: a\r\n");
  bool over = false;
  // A line now and then does not buy more time: the deadline is for the whole head.
  while (!over && Clock::now() - begin < seconds(10)) {
    over = connection.readable(milliseconds(500));
    if (!over) over = !connection.send("x-a: b\r\n");
  }
  EXPECT_TRUE(over);
  EXPECT_LT(Clock::now() - begin, seconds(6));
  const std::string rest = connection.read_to_end();
  EXPECT_TRUE(rest.empty() || rest.starts_with("HTTP/1.1 408 ")) << rest;
}

TEST_F(Connections, CutASlowBody) {
  auto connection = Connection(gateway_->port(), seconds(50));
  connection.send("POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf");
  const auto begin = Clock::now();
  const Response response = connection.read("POST");
  EXPECT_EQ(response.status, 408);
  EXPECT_EQ(problem_type(response), "request-timeout");
  EXPECT_GE(Clock::now() - begin, seconds(28));
  EXPECT_TRUE(connection.closed(seconds(5)));
}

TEST_F(Connections, SurviveClientsThatVanish) {
  const std::string request = RequestBuilder("POST", "/echo").chunks({"hello", "world"}).bytes();
  for (std::size_t length = 1; length < request.size(); length += 3) {
    auto connection = gateway_->connect();
    connection.send(std::string_view(request).substr(0, length));
    if (length % 2 == 0) connection.abort();
  }
  EXPECT_EQ(gateway_->get("/hello").body, "hello");
}

TEST_F(Connections, AnswerAClientThatHasFinishedSending) {
  auto connection = gateway_->connect();
  connection.send(RequestBuilder("GET", "/slow").bytes());
  connection.finish_sending();
  EXPECT_EQ(connection.read().body, "slow");
}

TEST_F(Connections, ServeManyAtOnce) {
  std::vector<Connection> connections;
  for (int i = 0; i < 500; ++i) connections.push_back(gateway_->connect());
  for (std::size_t i = 0; i < connections.size(); ++i) {
    connections[i].send(RequestBuilder("GET", "/n/" + std::to_string(i)).bytes());
  }
  for (std::size_t i = 0; i < connections.size(); ++i) {
    ASSERT_EQ(connections[i].read().body, std::to_string(i));
  }
}

TEST(BackPressure, HoldsAClientThatDoesNotRead) {
  SpecBuilder large;
  large.operation("GET", "/large").mock(200, std::string(500'000, 'x'), "text/plain");
  TestGateway gateway(large.text());
  auto connection = gateway.connect();
  std::string requests;
  for (int i = 0; i < 200; ++i) requests += RequestBuilder("GET", "/large").bytes();
  connection.send(requests);
  std::this_thread::sleep_for(milliseconds(300));
  const std::string status =
      testkit::read_text("/proc/" + std::to_string(gateway.pid()) + "/status");
  const std::size_t line = status.find("VmRSS:");
  ASSERT_NE(line, std::string::npos);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(std::stol(status.substr(line + 6)), 80'000) << "100 MB of answers are waiting to go";
#endif
  for (int i = 0; i < 200; ++i) ASSERT_EQ(connection.read().body.size(), 500'000u);
}

TEST(ConnectionCap, TurnsTheNextOneAway) {
  TestGateway gateway(spec(), {.environment = {{"BARBACANE_MAX_CONNECTIONS", "3"}}});
  std::vector<Connection> connections;
  for (int i = 0; i < 3; ++i) {
    connections.push_back(gateway.connect());
    EXPECT_EQ(connections.back().get("/hello").status, 200);
  }
  auto refused = gateway.connect();
  EXPECT_TRUE(refused.closed(seconds(5)));
  EXPECT_TRUE(gateway.wait_for_log("connection_limit_reached", seconds(5)));
  EXPECT_EQ(connections[0].get("/hello").status, 200);

  connections.pop_back();
  bool accepted = false;
  for (int i = 0; i < 100 && !accepted; ++i) {
    std::this_thread::sleep_for(milliseconds(20));
    try {
      accepted = gateway.get("/hello").status == 200;
    } catch (const testkit::TestkitError&) {
      accepted = false;  // turned away: the place is not free yet
    }
  }
  EXPECT_TRUE(accepted) << "a place that came free can be taken";
}

}  // namespace
}  // namespace barbacane::integration
