// Requests that are wrong or odd, and what becomes of them and of their connection.
#include "malformed_requests.h"

#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "testkit/spec_builder.h"
#include "testkit/test_gateway.h"

namespace barbacane::integration {
namespace {

using namespace std::string_literals;
using std::chrono::seconds;
using testkit::Connection;
using testkit::RequestBuilder;
using testkit::Response;
using testkit::SpecBuilder;
using testkit::TestGateway;

class MalformedRequestBase : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    SpecBuilder spec;
    spec.operation("GET", "/hello").mock(200, "hello", "text/plain");
    spec.operation("POST", "/echo").mock(200, "got it", "text/plain");
    spec.operation("GET", "/smuggled").mock(299, "smuggled", "text/plain");
    gateway_ = std::make_unique<TestGateway>(spec.text());
  }
  static void TearDownTestSuite() { gateway_.reset(); }

  static void expect_refused(Connection& connection, const Response& response) {
    // Nothing behind the refusal: bytes that were not understood are never the next request.
    EXPECT_EQ(connection.read_to_end(), "");
    if (response.status == 400 && response.body.empty()) {
      EXPECT_EQ(response.header("connection"), "close");
    }
  }

  static void check(const MalformedRequest& test) {
    SCOPED_TRACE(test.name);
    try {
      Connection connection(gateway_->port(), seconds(5));
      connection.send(test.bytes);
      const Response response = connection.read(test.bytes.substr(0, test.bytes.find(' ')));
      EXPECT_EQ(response.status, test.status) << response.body;
      if (test.after == MalformedRequest::After::kClosed) {
        expect_refused(connection, response);
      } else {
        EXPECT_EQ(connection.get("/hello").body, "hello") << "the connection goes on";
      }
    } catch (const std::exception& problem) {
      ADD_FAILURE() << problem.what();
    }
  }

  static void check(const std::vector<MalformedRequest>& cases) {
    std::set<std::string> names;
    for (const MalformedRequest& test : cases) {
      EXPECT_TRUE(names.insert(test.name).second) << test.name << " stands twice";
      check(test);
    }
    EXPECT_EQ(gateway_->get("/hello").body, "hello") << "the gateway is still there";
  }

  static inline std::unique_ptr<TestGateway> gateway_;
};

class MalformedRequestTest : public MalformedRequestBase,
                             public testing::WithParamInterface<MalformedRequests> {};
class MalformedRequestEdges : public MalformedRequestBase {};

TEST_P(MalformedRequestTest, AreRefusedOrServed) { check(GetParam().requests); }

INSTANTIATE_TEST_SUITE_P(In, MalformedRequestTest, testing::ValuesIn(malformed_requests()),
                         [](const auto& test) { return std::string(test.param.part); });

TEST_F(MalformedRequestEdges, DoNotReachTheRouterThroughAnotherOne) {
  // A body that looks like a request is a body.
  Connection connection(gateway_->port(), seconds(10));
  connection.send(RequestBuilder("POST", "/echo").body(hidden_request()).bytes());
  connection.send(RequestBuilder("POST", "/echo").chunks({hidden_request()}).bytes());
  connection.send(RequestBuilder("GET", "/hello").close().bytes());
  EXPECT_EQ(connection.read("POST").body, "got it");
  EXPECT_EQ(connection.read("POST").body, "got it");
  EXPECT_EQ(connection.read().body, "hello");
  EXPECT_EQ(connection.read_to_end(), "");
}

TEST_F(MalformedRequestEdges, EndSilentlyWhenTheyAreCutShort) {
  const std::string kChunked =
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string& bytes :
       {"G"s, "GET /hello"s, "GET /hello HTTP/1.1\r\n"s, "GET /hello HTTP/1.1\r\nHost: a\r\n"s,
        "\r\n"s, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel"s,
        kChunked + "5\r\nhel", kChunked + "5\r\nhello\r\n", kChunked + "5\r\nhello\r\n0\r\n"}) {
    Connection connection(gateway_->port(), seconds(10));
    connection.send(bytes);
    connection.finish_sending();
    const std::string answer = connection.read_to_end();
    EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 400 ")) << bytes << '\n' << answer;
  }
}

}  // namespace
}  // namespace barbacane::integration
