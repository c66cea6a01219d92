// http-upstream: what of a request reaches the upstream and what of its answer reaches the client
// (plugins contract, 2.2; data-plane contract, 4.4 and 8).
#include "testkit/upstream.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json_body.h"
#include "proxy.h"
#include "testkit/error.h"

namespace barbacane::integration {
namespace {

using namespace std::string_literals;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using testkit::answer;
using testkit::answer_in_chunks;
using testkit::close;
using testkit::Connection;
using testkit::echo;
using testkit::GatewayOptions;
using testkit::interim;
using testkit::pattern;
using testkit::ReceivedRequest;
using testkit::RequestBuilder;
using testkit::Response;
using testkit::Script;
using testkit::send;
using testkit::SpecBuilder;
using testkit::TestGateway;
using testkit::Upstream;

std::string quoted(const std::string& text) { return '"' + text + '"'; }

class ProxyTest : public testing::Test {
 protected:
  ReceivedRequest last_request() { return upstream_.requests().back(); }

  Upstream upstream_;
  TestGateway gateway_{proxy_spec(upstream_.url()), proxy_options()};
};

TEST_F(ProxyTest, AsksTheUpstreamByTheSameMethod) {
  upstream_.otherwise({answer(200, "here", {{"content-type", "text/plain"}})});
  Connection client = gateway_.connect();
  for (const char* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}) {
    const Response response = client.request(RequestBuilder(method, "/x"));
    EXPECT_EQ(response.status, 200) << method;
    EXPECT_EQ(response.body, method == "HEAD"s ? "" : "here");
    EXPECT_EQ(response.header("content-length"), "4") << method;
    EXPECT_EQ(last_request().method, method);
  }
}

TEST_F(ProxyTest, AsksForTheTargetAsItCame) {
  upstream_.otherwise({answer(200)});
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"/a", "/a"},
      {"/a/b?c=d&c=e", "/a/b?c=d&c=e"},
      {"/a?", "/a"},
      {"/a%2Fb/caf%C3%A9", "/a%2Fb/caf%C3%A9"},
      {"/a%2fb", "/a%2fb"},
      {"/a//b///", "/a//b///"},
      {"/a?q=%&r=%zz&s=[1]|{x}^`", "/a?q=%&r=%zz&s=[1]|{x}^`"},
      {"/a?b=?c&/..", "/a?b=?c&/.."},
      {"/;v=1/a:b@c!$&'()*+,=~", "/;v=1/a:b@c!$&'()*+,=~"},
      {"http://elsewhere.example/a?b", "/a?b"},
      {"/" + std::string(4000, 'p') + "?" + std::string(4000, 'q'),
       "/" + std::string(4000, 'p') + "?" + std::string(4000, 'q')},
  };
  Connection client = gateway_.connect();
  for (const auto& [asked, reached] : cases) {
    EXPECT_EQ(client.get(asked).status, 200) << asked;
    EXPECT_EQ(last_request().target, reached);
  }
}

