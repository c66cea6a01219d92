#include "malformed_requests.h"

namespace barbacane::integration {
namespace {

using namespace std::string_literals;
using enum MalformedRequest::After;
using Cases = std::vector<MalformedRequest>;

/// A request line and fields around one thing that is wrong.
std::string get(const std::string& line) { return line + "\r\nHost: a\r\n\r\n"; }
std::string field(const std::string& lines) {
  return "GET /hello HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n\r\n";
}
std::string post(const std::string& fields, const std::string& body) {
  return "POST /echo HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n\r\n" + body;
}
std::string chunked(const std::string& body) { return post("Transfer-Encoding: chunked", body); }

const std::string kHidden = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

Cases in_transfer_encoding() {
  const std::string body = "5\r\nhello\r\n0\r\n\r\n";
  const auto coded = [&](const std::string& field) { return post(field, body + kHidden); };
  return {
      {"xchunked", coded("Transfer-Encoding: xchunked"), 400, kClosed},
      {"chunked, identity", coded("Transfer-Encoding: chunked, identity"), 400, kClosed},
      {"identity, chunked", coded("Transfer-Encoding: identity, chunked"), 400, kClosed},
      {"gzip, chunked", coded("Transfer-Encoding: gzip, chunked"), 400, kClosed},
      {"chunked, gzip", coded("Transfer-Encoding: chunked, gzip"), 400, kClosed},
      {"chunked, chunked", coded("Transfer-Encoding: chunked, chunked"), 400, kClosed},
      {"two lines", coded("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), 400,
       kClosed},
      {"two lines, one odd", coded("Transfer-Encoding: chunked\r\nTransfer-Encoding: x"), 400,
       kClosed},
      {"identity", coded("Transfer-Encoding: identity"), 400, kClosed},
      {"gzip", coded("Transfer-Encoding: gzip"), 400, kClosed},
      {"empty", coded("Transfer-Encoding: "), 400, kClosed},
      {"quoted", coded("Transfer-Encoding: \"chunked\""), 400, kClosed},
      {"with a parameter", coded("Transfer-Encoding: chunked;q=1"), 400, kClosed},
      {"with a comma", coded("Transfer-Encoding: chunked,"), 400, kClosed},
      {"behind a vertical tab", coded("Transfer-Encoding: \vchunked"), 400, kClosed},
      {"behind a no-break space",
       coded("Transfer-Encoding: \xa0"
             "chunked"),
       400, kClosed},
      {"before a NUL", coded("Transfer-Encoding: chunked\0"s), 400, kClosed},
      {"space before the colon", coded("Transfer-Encoding : chunked"), 400, kClosed},
      {"on a folded line", coded("Transfer-Encoding:\r\n chunked"), 400, kClosed},
      {"folded into another field", coded("X-A: b\r\n Transfer-Encoding: chunked"), 400, kClosed},
      {"before a length", coded("Transfer-Encoding: chunked\r\nContent-Length: 4"), 400, kClosed},
      {"behind a length", coded("Content-Length: 4\r\nTransfer-Encoding: chunked"), 400, kClosed},
      {"with length 0", coded("Content-Length: 0\r\nTransfer-Encoding: chunked"), 400, kClosed},
      {"odd with a length", coded("Transfer-Encoding: xchunked\r\nContent-Length: 15"), 400,
       kClosed},
      {"in HTTP/1.0", "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body,
       400, kClosed},
      {"in HTTP/1.0 kept alive",
       "POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n" + body,
       400, kClosed},
      {"in capitals", post("TRANSFER-ENCODING: CHUNKED", body), 200, kOpen},
      {"in white space", post("Transfer-Encoding: \t chunked \t", body), 200, kOpen},
      {"with an underscore", post("Transfer_Encoding: chunked\r\nContent-Length: 5", "hello"), 200,
       kOpen},
  };
}

Cases in_content_length() {
  const auto length = [](const std::string& value) {
    return post("Content-Length: " + value, "hello" + kHidden);
  };
  return {
      {"plus", length("+5"), 400, kClosed},
      {"minus", length("-5"), 400, kClosed},
      {"list of equals", length("5, 5"), 400, kClosed},
      {"list of unequals", length("5, 6"), 400, kClosed},
      {"list without space", length("5,5"), 400, kClosed},
      {"two numbers", length("5 5"), 400, kClosed},
      {"hexadecimal", length("0x5"), 400, kClosed},
      {"decimal point", length("5.0"), 400, kClosed},
      {"exponent", length("5e0"), 400, kClosed},
      {"letters", length("five"), 400, kClosed},
      {"number and letters", length("5a"), 400, kClosed},
      {"empty", length(""), 400, kClosed},
      {"quoted", length("\"5\""), 400, kClosed},
      {"past 64 bits", length("18446744073709551621"), 400, kClosed},
      {"far past 64 bits", length("99999999999999999999999999999999"), 400, kClosed},
      {"behind a vertical tab", length("\v5"), 400, kClosed},
      {"before a NUL", length("5\0"s), 400, kClosed},
      {"equal lines", post("Content-Length: 5\r\nContent-Length: 5", "hello" + kHidden), 400,
       kClosed},
      {"unequal lines", post("Content-Length: 5\r\nContent-Length: 6", "hello" + kHidden), 400,
       kClosed},
      {"equal lines in other case", post("Content-Length: 5\r\ncontent-length: 5", "hello"), 400,
       kClosed},
      {"space before the colon", post("Content-Length : 5", "hello"), 400, kClosed},
      {"tab before the colon", post("Content-Length\t: 5", "hello"), 400, kClosed},
      {"on a folded line", post("Content-Length:\r\n 5", "hello"), 400, kClosed},
      {"in tabs", post("Content-Length:\t5\t", "hello"), 200, kOpen},
      {"with a leading zero", post("Content-Length: 05", "hello"), 200, kOpen},
      {"zero", post("Content-Length: 0", ""), 200, kOpen},
      {"none on POST", "POST /echo HTTP/1.1\r\nHost: a\r\n\r\n", 200, kOpen},
      {"on GET", "GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", 200, kOpen},
  };
}

Cases in_host() {
  const auto host = [](const std::string& value) {
    return "GET /hello HTTP/1.1\r\nHost: " + value + "\r\n\r\n";
  };
  return {
      {"missing", "GET /hello HTTP/1.1\r\n\r\n", 400, kClosed},
      {"missing with others", "GET /hello HTTP/1.1\r\nX-Host: a\r\n\r\n", 400, kClosed},
      {"twice", "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, kClosed},
      {"twice the same", "GET /hello HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, kClosed},
      {"twice in HTTP/1.0", "GET /hello HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400, kClosed},
      {"with a space", host("a b"), 400, kClosed},
      {"with a path", host("a/b"), 400, kClosed},
      {"with a user", host("user@a"), 400, kClosed},
      {"with a scheme", host("http://a"), 400, kClosed},
      {"with a port of letters", host("a:http"), 400, kClosed},
      {"with two ports", host("a:1:2"), 400, kClosed},
      {"with a long port", host("a:123456"), 400, kClosed},
      {"with an open bracket", host("[::1"), 400, kClosed},
      {"with letters behind the bracket", host("[::1]a"), 400, kClosed},
      {"with an empty bracket", host("[]"), 400, kClosed},
      {"with a question mark", host("a?b"), 400, kClosed},
      {"with a fragment", host("a#b"), 400, kClosed},
      {"with a backslash", host("a\\b"), 400, kClosed},
      {"with quotes", host("\"a\""), 400, kClosed},
      {"beyond ASCII", host("caf\xc3\xa9"), 400, kClosed},
      {"as an address", host("127.0.0.1:8080"), 200, kOpen},
      {"as an IPv6 address", host("[2001:db8::1]:8080"), 200, kOpen},
      {"with a port", host("api.example.test:443"), 200, kOpen},
      {"with an empty port", host("a:"), 200, kOpen},
      {"empty", host(""), 200, kOpen},
      {"absent in HTTP/1.0", "GET /hello HTTP/1.0\r\n\r\n", 200, kClosed},
  };
}

Cases in_the_request_line() {
  return {
      {"no version", get("GET /hello"), 400, kClosed},
      {"HTTP/0.9", "GET /hello\r\n\r\n", 400, kClosed},
      {"HTTP/1.2", get("GET /hello HTTP/1.2"), 400, kClosed},
      {"HTTP/2.0", get("GET /hello HTTP/2.0"), 400, kClosed},
      {"HTTP/3.0", get("GET /hello HTTP/3.0"), 400, kClosed},
      {"HTTP/0.1", get("GET /hello HTTP/0.1"), 400, kClosed},
      {"HTTP/11", get("GET /hello HTTP/11"), 400, kClosed},
      {"HTTP/1.10", get("GET /hello HTTP/1.10"), 400, kClosed},
      {"HTTP/01.1", get("GET /hello HTTP/01.1"), 400, kClosed},
      {"HTTP/1,1", get("GET /hello HTTP/1,1"), 400, kClosed},
      {"HTTP/1.", get("GET /hello HTTP/1."), 400, kClosed},
      {"http/1.1", get("GET /hello http/1.1"), 400, kClosed},
      {"HTTP /1.1", get("GET /hello HTTP /1.1"), 400, kClosed},
      {"XTTP/1.1", get("GET /hello XTTP/1.1"), 400, kClosed},
      {"a word behind the version", get("GET /hello HTTP/1.1 x"), 400, kClosed},
      {"a space behind the version", get("GET /hello HTTP/1.1 "), 400, kClosed},
      {"a tab behind the version", get("GET /hello HTTP/1.1\t"), 400, kClosed},
      {"two spaces before the target", get("GET  /hello HTTP/1.1"), 400, kClosed},
      {"two spaces behind the target", get("GET /hello  HTTP/1.1"), 400, kClosed},
      {"tabs between", get("GET\t/hello\tHTTP/1.1"), 400, kClosed},
      {"a space first", get(" GET /hello HTTP/1.1"), 400, kClosed},
      {"no method", get("/hello HTTP/1.1"), 400, kClosed},
      {"a method of punctuation", get("GE(T) /hello HTTP/1.1"), 400, kClosed},
      {"a method with a colon", get("GET: /hello HTTP/1.1"), 400, kClosed},
      {"a method beyond ASCII", get("G\xc3\x8bT /hello HTTP/1.1"), 400, kClosed},
      {"a NUL in the method", get("GE\0T /hello HTTP/1.1"s), 400, kClosed},
      {"bare LF behind the line", "GET /hello HTTP/1.1\nHost: a\r\n\r\n", 400, kClosed},
      {"bare LF everywhere", "GET /hello HTTP/1.1\nHost: a\n\n", 400, kClosed},
      {"bare CR behind the line", "GET /hello HTTP/1.1\rHost: a\r\n\r\n", 400, kClosed},
      {"two CR behind the line", "GET /hello HTTP/1.1\r\r\nHost: a\r\n\r\n", 400, kClosed},
      {"two empty lines first", "\r\n\r\n" + get("GET /hello HTTP/1.1"), 400, kClosed},
      {"an empty line of LF first", "\n" + get("GET /hello HTTP/1.1"), 400, kClosed},
      {"a TLS client hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, 400, kClosed},
      {"binary noise", "\x80\x81\x82\xff\xfe\r\n\r\n"s, 400, kClosed},
      {"a response", "HTTP/1.1 200 OK\r\nHost: a\r\n\r\n", 400, kClosed},
      {"one empty line first", "\r\n" + get("GET /hello HTTP/1.1"), 200, kOpen},
      {"a lowercase method", get("get /hello HTTP/1.1"), 405, kOpen},
      {"an unknown method", get("BREW /hello HTTP/1.1"), 405, kOpen},
      {"a method of token characters", get("!#$%&'*+-.^_`|~ /hello HTTP/1.1"), 405, kOpen},
      {"a very long method", get(std::string(5000, 'M') + " /hello HTTP/1.1"), 405, kOpen},
  };
}

Cases in_the_target() {
  const auto target = [](const std::string& text) { return get("GET " + text + " HTTP/1.1"); };
  return {
      {"empty", "GET  HTTP/1.1\r\nHost: a\r\n\r\n", 400, kClosed},
      {"without a slash", target("hello"), 400, kClosed},
      {"with a space", target("/hel lo"), 400, kClosed},
      {"with a tab", target("/hel\tlo"), 400, kClosed},
      {"with a NUL", target("/hel\0lo"s), 400, kClosed},
      {"with a control", target("/hel\x01lo"), 400, kClosed},
      {"with DEL", target("/hel\x7flo"), 400, kClosed},
      {"with a bare CR", target("/hel\rlo"), 400, kClosed},
      {"with raw UTF-8", target("/caf\xc3\xa9"), 400, kClosed},
      {"with raw bytes", target("/\xff\xfe"), 400, kClosed},
      {"with raw bytes in the query", target("/hello?q=\x80"), 400, kClosed},
      {"with a fragment", target("/hello#top"), 400, kClosed},
      {"with quotes", target("/hello?q=\"x\""), 400, kClosed},
      {"with angle brackets", target("/hello?<x>"), 400, kClosed},
      {"with a backslash", target("/hello\\x"), 400, kClosed},
      {"in authority form", get("CONNECT a:80 HTTP/1.1"), 400, kClosed},
      {"in authority form of GET", target("a:80"), 400, kClosed},
      {"an asterisk of GET", target("*"), 400, kClosed},
      {"another scheme", target("ftp://a/hello"), 400, kClosed},
      {"an absolute form without authority", target("http:///hello"), 400, kClosed},
      {"an absolute form with a user", target("http://user@a/hello"), 400, kClosed},
      {"an asterisk of OPTIONS", get("OPTIONS * HTTP/1.1"), 404, kOpen},
      {"in absolute form", target("http://a/hello"), 200, kOpen},
      {"in absolute form of another host", target("http://b:81/hello?x"), 200, kOpen},
      {"in absolute form in capitals", target("HTTP://A/hello"), 200, kOpen},
      {"in absolute form without a path", target("http://a"), 404, kOpen},
      {"with what browsers send raw", target("/hello?a[]=1|2&b={c}^`"), 200, kOpen},
      {"with broken escapes in the query", target("/hello?a=%&b=%zz"), 200, kOpen},
      {"with many slashes", target("///hello///"), 200, kOpen},
      {"with dot segments", target("/a/../hello"), 400, kOpen},
      {"with escaped dot segments", target("/%2e%2e/hello"), 400, kOpen},
      {"with an escaped NUL", target("/hello%00"), 400, kOpen},
  };
}

Cases in_fields() {
  return {
      {"space before the colon", field("X-A : b"), 400, kClosed},
      {"tab before the colon", field("X-A\t: b"), 400, kClosed},
      {"space in the name", field("X A: b"), 400, kClosed},
      {"no colon", field("X-A"), 400, kClosed},
      {"no name", field(": b"), 400, kClosed},
      {"a name of punctuation", field("X(A): b"), 400, kClosed},
      {"a name with a slash", field("X/A: b"), 400, kClosed},
      {"a name with quotes", field("\"X\": b"), 400, kClosed},
      {"a name beyond ASCII", field("X-\xc3\x84: b"), 400, kClosed},
      {"a NUL in the name", field("X\0A: b"s), 400, kClosed},
      {"a NUL in the value", field("X-A: b\0c"s), 400, kClosed},
      {"a control in the value",
       field("X-A: b\x01"
             "c"),
       400, kClosed},
      {"DEL in the value", field("X-A: b\x7f"), 400, kClosed},
      {"a bare CR in the value", field("X-A: b\rX-B: c"), 400, kClosed},
      {"a bare LF in the value", field("X-A: b\nX-B: c"), 400, kClosed},
      {"a bare LF and a length", post("X-A: b\nContent-Length: 5", "hello"), 400, kClosed},
      {"a bare CR and a coding", post("X-A: b\rTransfer-Encoding: chunked", "0\r\n\r\n"), 400,
       kClosed},
      {"a folded line", field("X-A: b\r\n c"), 400, kClosed},
      {"a line folded with a tab", field("X-A: b\r\n\tc"), 400, kClosed},
      {"a folded line without text", field("X-A: b\r\n "), 400, kClosed},
      {"a folded empty value", field("X-A:\r\n b"), 400, kClosed},
      {"a first line that is folded", "GET /hello HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n", 400,
       kClosed},
      {"two CR at the end", "GET /hello HTTP/1.1\r\nHost: a\r\r\n\r\n", 400, kClosed},
      {"an empty value", field("X-A:"), 200, kOpen},
      {"a value without space", field("X-A:b"), 200, kOpen},
      {"a value in tabs", field("X-A:\tb\tc\t"), 200, kOpen},
      {"a value beyond ASCII", field("X-A: caf\xc3\xa9 \xff"), 200, kOpen},
      {"a name of token characters", field("!#$%&'*+-.^_`|~: b"), 200, kOpen},
      {"a colon in the value", field("X-A: b: c"), 200, kOpen},
      {"an Expect nobody knows", field("Expect: miracles"), 200, kOpen},
      {"an Upgrade nobody wants", field("Connection: Upgrade\r\nUpgrade: h2c"), 200, kOpen},
  };
}

Cases in_chunks() {
  const std::string end = "0\r\n\r\n";
  const std::string good = "5\r\nhello\r\n";
  return {
      {"size of letters", chunked("g\r\nhello\r\n" + end), 400, kClosed},
      {"empty size", chunked("\r\nhello\r\n" + end), 400, kClosed},
      {"negative size", chunked("-5\r\nhello\r\n" + end), 400, kClosed},
      {"signed size", chunked("+5\r\nhello\r\n" + end), 400, kClosed},
      {"size with 0x", chunked("0x5\r\nhello\r\n" + end), 400, kClosed},
      {"space before the size", chunked(" 5\r\nhello\r\n" + end), 400, kClosed},
      {"two sizes", chunked("5 5\r\nhello\r\n" + end), 400, kClosed},
      {"size past 64 bits", chunked("10000000000000005\r\nhello\r\n" + end), 400, kClosed},
      {"size far past 64 bits", chunked(std::string(40, 'F') + "\r\nhello"), 400, kClosed},
      {"size line of LF", chunked("5\nhello\r\n" + end), 400, kClosed},
      {"size line of CR", chunked("5\rhello\r\n" + end), 400, kClosed},
      {"data longer than its size", chunked("5\r\nhello!\r\n" + end), 400, kClosed},
      {"data ended by LF", chunked("5\r\nhello\n" + end), 400, kClosed},
      {"data ended by CR", chunked("5\r\nhello\r0\r\n\r\n"), 400, kClosed},
      {"no line break behind data", chunked("5\r\nhello" + end), 400, kClosed},
      {"last chunk of LF", chunked(good + "0\n\n"), 400, kClosed},
      {"LF in an extension", chunked("5;a\nb\r\nhello\r\n" + end), 400, kClosed},
      {"CR in an extension", chunked("5;a\rb\r\nhello\r\n" + end), 400, kClosed},
      {"NUL in an extension", chunked("5;a\0\r\nhello\r\n"s + end), 400, kClosed},
      {"an unclosed quote in an extension", chunked("5;a=\"b\r\nhello\r\n" + end), 400, kClosed},
      {"a trailer without a colon", chunked(good + "0\r\nX-A\r\n\r\n"), 400, kClosed},
      {"a trailer with a space in its name", chunked(good + "0\r\nX A: b\r\n\r\n"), 400, kClosed},
      {"a trailer ended by LF", chunked(good + "0\r\nX-A: b\n\r\n"), 400, kClosed},
      {"a folded trailer", chunked(good + "0\r\nX-A: b\r\n c\r\n\r\n"), 400, kClosed},
      {"a request for a trailer", chunked(good + "0\r\n" + kHidden), 400, kClosed},
      {"a trailer that speaks of a length", chunked(good + "0\r\nContent-Length: 9\r\n\r\n"), 400,
       kClosed},
      {"a trailer that speaks of a coding",
       chunked(good + "0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400, kClosed},
      {"nothing but the end", chunked(end), 200, kOpen},
      {"sizes of either case", chunked("a\r\n0123456789\r\nA\r\n0123456789\r\n" + end), 200, kOpen},
      {"size with leading zeros", chunked("0005\r\nhello\r\n" + end), 200, kOpen},
      {"last chunk of several zeros", chunked(good + "000\r\n\r\n"), 200, kOpen},
      {"an extension", chunked("5;a\r\nhello\r\n0;b=c\r\n\r\n"), 200, kOpen},
      {"a quoted extension", chunked("5;a=\"b\\\"c;\"\r\nhello\r\n" + end), 200, kOpen},
      {"trailers", chunked(good + "0\r\nX-A: b\r\nX-C: d\r\n\r\n"), 200, kOpen},
  };
}

}  // namespace

const std::vector<MalformedRequests>& malformed_requests() {
  static const std::vector<MalformedRequests> all = {
      {"TransferEncoding", in_transfer_encoding()},
      {"ContentLength", in_content_length()},
      {"Host", in_host()},
      {"TheRequestLine", in_the_request_line()},
      {"TheTarget", in_the_target()},
      {"Fields", in_fields()},
      {"Chunks", in_chunks()},
  };
  return all;
}

std::string hidden_request() { return kHidden; }

}  // namespace barbacane::integration
