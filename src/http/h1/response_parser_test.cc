#include "http/h1/response_parser.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace barbacane::http::h1 {
namespace {

using namespace std::string_literals;
using Status = ResponseParser::Status;

struct Parsed {
  Status status = Status::kNeedMore;
  int code = 0;
  Version version = Version::kHttp11;
  std::string fields;  ///< `name=value;`
  std::size_t length = 0;
};

Parsed parse(std::string_view bytes) {
  Parsed parsed;
  ResponseHead head(std::pmr::get_default_resource());
  ResponseParser parser;
  parser.begin();
  parsed.status = parser.parse(bytes, head, parsed.length);
  parsed.code = head.status;
  parsed.version = head.version;
  for (const Field& field : head.fields)
    parsed.fields += std::string(field.name) + '=' + std::string(field.value) + ';';
  return parsed;
}

TEST(ResponseParser, ReadsHeads) {
  struct Case {
    std::string bytes;
    int code;
    Version version;
    std::string fields;
  };
  const std::vector<Case> cases = {
      {"HTTP/1.1 200 OK\r\n\r\n", 200, Version::kHttp11, ""},
      {"HTTP/1.0 404 Not Found\r\nA: b\r\n\r\n", 404, Version::kHttp10, "A=b;"},
      {"HTTP/1.1 200\r\n\r\n", 200, Version::kHttp11, ""},
      {"HTTP/1.1 200 \r\n\r\n", 200, Version::kHttp11, ""},
      {"HTTP/1.1 799 caf\xc3\xa9 \t!\r\n\r\n", 799, Version::kHttp11, ""},
      {"HTTP/1.1 200 OK\r\na:\r\nB: \t c d \t\r\na:x:y\r\n\r\n", 200, Version::kHttp11,
       "a=;B=c d;a=x:y;"},
      {"HTTP/1.1 200 OK\r\nx: \xff\x80\r\n\r\n", 200, Version::kHttp11, "x=\xff\x80;"},
      {"HTTP/1.1 103 Early\r\nlink: <a>\r\n\r\n", 103, Version::kHttp11, "link=<a>;"},
  };
  for (const Case& test : cases) {
    const Parsed parsed = parse(test.bytes + "behind it");
    EXPECT_EQ(parsed.status, Status::kComplete) << test.bytes;
    EXPECT_EQ(parsed.code, test.code) << test.bytes;
    EXPECT_EQ(parsed.version, test.version) << test.bytes;
    EXPECT_EQ(parsed.fields, test.fields) << test.bytes;
    EXPECT_EQ(parsed.length, test.bytes.size()) << test.bytes;
  }
}

TEST(ResponseParser, AsksForMoreUntilTheHeadIsWhole) {
  const std::string head = "HTTP/1.1 200 OK\r\na: b\r\n\r\n";
  ResponseHead parsed(std::pmr::get_default_resource());
  ResponseParser parser;
  parser.begin();
  std::size_t length = 0;
  for (std::size_t i = 0; i < head.size(); ++i)
    EXPECT_EQ(parser.parse(head.substr(0, i), parsed, length), Status::kNeedMore) << i;
  EXPECT_EQ(parser.parse(head, parsed, length), Status::kComplete);
  EXPECT_EQ(length, head.size());
}

TEST(ResponseParser, RefusesWhatIsNoAnswer) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  for (const std::string& bytes : {"X"s,
                                   "\r\n"s,
                                   "http/1.1 200 OK\r\n\r\n"s,
                                   "HTTP/2"s,
                                   "HTTP/2.0 200 OK\r\n\r\n"s,
                                   "HTTP/1.2 200 OK\r\n\r\n"s,
                                   "HTTP/1.10 200 OK\r\n\r\n"s,
                                   "HTTP/1.1  200 OK\r\n\r\n"s,
                                   "HTTP/1.1\t200 OK\r\n\r\n"s,
                                   "HTTP/1.1 20 OK\r\n\r\n"s,
                                   "HTTP/1.1 2000 OK\r\n\r\n"s,
                                   "HTTP/1.1 +20 OK\r\n\r\n"s,
                                   "HTTP/1.1 099 OK\r\n\r\n"s,
                                   "HTTP/1.1 20x OK\r\n\r\n"s,
                                   "HTTP/1.1 200OK\r\n\r\n"s,
                                   "HTTP/1.1 200 O\0K\r\n\r\n"s,
                                   "HTTP/1.1 200 O\rK\r\n\r\n"s,
                                   "HTTP/1.1 200 OK\n\n"s,
                                   "HTTP/1.1 200 OK\n\r\n"s,
                                   ok + "a: b\n\r\n"s,
                                   ok + "a\r\n\r\n"s,
                                   ok + ": b\r\n\r\n",
                                   ok + "a : b\r\n\r\n",
                                   ok + "a\t: b\r\n\r\n",
                                   ok + " a: b\r\n\r\n",
                                   ok + "a: b\r\n c\r\n\r\n",
                                   ok + "a: b\r\n\tc\r\n\r\n",
                                   ok + "a b: c\r\n\r\n",
                                   ok + "a: b\0c\r\n\r\n"s,
                                   ok + "a: b\rc\r\n\r\n",
                                   ok + "a: b\r\r\n\r\n",
                                   ok + "\xc3\xa4: b\r\n\r\n",
                                   ok + "a: \x01\r\n\r\n",
                                   ok + "a: \x7f\r\n\r\n"}) {
    EXPECT_EQ(parse(bytes).status, Status::kRefused) << bytes;
  }
  std::string many = ok;
  for (int i = 0; i < 1001; ++i) many += "a: b\r\n";
  EXPECT_EQ(parse(many + "\r\n").status, Status::kRefused);
}