TEST(ProxyPaths, AreMadeOfTheTemplate) {
  Upstream upstream;
  upstream.otherwise({answer(200)});
  SpecBuilder spec;
  const auto route = [&](const char* path, const std::string& config) {
    spec.operation("GET", path).dispatch("http-upstream", config);
  };
  route("/plain", R"({"url": ")" + upstream.url("/base/v1//") + "\"}");
  route("/users/{id}/posts/{post}",
        R"({"url": ")" + upstream.url("/v1/") + R"(", "path": "/people/{id}/p/{post}.json"})");
  route("/files/{rest+}", R"({"url": ")" + upstream.url() + R"(", "path": "store/{rest}"})");
  route("/joined/{a}/{b}", R"({"url": ")" + upstream.url() + R"(", "path": "/{a}{b}"})");
  route("/literal/{a}", R"({"url": ")" + upstream.url() + R"(", "path": "/x/{unknown}/{a}"})");
  const TestGateway gateway(spec.text(), proxy_options());

  struct Case {
    std::string asked;
    std::string reached;  ///< empty: refused with 400
  };
  const std::vector<Case> cases = {
      {"/plain", "/base/v1/plain"},
      {"/plain?a=b", "/base/v1/plain?a=b"},
      {"/users/7/posts/8", "/v1/people/7/p/8.json"},
      {"/users/7/posts/8?full=1", "/v1/people/7/p/8.json?full=1"},
      {"/users/a%20b/posts/%c3%a9", "/v1/people/a%20b/p/%C3%A9.json"},
      {"/users/a%2Fb/posts/x", "/v1/people/a%2Fb/p/x.json"},
      {"/users/a%3Fb%23c/posts/x%26y=z", "/v1/people/a%3Fb%23c/p/x%26y%3Dz.json"},
      {"/users/a%25b/posts/%5c", "/v1/people/a%25b/p/%5C.json"},
      {"/users/a:%20b@c/posts/1", "/v1/people/a%3A%20b%40c/p/1.json"},
      {"/users/%2e%2e/posts/1", ""},
      {"/users/a%2f%2e%2e%2fb/posts/1", ""},
      {"/users/a%5c..%5cb/posts/1", ""},
      {"/users/../posts/1", ""},
      {"/files/a/b/c.txt", "/store/a/b/c.txt"},
      {"/files/a%20b/%3f", "/store/a%20b/%3F"},
      {"/files/a/./b", ""},
      {"/files/a/%2e%2e/b", ""},
      {"/files/a%2f..%2fb", ""},
      {"/joined/a/b", "/ab"},
      {"/joined/a./.b", "/a..b"},
      {"/literal/1", "/x/{unknown}/1"},
  };
  Connection client = gateway.connect();
  for (const Case& test : cases) {
    const std::size_t before = upstream.requests().size();
    const Response response = client.get(test.asked);
    if (test.reached.empty()) {
      EXPECT_EQ(response.status, 400) << test.asked;
      EXPECT_EQ(problem_type(response), "bad-request") << test.asked;
      EXPECT_EQ(upstream.requests().size(), before) << test.asked;
    } else {
      EXPECT_EQ(response.status, 200) << test.asked;
      ASSERT_EQ(upstream.requests().size(), before + 1) << test.asked;
      // What a template says for itself may be escaped or not: it means the same.
      std::string target = upstream.requests().back().target;
      for (const auto& [escape, text] : {std::pair("%7B", "{"), std::pair("%7D", "}")}) {
        const std::size_t at = target.find(escape);
        if (at != std::string::npos) target.replace(at, 3, text);
      }
      EXPECT_EQ(target, test.reached);
    }
  }
}

// ---- fields ---------------------------------------------------------------------------------

TEST_F(ProxyTest, PassesFieldsOfTheRequestOn) {
  upstream_.otherwise({answer(200)});
  struct Case {
    std::string lines;
    std::string name;                 ///< of the field looked at
    std::vector<std::string> values;  ///< that reach the upstream
  };
  const std::vector<Case> cases = {
      {"X-Odd-Case: one", "x-odd-case", {"one"}},
      {"X-Empty:", "x-empty", {""}},
      {"X-Twice: a\r\nX-Other: -\r\nx-twice: b", "x-twice", {"a", "b"}},
      {"X-Bytes: caf\xc3\xa9 \xff", "x-bytes", {"caf\xc3\xa9 \xff"}},
      {"Authorization: Bearer abc", "authorization", {"Bearer abc"}},
      {"Cookie: a=b; c=d", "cookie", {"a=b; c=d"}},
      {"Accept-Encoding: gzip, br", "accept-encoding", {"gzip, br"}},
      {"Range: bytes=0-1", "range", {"bytes=0-1"}},
      {"User-Agent: test/1", "user-agent", {"test/1"}},
      {"Forwarded: for=192.0.2.1", "forwarded", {"for=192.0.2.1"}},
      {"Connection: keep-alive", "connection", {}},
      {"Connection: x-mine, keep-alive\r\nX-Mine: 1", "x-mine", {}},
      {"Connection: X-MINE\r\nx-mine: 1", "x-mine", {}},
      {"Connection: x-one\r\nConnection: x-two\r\nX-Two: 1", "x-two", {}},
      {"Connection: authorization\r\nAuthorization: x", "authorization", {}},
      {"Connection: cookie\r\nCookie: a=b", "cookie", {}},
      {"KEEP-ALIVE: timeout=5", "keep-alive", {}},
      {"Proxy-Connection: keep-alive", "proxy-connection", {}},
      {"Proxy-Authorization: Basic eDp5", "proxy-authorization", {}},
      {"TE: trailers", "te", {}},
      {"Trailer: x-sum", "trailer", {}},
      {"Upgrade: h2c\r\nConnection: upgrade, http2-settings\r\nHTTP2-Settings: AAMAAABk",
       "upgrade",
       {}},
      {"Upgrade: h2c\r\nConnection: upgrade, http2-settings\r\nHTTP2-Settings: AAMAAABk",
       "http2-settings",
       {}},
      {"X-Auth-Sub: root", "x-auth-sub", {}},
      {"x-AUTH-consumer-groups: admin", "x-auth-consumer-groups", {}},
      {"X-Forwarded-For: 192.0.2.9", "x-forwarded-for", {"127.0.0.1"}},
      {"X-Forwarded-Proto: https", "x-forwarded-proto", {"http"}},
      {"X-Forwarded-Host: evil.example", "x-forwarded-host", {"client.example:81"}},
      {"X-Request-Id: from-the-client", "x-request-id", {"from-the-client"}},
      {"Expect: 100-continue", "expect", {}},
      {"Content-Length: 0", "content-length", {"0"}},
  };
  Connection client = gateway_.connect();
  for (const Case& test : cases) {
    client.send("POST /x HTTP/1.1\r\nHost: client.example:81\r\n" + test.lines + "\r\n\r\n");
    ASSERT_EQ(client.read("POST").status, 200) << test.lines;
    const ReceivedRequest reached = last_request();
    std::vector<std::string> values;
    for (const auto& [name, value] : reached.headers) {
      if (testkit::field_count({{name, value}}, test.name) > 0) values.push_back(value);
    }
    EXPECT_EQ(values, test.values) << test.lines << "\n\n" << reached.head;
    EXPECT_EQ(reached.count("host"), 1);
    EXPECT_EQ(reached.header("host"), "127.0.0.1:" + std::to_string(upstream_.port()));
    EXPECT_FALSE(reached.has("transfer-encoding"));
  }
}

