#include "http/h1/strict.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "http/h1/request_parser.h"

namespace barbacane::http::h1 {
namespace {

using Status = RequestParser::HeadStatus;

/// Parses one head; `head` points into `bytes`.
struct Parsed {
  explicit Parsed(std::string text)
      : bytes(std::move(text)), head(std::pmr::get_default_resource()) {
    parser.begin();
    status = parser.parse_head(bytes, head, consumed);
  }
  std::string bytes;
  RequestParser parser;
  RequestHead head;
  std::size_t consumed = 0;
  Status status;
};

TEST(RequestParser, FillsTheHeadWithViewsOfTheRequest) {
  const Parsed p(
      "POST /a/b?x=1&y HTTP/1.1\r\nHost: example.org:8080\r\nX-Request-ID:  abc \r\n"
      "Content-Length: 5\r\nExpect: 100-Continue\r\nAccept: a\r\nAccept: b\r\n\r\nhello");
  ASSERT_EQ(p.status, Status::kComplete);
  EXPECT_EQ(p.head.method, "POST");
  EXPECT_EQ(p.head.path, "/a/b");
  EXPECT_EQ(p.head.query, "x=1&y");
  EXPECT_EQ(p.head.value(KnownField::kXRequestId), "abc");
  EXPECT_EQ(p.head.value(KnownField::kAccept), "a");
  EXPECT_EQ(p.head.fields.size(), 6u);
  EXPECT_EQ(p.head.content_length, 5u);
  EXPECT_TRUE(p.head.expects_continue);
  EXPECT_TRUE(p.head.keep_alive);
  EXPECT_EQ(p.bytes.substr(p.consumed), "hello");
}

TEST(RequestParser, ReducesAbsoluteFormToItsPath) {
  const Parsed with_path("GET http://example.org/p?q HTTP/1.1\r\nHost: example.org\r\n\r\n");
  ASSERT_EQ(with_path.status, Status::kComplete);
  EXPECT_EQ(with_path.head.path, "/p");
  EXPECT_EQ(with_path.head.query, "q");
  const Parsed without("GET http://example.org?q HTTP/1.1\r\nHost: example.org\r\n\r\n");
  ASSERT_EQ(without.status, Status::kComplete);
  EXPECT_EQ(without.head.path, "/");
  EXPECT_EQ(without.head.query, "q");
}

TEST(RequestParser, AsksForMoreUntilTheHeadIsWhole) {
  const std::string whole = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  for (std::size_t length = 1; length < whole.size(); ++length) {
    Parsed p(whole.substr(0, length));
    ASSERT_EQ(p.status, Status::kNeedMore) << length;
    p.bytes = whole;
    EXPECT_EQ(p.parser.parse_head(p.bytes, p.head, p.consumed), Status::kComplete) << length;
    EXPECT_EQ(p.head.fields.size(), 1u);
  }
}

TEST(RequestParser, KeepsConnectionsByVersionAndConnectionField) {
  const auto keeps = [](std::string_view version, std::string_view connection) {
    const Parsed p("GET / " + std::string(version) + "\r\nHost: a\r\n" + std::string(connection) +
                   "\r\n");
    EXPECT_EQ(p.status, Status::kComplete);
    return p.head.keep_alive;
  };
  EXPECT_TRUE(keeps("HTTP/1.1", ""));
  EXPECT_FALSE(keeps("HTTP/1.1", "Connection: foo, Close\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.0", ""));
  EXPECT_TRUE(keeps("HTTP/1.0", "Connection: keep-alive\r\n"));
}

/// What stands in the way of request smuggling: each of these must be refused.
class Refused : public testing::TestWithParam<const char*> {};

TEST_P(Refused, IsNoRequest) {
  EXPECT_EQ(Parsed(GetParam()).status, Status::kRefused) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(
    StrictLayer, Refused,
    testing::Values(
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
        "chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX:\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\t\r\n\r\n", "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a:port\r\n\r\n", "GET / HTTP/1.1\r\nHost: user@a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", "GET /\xC3\xA9 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a\"b HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET a HTTP/1.1\r\nHost: a\r\n\r\n", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: a\r\n\r\n", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.2\r\nHost: a\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "GET / http/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX\x01: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: b\x01\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
        "GET / HTTP/1.1\nHost: a", "GET / HTTP/1.1\r\n\nHost: a", "\x16\x03\x01"));

TEST(RequestParser, RefusesANulByteAnywhere) {
  using namespace std::string_literals;
  EXPECT_EQ(Parsed("GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n"s).status, Status::kRefused);
  EXPECT_EQ(Parsed("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"s).status, Status::kRefused);
}

TEST(RequestParser, AcceptsWhatOnlyLooksOdd) {
  for (const char* request : {
           "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
           "GET / HTTP/1.0\r\n\r\n",
           "GET / HTTP/1.1\r\nHost:\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
           "get / HTTP/1.1\r\nHost: a\r\n\r\n",
           "GET /?a[b]=c|d HTTP/1.1\r\nHost: a\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: a\r\nX: \xC3\xA9\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: a\r\nX:\r\n\r\n",
       }) {
    EXPECT_EQ(Parsed(request).status, Status::kComplete) << request;
  }
}

}  // namespace
}  // namespace barbacane::http::h1