struct Framed {
  bool good = false;
  ResponseFraming framing;
};

Framed frame(const std::string& line, const std::string& fields, std::string_view method = "GET") {
  const std::string bytes = line + "\r\n" + fields + "\r\n";
  ResponseHead head(std::pmr::get_default_resource());
  ResponseParser parser;
  parser.begin();
  std::size_t length = 0;
  Framed framed;
  EXPECT_EQ(parser.parse(bytes, head, length), Status::kComplete) << bytes;
  framed.good = frame_response(head, method, framed.framing);
  return framed;
}

TEST(ResponseFraming, SaysWhereAnAnswerEnds) {
  using enum BodyFraming;
  struct Case {
    std::string line;
    std::string fields;
    std::string_view method;
    BodyFraming body;
    std::uint64_t length;
    bool keep_alive;
  };
  const std::string ok = "HTTP/1.1 200 OK";
  const std::string old = "HTTP/1.0 200 OK";
  const std::string length = "content-length: 5\r\n";
  const std::string chunked = "Transfer-Encoding: Chunked\r\n";
  const std::vector<Case> cases = {
      {ok, length, "GET", kLength, 5, true},
      {ok, "Content-Length: 0\r\n", "GET", kLength, 0, true},
      {ok, "content-length: 9000000000000\r\n", "GET", kLength, 9'000'000'000'000, true},
      {ok, chunked, "GET", kChunked, 0, true},
      {ok, "", "GET", kUntilClose, 0, false},
      {ok, length, "HEAD", kNone, 0, true},
      {ok, chunked, "HEAD", kNone, 0, true},
      {ok, "", "HEAD", kNone, 0, true},
      {"HTTP/1.1 204 No", length, "GET", kNone, 0, true},
      {"HTTP/1.1 304 Not", length, "GET", kNone, 0, true},
      {"HTTP/1.1 205 Reset", "", "GET", kUntilClose, 0, false},
      {ok, length + "connection: close\r\n", "GET", kLength, 5, false},
      {ok, length + "connection: x, Close\r\n", "GET", kLength, 5, false},
      {ok, length + "connection: closed\r\n", "GET", kLength, 5, true},
      {old, length, "GET", kLength, 5, false},
      {old, length + "connection: Keep-Alive\r\n", "GET", kLength, 5, true},
      {old, length + "connection: keep-alive\r\nconnection: close\r\n", "GET", kLength, 5, false},
      {old, "", "GET", kUntilClose, 0, false},
  };
  for (const Case& test : cases) {
    const Framed framed = frame(test.line, test.fields, test.method);
    SCOPED_TRACE(test.line + ' ' + test.fields);
    EXPECT_TRUE(framed.good);
    EXPECT_EQ(framed.framing.body, test.body);
    EXPECT_EQ(framed.framing.length, test.length);
    EXPECT_EQ(framed.framing.keep_alive, test.keep_alive);
  }
}

TEST(ResponseFraming, IsRefusedWhenItCanBeReadInTwoWays) {
  for (const std::string& fields :
       {"content-length: 5\r\ncontent-length: 5\r\n"s,
        "content-length: 5\r\ncontent-length: 6\r\n"s, "content-length: 5, 5\r\n"s,
        "content-length: +5\r\n"s, "content-length: -5\r\n"s, "content-length: 0x5\r\n"s,
        "content-length:\r\n"s, "content-length: 5 \x66\r\n"s,
        "content-length: 18446744073709551616\r\n"s,
        "content-length: 5\r\ntransfer-encoding: chunked\r\n"s,
        "transfer-encoding: chunked\r\ncontent-length: 5\r\n"s,
        "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n"s,
        "transfer-encoding: chunked, chunked\r\n"s, "transfer-encoding: gzip, chunked\r\n"s,
        "transfer-encoding: identity\r\n"s, "transfer-encoding:\r\n"s}) {
    EXPECT_FALSE(frame("HTTP/1.1 200 OK", fields).good) << fields;
    EXPECT_FALSE(frame("HTTP/1.1 204 No", fields).good) << fields;
    EXPECT_FALSE(frame("HTTP/1.1 200 OK", fields, "HEAD").good) << fields;
  }
  EXPECT_FALSE(frame("HTTP/1.0 200 OK", "transfer-encoding: chunked\r\n").good);
}

}  // namespace
}  // namespace barbacane::http::h1