TEST_F(ProxyTest, TellsTheUpstreamWhoAsks) {
  upstream_.otherwise({answer(200)});
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const Response response = gateway_.request(
      RequestBuilder("GET", "/x").header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01"));
  const ReceivedRequest reached = last_request();
  EXPECT_EQ(reached.header("x-forwarded-host"), "localhost");
  EXPECT_EQ(reached.header("x-request-id"), response.header("x-request-id"));
  EXPECT_THAT(reached.header("x-request-id"),
              MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_THAT(reached.header("traceparent"), MatchesRegex("00-" + trace + "-[0-9a-f]{16}-01"));
  EXPECT_THAT(reached.header("traceparent"), Not(testing::HasSubstr("00f067aa0ba902b7")));
  EXPECT_EQ(response.header("x-trace-id"), trace);
}

TEST(ProxyFields, FollowTrustedProxies) {
  Upstream upstream;
  upstream.otherwise({answer(200)});
  const TestGateway gateway(proxy_spec(upstream.url()),
                            proxy_options({"--trusted-proxies", "127.0.0.0/8"}));
  gateway.request(RequestBuilder("GET", "/x")
                      .header("x-forwarded-for", "192.0.2.9")
                      .header("x-forwarded-proto", "https"));
  EXPECT_EQ(upstream.requests().back().header("x-forwarded-for"), "192.0.2.9, 127.0.0.1");
  EXPECT_EQ(upstream.requests().back().header("x-forwarded-proto"), "https");
}

TEST(ProxyFields, OfTheConfigReplaceTheClients) {
  Upstream upstream;
  upstream.otherwise({answer(200)});
  testkit::TempDirectory directory;
  const std::string file = directory.write("token", "from-a-file-5f2c\n");
  GatewayOptions options = proxy_options({"--log-level", "trace"});
  options.environment["BARBACANE_SECRETS_DIR"] = directory.path().string();
  options.environment["UPSTREAM_KEY"] = "from-the-environment-9a1b";
  const TestGateway gateway(
      proxy_spec(upstream.url(),
                 R"("headers": {"X-Api-Key": "env://UPSTREAM_KEY", "x-token": "file://)" + file +
                     R"(", "X-Fixed": " some text ", "user-agent": "gateway"})"),
      options);
  Connection client = gateway.connect();
  const Response response = client.request(RequestBuilder("GET", "/x")
                                               .header("x-api-key", "the client's")
                                               .header("X-FIXED", "the client's")
                                               .header("User-Agent", "curl"));
  const ReceivedRequest reached = upstream.requests().back();
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"x-api-key", "from-the-environment-9a1b"},
                                                        {"x-token", "from-a-file-5f2c"},
                                                        {"x-fixed", "some text"},
                                                        {"user-agent", "gateway"}}) {
    EXPECT_EQ(reached.header(name), value);
    EXPECT_EQ(reached.count(name), 1) << name;
  }
  upstream.kill();
  const Response failure = client.get("/x");
  EXPECT_EQ(failure.status, 502);
  ASSERT_TRUE(gateway.wait_for_log("dispatch_error", seconds(5)));
  for (const std::string& text : {gateway.log(), gateway.standard_error(), failure.body}) {
    EXPECT_THAT(text, Not(testing::HasSubstr("9a1b")));
    EXPECT_THAT(text, Not(testing::HasSubstr("5f2c")));
  }
}

TEST_F(ProxyTest, PassesFieldsOfTheAnswerOn) {
  struct Case {
    std::string lines;
    std::string name;
    std::vector<std::string> values;  ///< that reach the client
  };
  const std::string version = gateway_.get("/nothing").header("server");
  ASSERT_THAT(version, StartsWith("barbacane/"));
  const std::vector<Case> cases = {
      {"X-Odd-Case: one", "x-odd-case", {"one"}},
      {"Content-Type: text/x", "content-type", {"text/x"}},
      {"Set-Cookie: a=b\r\nX-A: 1\r\nset-cookie: c=d", "set-cookie", {"a=b", "c=d"}},
      {"WWW-Authenticate: Basic\r\nWWW-Authenticate: Bearer",
       "www-authenticate",
       {"Basic", "Bearer"}},
      {"Location: http://inner/", "location", {"http://inner/"}},
      {"ETag: \"x\"", "etag", {"\"x\""}},
      {"X-Empty:", "x-empty", {""}},
      {"X-Bytes: caf\xc3\xa9 \xff", "x-bytes", {"caf\xc3\xa9 \xff"}},
      {"Via: 1.1 inner", "via", {"1.1 inner"}},
      {"Server: nginx/1.2.3", "server", {version}},
      {"SERVER: nginx/1.2.3\r\nsErVeR: again", "server", {version}},
      {"X-Frame-Options: SAMEORIGIN", "x-frame-options", {"DENY"}},
      {"X-Content-Type-Options: none", "x-content-type-options", {"nosniff"}},
      {"X-Request-Id: theirs", "x-request-id", {"ours"}},
      {"Connection: keep-alive\r\nKeep-Alive: timeout=5", "keep-alive", {}},
      {"Connection: keep-alive", "connection", {}},
      {"Connection: close", "connection", {}},
      {"Connection: x-mine\r\nX-Mine: 1", "x-mine", {}},
      {"Connection: Close, X-Mine\r\nx-mine: 1", "x-mine", {}},
      {"Connection: x-one\r\nConnection: x-two\r\nX-One: 1", "x-one", {}},
      {"Proxy-Authenticate: Basic", "proxy-authenticate", {}},
      {"Proxy-Connection: keep-alive", "proxy-connection", {}},
      {"TE: trailers", "te", {}},
      {"Trailer: x-sum", "trailer", {}},
      {"Upgrade: h2", "upgrade", {}},
  };
  Connection client = gateway_.connect();
  for (const Case& test : cases) {
    upstream_.once("/x",
                   {send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n" + test.lines + "\r\n\r\nok")});
    const Response response =
        client.request(RequestBuilder("GET", "/x").header("x-request-id", "ours"));
    EXPECT_EQ(response.body, "ok") << test.lines;
    std::vector<std::string> values;
    for (const auto& [name, value] : response.headers) {
      if (testkit::field_count({{name, value}}, test.name) > 0) values.push_back(value);
    }
    EXPECT_EQ(values, test.values) << test.lines;
    EXPECT_EQ(response.count("date"), 1);
    EXPECT_EQ(response.count("content-length"), 1);
  }
}

TEST_F(ProxyTest, PassesEveryStatusOn) {
  Connection client = gateway_.connect();
  for (const int status : {200, 201, 202, 203, 206, 226, 299, 300, 301, 302, 303, 307, 308,
                           400, 401, 402, 403, 404, 405, 407, 408, 409, 413, 418, 421, 426,
                           429, 431, 451, 500, 501, 502, 503, 504, 507, 511, 599}) {
    upstream_.once("/x", {answer(status, "said so", {{"location", "/elsewhere"}})});
    const Response response = client.get("/x");
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(response.body, "said so") << status;
    EXPECT_EQ(response.header("location"), "/elsewhere") << "redirects are the client's";
  }
  EXPECT_EQ(upstream_.accepted(), 1u);
}

// ---- framing --------------------------------------------------------------------------------

TEST_F(ProxyTest, PassesAnswersOnHoweverTheyAreFramed) {
  const std::string all_bytes = [] {
    std::string bytes;
    for (int i = 0; i < 512; ++i) bytes += static_cast<char>(i);
    return bytes;
  }();
  struct Case {
    std::string name;
    std::string method;
    Script script;
    int status;
    std::string body;
    std::string length;  ///< the client is told; empty: none
  };
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const std::vector<Case> cases = {
      {"length", "GET", {answer(200, "hello")}, 200, "hello", "5"},
      {"length 0", "GET", {answer(200)}, 200, "", "0"},
      {"chunks", "GET", {answer_in_chunks(200, {"hel", "lo"})}, 200, "hello", ""},
      {"no chunk", "GET", {answer_in_chunks(200, {})}, 200, "", ""},
      {"all bytes", "GET", {answer(200, all_bytes)}, 200, all_bytes, "512"},
      {"all bytes in chunks", "GET", {answer_in_chunks(200, {all_bytes})}, 200, all_bytes, ""},
      {"until close", "GET", {send(ok + "\r\nhello"), close()}, 200, "hello", ""},
      {"nothing until close", "GET", {send(ok + "\r\n"), close()}, 200, "", ""},
      {"HTTP/1.0 until close",
       "GET",
       {send("HTTP/1.0 200 OK\r\n\r\nhello"), close()},
       200,
       "hello",
       ""},
      {"HTTP/1.0 with a length",
       "GET",
       {send("HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\nhello"), close()},
       200,
       "hello",
       "5"},
      {"HTTP/1.0 kept alive",
       "GET",
       {send("HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 5\r\n\r\nhello")},
       200,
       "hello",
       "5"},
      {"HEAD with a length", "HEAD", {answer(200, "hello")}, 200, "", "5"},
      {"HEAD of chunks", "HEAD", {answer_in_chunks(200, {"hello"})}, 200, "", ""},
      {"HEAD of nothing", "HEAD", {send(ok + "\r\n")}, 200, "", ""},
      {"204", "GET", {answer(204)}, 204, "", ""},
      {"204 to a DELETE", "DELETE", {answer(204)}, 204, "", ""},
      {"205", "GET", {answer(205)}, 205, "", "0"},
      {"304", "GET", {answer(304, "", {{"etag", "\"x\""}})}, 304, "", ""},
      {"304 with a length", "GET", {answer(304, "", {{"content-length", "77"}})}, 304, "", ""},
      {"error with a body", "GET", {answer(500, "broken")}, 500, "broken", "6"},
  };
  Connection client = gateway_.connect();
  for (const Case& test : cases) {
    SCOPED_TRACE(test.name);
    upstream_.once("/x", test.script);
    const Response response = client.request(RequestBuilder(test.method, "/x"));
    EXPECT_EQ(response.status, test.status);
    EXPECT_EQ(response.body, test.body);
    EXPECT_EQ(response.header("content-length"), test.length);
  }
  EXPECT_EQ(client.get("/gone").status, 404) << "the connection is in step";
}

TEST_F(ProxyTest, AnswersClientsOfHttp10) {
  upstream_.script("/length", {answer(200, "hello")});
  upstream_.script("/chunks", {interim(103), answer_in_chunks(200, {"hel", "lo"}, {}, {"x-t: 1"})});
  for (const char* path : {"/length", "/chunks"}) {
    Connection client = gateway_.connect();
    client.send("GET "s + path + " HTTP/1.0\r\n\r\n");
    const std::string bytes = client.read_to_end();
    EXPECT_THAT(bytes, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(bytes, testing::EndsWith("\r\n\r\nhello"));
    EXPECT_THAT(bytes, Not(testing::HasSubstr("transfer-encoding")));
    EXPECT_EQ(last_request().version, "HTTP/1.1");
    EXPECT_EQ(last_request().header("x-forwarded-host"), "");
  }
}

TEST_F(ProxyTest, SendsBodiesInTheFramingOfTheClient) {
  upstream_.otherwise({answer(200)});
  struct Case {
    std::string name;
    RequestBuilder request;
    std::string body;
    std::string length;
    std::string encoding;
  };
  const std::string large = pattern(0, 300'000);
  const std::vector<Case> cases = {
      {"none", RequestBuilder("POST", "/x"), "", "", ""},
      {"length", RequestBuilder("POST", "/x").body("hello"), "hello", "5", ""},
      {"length 0", RequestBuilder("POST", "/x").header("content-length", "0"), "", "0", ""},
      {"chunks", RequestBuilder("PUT", "/x").chunks({"hel", "lo"}), "hello", "", "chunked"},
      {"no chunk", RequestBuilder("PUT", "/x").chunks({}), "", "0", ""},
      {"of a GET", RequestBuilder("GET", "/x").body("hello"), "hello", "5", ""},
      {"of a DELETE", RequestBuilder("DELETE", "/x").chunks({"hello"}), "hello", "", "chunked"},
      {"binary", RequestBuilder("POST", "/x").body("\0\r\n\r\n\xff"s), "\0\r\n\r\n\xff"s, "6", ""},
      {"large", RequestBuilder("POST", "/x").body(large), large, "300000", ""},
      {"large chunk", RequestBuilder("POST", "/x").chunks({large}), large, "", "chunked"},
      {"expected", RequestBuilder("POST", "/x").header("expect", "100-continue").body("hello"),
       "hello", "5", ""},
  };
  Connection client = gateway_.connect();
  for (const Case& test : cases) {
    SCOPED_TRACE(test.name);
    client.send(test.request.bytes());
    Response response = client.read(test.request.method());
    if (response.status == 100) response = client.read(test.request.method());
    EXPECT_EQ(response.status, 200);
    const ReceivedRequest reached = last_request();
    EXPECT_TRUE(reached.complete);
    EXPECT_TRUE(reached.body == test.body) << reached.body_size;
    EXPECT_EQ(reached.header("content-length"), test.length);
    EXPECT_EQ(reached.header("transfer-encoding"), test.encoding);
  }
  EXPECT_EQ(upstream_.accepted(), 1u) << "the connections are in step";
}

TEST_F(ProxyTest, PassesTrailersOnBothWays) {
  upstream_.otherwise(
      {answer_in_chunks(200, {"body"}, {{"trailer", "x-sum"}},
                        {"X-Sum: 7", "x-sum: 8", "Server: nginx", "Connection: close",
                         "X-Request-Id: theirs", "Set-Cookie: a=b"})});
  Connection client = gateway_.connect();
  const Response response = client.request(
      RequestBuilder("POST", "/x")
          .chunks({"up"}, {"X-Up: 1", "X-Auth-Sub: root", "Authorization: Bearer x",
                           "X-Forwarded-For: 1.2.3.4", "Connection: close", "x-up: 2"}));
  using Pair = std::pair<std::string, std::string>;
  EXPECT_THAT(response.trailers, ElementsAre(Pair("X-Sum", "7"), Pair("x-sum", "8")));
  EXPECT_THAT(last_request().trailers, ElementsAre(Pair("X-Up", "1"), Pair("x-up", "2")));
  // A body with a length has no room for them.
  EXPECT_EQ(client.get("/x").body, "body");
}

TEST_F(ProxyTest, PassesInterimAnswersOnExceptContinue) {
  upstream_.script("/x", {interim(100), interim(102),
                          interim(103, {{"Link", "</style.css>"},
                                        {"Server", "nginx"},
                                        {"X-Trace-Id", "theirs"},
                                        {"Connection", "x-hop"},
                                        {"X-Hop", "1"}}),
                          answer(200, "done")});
  Connection client = gateway_.connect();
  client.send(RequestBuilder("POST", "/x")
                  .header("expect", "100-continue")
                  .header("content-length", "5")
                  .head());
  EXPECT_EQ(client.read("POST").status, 100) << "the gateway's own";
  client.send("hello");
  EXPECT_EQ(client.read("POST").status, 102);
  const Response hints = client.read("POST");
  EXPECT_EQ(hints.status, 103);
  EXPECT_THAT(hints.headers, ElementsAre(std::pair("Link"s, "</style.css>"s)));
  const Response response = client.read("POST");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "done");
  EXPECT_EQ(client.get("/other").status, 404);
}

TEST_F(ProxyTest, AsksForABodyOnlyWhenItWantsIt) {
  const TestGateway small(proxy_spec(upstream_.url()), proxy_options({"--max-body-size", "1000"}));
  Connection client = small.connect();
  client.send(RequestBuilder("POST", "/x")
                  .header("expect", "100-continue")
                  .header("content-length", "1001")
                  .head());
  EXPECT_EQ(client.read("POST").status, 413);
  EXPECT_THAT(upstream_.requests(), IsEmpty());
}

TEST_F(ProxyTest, KeepsBodiesOfEverySizeWhole) {
  const TestGateway gateway(proxy_spec(upstream_.url()),
                            proxy_options({"--max-body-size", "8000000"}));
  upstream_.otherwise({echo()});
  Connection client(gateway.port(), seconds(30));
  for (const std::size_t size : {1u, 100u, 4'095u, 8'192u, 8'193u, 10'000u, 16'384u, 65'535u,
                                 65'536u, 65'537u, 100'000u, 1'048'577u, 5'000'000u}) {
    const std::string body = pattern(size, size);
    // Sent and read at once: what is echoed comes before all was sent.
    std::thread writer([&] {
      try {
        client.stream().send(RequestBuilder("POST", "/x").body(body).bytes());
      } catch (const testkit::TestkitError& error) {
        ADD_FAILURE() << error.what();
      }
    });
    const Response response = client.read("POST");
    writer.join();
    EXPECT_TRUE(response.body == body) << size << " became " << response.body.size();
    EXPECT_TRUE(last_request().body == body) << size;
  }
  EXPECT_EQ(upstream_.accepted(), 1u);
}

// ---- bodies that are checked first ------------------------------------------------------------

TEST(ProxyBodies, ArriveWholeAfterTheyWereChecked) {
  Upstream upstream;
  upstream.otherwise({answer(200, "taken")});
  SpecBuilder spec;
  spec.operation("POST", "/json")
      .member("requestBody", R"({"required": true, "content": {"application/json": {"schema":
          {"type": "object", "required": ["name"]}}}})")
      .dispatch("http-upstream", R"({"url": )" + quoted(upstream.url()) + "}");
  spec.operation("POST", "/form")
      .member("requestBody", R"({"required": true, "content": {"multipart/form-data": {"schema":
          {"type": "object", "required": ["file"],
           "properties": {"file": {"type": "string"}}}}}})")
      .dispatch("http-upstream", R"({"url": )" + quoted(upstream.url()) + "}");
  const TestGateway gateway(spec.text(), proxy_options({"--max-body-size", "2000000"}));
  Connection client(gateway.port(), seconds(30));

  for (const std::size_t size : {10u, 10'000u, 70'000u, 900'000u}) {
    const std::string json = R"({"name": ")" + pattern(0, size) + "\"}";
    for (const bool chunked : {false, true}) {
      RequestBuilder request("POST", "/json");
      request.header("content-type", "application/json");
      chunked ? request.chunks({json.substr(0, 7), json.substr(7)}) : request.body(json);
      EXPECT_EQ(client.request(request).body, "taken") << size;
      EXPECT_TRUE(upstream.requests().back().body == json) << size;
      EXPECT_EQ(upstream.requests().back().header("content-length"), std::to_string(json.size()));
    }
    const std::string form =
        "--limit\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n" +
        pattern(0, size) + "\r\n--limit--\r\n";
    const Response response =
        client.request(RequestBuilder("POST", "/form")
                           .header("content-type", "multipart/form-data; boundary=limit")
                           .chunks({form}));
    EXPECT_EQ(response.body, "taken") << size;
    EXPECT_TRUE(upstream.requests().back().body == form) << size;
    EXPECT_EQ(upstream.requests().back().header("content-length"), std::to_string(form.size()));
  }
  const std::size_t before = upstream.requests().size();
  EXPECT_EQ(
      client
          .request(
              RequestBuilder("POST", "/json").header("content-type", "application/json").body("{}"))
          .status,
      400);
  EXPECT_EQ(upstream.requests().size(), before) << "what is refused never leaves";
}

}  // namespace
}  // namespace barbacane::integration
