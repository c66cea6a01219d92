// One HTTP/2 connection against a client that behaves, and against one that does not.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/detail/test_server.h"
#include "http/h2/detail/test_client.h"

namespace barbacane::http::h2 {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Ge;
using testing::Le;
using testing::Not;
using testing::Pair;
using testing::StartsWith;
using Fields = TestClient::Fields;
using Last = TestClient::Last;

// Error codes of RFC 9113, section 7.
constexpr std::uint32_t kNoError = 0;
constexpr std::uint32_t kProtocolError = 1;
constexpr std::uint32_t kInternalError = 2;
constexpr std::uint32_t kRefusedStream = 7;
constexpr std::uint32_t kCancel = 8;
constexpr std::uint32_t kCompressionError = 9;

net::Task<> answer_path(Exchange& exchange) {
  Response response(exchange.arena());
  response.body = exchange.request().path;
  exchange.respond(response);
  co_return;
}

net::Task<> echo(Exchange& exchange) {
  const auto body = co_await exchange.read_body(1 << 20);
  Response response(exchange.arena());
  if (body) {
    response.body = *body;
  } else {
    response.status = 400 + static_cast<int>(body.error());
  }
  exchange.respond(response);
}

net::Task<> stream_back(Exchange& exchange) {
  Response response(exchange.arena());
  exchange.start(response, std::nullopt);
  for (;;) {
    const auto part = co_await exchange.read_body_part();
    if (!part || part->empty()) break;
    const bool sent = co_await exchange.write(*part);
    if (!sent) co_return;
  }
  std::pmr::vector<Field> trailers(exchange.arena());
  exchange.append_trailers(trailers);
  co_await exchange.finish(trailers);
}

/// What the handler saw, as lines.
net::Task<> describe(Exchange& exchange) {
  const RequestHead& head = exchange.request();
  auto text = std::make_shared<std::string>();
  const auto line = [&](std::string_view name, std::string_view value) {
    *text += std::string(name) + '=' + std::string(value) + '\n';
  };
  line("method", head.method);
  line("target", head.target);
  line("path", head.path);
  line("query", head.query);
  line("host", head.value(KnownField::kHost));
  line("version", head.version == Version::kHttp2 ? "2" : "1");
  line("scheme", exchange.scheme() == Scheme::kHttps ? "https" : "http");
  line("overflow", std::to_string(static_cast<int>(head.overflow)));
  line("length", head.content_length ? std::to_string(*head.content_length) : "none");
  line("body", head.has_body() ? "yes" : "no");
  for (const Field& field : head.fields) {
    if (field.value.size() < 100) line("field " + std::string(field.name), field.value);
  }
  Response response(exchange.arena());
  exchange.start(response, std::nullopt);
  co_await exchange.write(*text);
  co_await exchange.finish();
}

Fields with(Fields head, Fields more) {
  head.insert(head.end(), more.begin(), more.end());
  return head;
}

TEST(Http2, AnnouncesItsLimits) {
  TestServer server(answer_path, {.http2_max_streams = 7, .http2_window = 100'000});
  TestClient client(server.port());
  EXPECT_THAT(client.settings(), Contains(Pair(3, 7u))) << "MAX_CONCURRENT_STREAMS";
  EXPECT_THAT(client.settings(), Contains(Pair(4, 100'000u))) << "INITIAL_WINDOW_SIZE";
  EXPECT_THAT(client.settings(), Contains(Pair(6, 16'384u))) << "MAX_HEADER_LIST_SIZE";
}

TEST(Http2, AnswersManyRequestsAtOnceOnOneConnection) {
  TestServer server(answer_path);
  TestClient client(server.port());
  std::vector<std::int32_t> ids;
  for (int i = 0; i < 100; ++i) ids.push_back(client.get("/" + std::to_string(i)));
  for (int i = 0; i < 100; ++i) {
    const auto& answer = client.wait(ids[static_cast<std::size_t>(i)]);
    EXPECT_EQ(answer.status(), 200);
    EXPECT_EQ(answer.body, "/" + std::to_string(i));
  }
}

TEST(Http2, LetsHandlersOfOneConnectionRunAtTheSameTime) {
  TestServer server([](Exchange& exchange) -> net::Task<> {
    if (exchange.request().path == "/slow") co_await exchange.loop().sleep(300ms);
    co_await answer_path(exchange);
  });
  TestClient client(server.port());
  const auto slow = client.get("/slow");
  const auto quick = client.get("/quick");
  EXPECT_EQ(client.wait(quick).body, "/quick");
  EXPECT_FALSE(client.answer(slow).ended);
  EXPECT_EQ(client.wait(slow).body, "/slow");
}

TEST(Http2, TakesThePrefaceInPiecesAndInOne) {
  TestServer server(answer_path);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{18}, std::size_t{24}}) {
    TestClient::Raw raw(server.port());
    std::string bytes = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + TestClient::frame(4, 0, 0, "");
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      raw.send(std::string_view(bytes).substr(at, piece));
      std::this_thread::sleep_for(1ms);
    }
    const std::string settings = raw.read(9);
    ASSERT_EQ(settings.size(), 9u) << piece;
    EXPECT_EQ(settings[3], 4) << "a SETTINGS frame";
  }
}

TEST(Http2, KnowsThePrefaceOnlyAtTheBeginning) {
  TestServer server(answer_path);
  for (const char* begin : {"PRI * HTTP/1.1\r\nHost: a\r\n\r\n", "PRI /x HTTP/2.0\r\n\r\n",
                            "GET * HTTP/2.0\r\n\r\n", "\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"}) {
    TestClient::Raw raw(server.port());
    raw.send(begin);
    EXPECT_THAT(raw.read_all(), StartsWith("HTTP/1.1 400 ")) << begin;
  }
  TestClient::Raw later(server.port());
  later.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  EXPECT_THAT(later.read_all(), testing::HasSubstr("HTTP/1.1 400 "));
}

TEST(Http2, SendsHeadsThatAreLarge) {
  TestServer server([](Exchange& exchange) -> net::Task<> {
    Response response(exchange.arena());
    const std::string value(7000, 'v');
    for (int i = 0; i < 15; ++i) response.add("x-long", value);
    response.body = "whole";
    exchange.respond(response);
    co_return;
  });
  TestClient client(server.port());
  const auto& answer = client.wait(client.get("/"));
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.body, "whole");
  EXPECT_EQ(std::ranges::count(answer.fields, "x-long", &TestClient::Fields::value_type::first),
            15);
}

TEST(Http2, ShowsHandlersAnOrdinaryRequestHead) {
  TestServer server(describe);
  TestClient client(server.port());
  const auto id =
      client.request(with(TestClient::head("GET", "/a/b?c=d&e"), {{"accept", "text/plain"},
                                                                  {"cookie", "a=1"},
                                                                  {"x-custom", "v"},
                                                                  {"cookie", "b=2"},
                                                                  {"cookie", "c=3"},
                                                                  {"te", "trailers"},
                                                                  {"x-request-id", "r"}}));
  EXPECT_EQ(client.wait(id).body,
            "method=GET\ntarget=/a/b?c=d&e\npath=/a/b\nquery=c=d&e\nhost=example.test\nversion=2\n"
            "scheme=http\noverflow=0\nlength=none\nbody=no\nfield accept=text/plain\n"
            "field cookie=a=1; b=2; c=3\nfield x-custom=v\nfield te=trailers\n"
            "field x-request-id=r\nfield host=example.test\n");
}

struct BodyCase {
  const char* name;
  Fields fields;
  const char* expected;
};

TEST(Http2, TellsHowABodyIsAnnounced) {
  TestServer server(describe);
  TestClient client(server.port());
  const auto known =
      client.send(with(TestClient::head("POST", "/"), {{"content-length", "3"}}), "abc");
  EXPECT_THAT(client.wait(known).body, testing::HasSubstr("length=3\nbody=yes"));
  const auto unknown = client.send(TestClient::head("POST", "/"), "abc");
  EXPECT_THAT(client.wait(unknown).body, testing::HasSubstr("length=none\nbody=yes"));
}

TEST(Http2, TakesTheHostFromEitherField) {
  TestServer server(describe);
  TestClient client(server.port());
  const auto same = client.request(with(TestClient::head("GET", "/"), {{"host", "EXAMPLE.test"}}));
  EXPECT_THAT(client.wait(same).body, testing::HasSubstr("host=EXAMPLE.test\n"));
  const auto alone = client.request(
      {{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"host", "alone.test:8080"}});
  EXPECT_THAT(client.wait(alone).body, testing::HasSubstr("host=alone.test:8080\n"));
}

struct RefusedCase {
  const char* name;
  Fields fields;
  int status;  ///< 0: the stream is reset
};

Fields plain(const char* method, const char* scheme, const char* authority, const char* path) {
  return {{":method", method}, {":scheme", scheme}, {":authority", authority}, {":path", path}};
}

class Http2Refused : public testing::TestWithParam<RefusedCase> {};

TEST_P(Http2Refused, NeverReachesAHandler) {
  std::atomic<int> handled{0};
  TestServer server([&](Exchange& exchange) {
    ++handled;
    return answer_path(exchange);
  });
  TestClient client(server.port());
  const auto& answer = client.wait(client.request(GetParam().fields));
  EXPECT_EQ(answer.status(), GetParam().status);
  EXPECT_EQ(answer.error, GetParam().status == 0 ? kProtocolError : kNoError);
  EXPECT_EQ(handled, 0);
  EXPECT_EQ(client.wait(client.get("/next")).body, "/next") << "the connection goes on";
}

const RefusedCase kRefused[] = {
    // As malformed as HTTP/1.1 would find them.
    {"SpaceInPath", plain("GET", "http", "a", "/a b"), 0},
    {"ByteAboveAsciiInPath", plain("GET", "http", "a", "/\xC3\xA9"), 400},
    {"FragmentInPath", plain("GET", "http", "a", "/a#b"), 400},
    {"BackslashInPath", plain("GET", "http", "a", "/a\\b"), 400},
    {"UserInAuthority", plain("GET", "http", "user@a", "/"), 400},
    {"OtherPortSyntax", plain("GET", "http", "a:b", "/"), 400},
    {"OtherScheme", plain("GET", "ftp", "a", "/"), 400},
    {"HostThatDiffers", with(plain("GET", "http", "a", "/"), {{"host", "b"}}), 400},
    {"Tunnel", {{":method", "CONNECT"}, {":authority", "a:1"}}, 400},
    {"StarForGet", plain("GET", "http", "a", "*"), 0},
    // As RFC 9113, 8, forbids.
    {"AbsoluteUriAsPath", plain("GET", "http", "a", "http://a/"), 0},
    {"EmptyPath", plain("GET", "http", "a", ""), 0},
    {"NoMethod", {{":scheme", "http"}, {":authority", "a"}, {":path", "/"}}, 0},
    {"NoHost", {{":method", "GET"}, {":scheme", "http"}, {":path", "/"}}, 0},
    {"TwoPaths", with(plain("GET", "http", "a", "/"), {{":path", "/b"}}), 0},
    {"PseudoBehindField", {{":method", "GET"}, {"a", "b"}, {":scheme", "http"}, {":path", "/"}}, 0},
    {"UnknownPseudo", with(plain("GET", "http", "a", "/"), {{":other", "b"}}), 0},
    {"ResponsePseudo", with(plain("GET", "http", "a", "/"), {{":status", "200"}}), 0},
    {"Protocol", with(plain("CONNECT", "http", "a", "/"), {{":protocol", "websocket"}}), 0},
    {"Connection", with(plain("GET", "http", "a", "/"), {{"connection", "close"}}), 0},
    {"KeepAlive", with(plain("GET", "http", "a", "/"), {{"keep-alive", "1"}}), 0},
    {"ProxyConnection", with(plain("GET", "http", "a", "/"), {{"proxy-connection", "1"}}), 0},
    {"TransferEncoding", with(plain("GET", "http", "a", "/"), {{"transfer-encoding", "chunked"}}),
     0},
    {"Upgrade", with(plain("GET", "http", "a", "/"), {{"upgrade", "websocket"}}), 0},
    {"OtherTe", with(plain("GET", "http", "a", "/"), {{"te", "gzip"}}), 0},
    {"TwoLengths",
     with(plain("GET", "http", "a", "/"), {{"content-length", "0"}, {"content-length", "0"}}), 0},
    {"SignedLength", with(plain("GET", "http", "a", "/"), {{"content-length", "+0"}}), 0},
    {"LengthWithoutBody", with(plain("GET", "http", "a", "/"), {{"content-length", "5"}}), 0},
    {"BreakInValue", with(plain("GET", "http", "a", "/"), {{"x", "a\r\nb: c"}}), 0},
    {"SpaceInName", with(plain("GET", "http", "a", "/"), {{"x y", "a"}}), 0},
    {"BlankBeforeValue", with(plain("GET", "http", "a", "/"), {{"x", " a"}}), 0},
    {"TwoHosts", with(plain("GET", "http", "a", "/"), {{"host", "a"}, {"host", "a"}}), 0},
};

INSTANTIATE_TEST_SUITE_P(Requests, Http2Refused, testing::ValuesIn(kRefused),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Http2, HandsOverflowingHeadsToTheHandler) {
  TestServer server(describe, {.max_target = 1000, .max_head = 20'000});
  TestClient client(server.port());
  const auto target = client.request(TestClient::head("GET", "/" + std::string(5000, 'a')));
  EXPECT_THAT(client.wait(target).body, testing::HasSubstr("overflow=1\n"));
  Fields many = TestClient::head("GET", "/");
  for (int i = 0; i < 6; ++i) many.emplace_back("x-" + std::to_string(i), std::string(4000, 'v'));
  EXPECT_THAT(client.wait(client.request(many)).body, testing::HasSubstr("overflow=2\n"));
  EXPECT_EQ(client.wait(client.get("/next")).status(), 200);
}

/// Behind RFC 9113, 10.5.1, which would let us answer 431: nghttp2's decoder takes no name or value
/// above 64 KiB (NGHTTP2_HD_MAX_NV in nghttp2_hd.h, for which there is no option), and a decoder
/// that gave up has lost the table that all later heads of the connection rest on.
TEST(Http2, EndsTheConnectionOnAFieldBeyondTheDecoder) {
  TestServer server(describe, {.max_head = 20'000});
  TestClient client(server.port());
  const auto head = [](std::size_t size) {
    return with(TestClient::head("GET", "/"), {{"x-long", std::string(size, '~')}});
  };
  EXPECT_THAT(client.wait(client.request(head(60'000))).body, testing::HasSubstr("overflow=2\n"));
  // Uncompressed, past the client's library, which keeps to the same limit.
  const std::string field = std::string("\x10\x06x-long\x7F\xF1\x8E\x04", 12);
  std::string block =
      "\x82\x86\x84\x41\x01"
      "a" +
      field + std::string(67'568, '~');
  std::string frames;
  for (std::size_t at = 0; at < block.size(); at += 16'384) {
    const bool last = at + 16'384 >= block.size();
    frames += TestClient::frame(at == 0 ? 1 : 9, (at == 0 ? 1 : 0) | (last ? 4 : 0), 3,
                                std::string_view(block).substr(at, 16'384));
  }
  client.send_raw(frames);
  EXPECT_TRUE(client.wait_until([&] { return client.ended(); }));
  EXPECT_THAT(client.goaways(), ElementsAre(kCompressionError));
  TestClient next(server.port());
  EXPECT_EQ(next.wait(next.get("/next")).status(), 200);
}

TEST(Http2, EchoesBodiesOfEverySizeInManyStreams) {
  TestServer server(echo);
  TestClient client(server.port());
  for (std::size_t size : {0u, 1u, 100u, 16'384u, 65'535u, 65'536u, 70'000u, 1'000'000u}) {
    std::string body(size, 'x');
    for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<char>('a' + i % 26);
    std::vector<std::int32_t> ids;
    for (int i = 0; i < 5; ++i) ids.push_back(client.send(TestClient::head("POST", "/"), body));
    for (const auto id : ids) EXPECT_EQ(client.wait(id).body, body) << size;
  }
}

TEST(Http2, StreamsBothWaysWithTrailersOnBothSides) {
  TestServer server(stream_back);
  TestClient client(server.port());
  const std::string body(4 << 20, 'z');
  const auto id = client.send(TestClient::head("POST", "/"), body, {{"x-sum", "42"}, {"x-b", "c"}});
  const auto& answer = client.wait(id);
  EXPECT_EQ(answer.body.size(), body.size());
  EXPECT_THAT(answer.trailers, ElementsAre(Pair("x-sum", "42"), Pair("x-b", "c")));
  EXPECT_FALSE(answer.reset);
}

TEST(Http2, HoldsAClientBackWhoseBodyNobodyReads) {
  std::atomic<bool> go_on{false};
  TestServer server([&](Exchange& exchange) -> net::Task<> {
    while (!go_on) co_await exchange.loop().sleep(5ms);
    std::size_t total = 0;
    for (;;) {
      const auto part = co_await exchange.read_body_part();
      if (!part || part->empty()) break;
      total += part->size();
    }
    Response response(exchange.arena());
    auto text = std::make_shared<std::string>(std::to_string(total));
    response.body = *text;
    exchange.respond(response);
  });
  TestClient client(server.port());
  const auto id = client.send(TestClient::head("POST", "/"), std::string(300'000, 'x'));
  EXPECT_FALSE(client.wait_until([&] { return client.unsent(id) < 300'000 - 65'535; }, 300ms));
  EXPECT_EQ(client.unsent(id), 300'000u - 65'535u) << "no more than the window";
  // Others are not held back with it.
  go_on = true;
  EXPECT_EQ(client.wait(id).body, "300000");
}

TEST(Http2, HoldsAHandlerBackWhoseClientDoesNotRead) {
  std::atomic<std::size_t> written{0};
  TestServer server([&](Exchange& exchange) -> net::Task<> {
    Response response(exchange.arena());
    exchange.start(response, std::nullopt);
    const std::string piece(10'000, 'x');
    for (int i = 0; i < 100; ++i) {
      if (!co_await exchange.write(piece)) co_return;
      written += piece.size();
    }
    co_await exchange.finish();
  });
  TestClient client(server.port(), TestClient::Windows::kHeld);
  const auto id = client.get("/");
  client.wait_until([&] { return client.answer(id).body.size() == 65'535; });
  std::this_thread::sleep_for(50ms);
  EXPECT_LE(written, 120'000u);
  std::size_t given = 0;
  client.wait_until([&] {
    client.give_window(id, client.answer(id).body.size() - given);
    given = client.answer(id).body.size();
    return client.answer(id).ended;
  });
  EXPECT_EQ(client.answer(id).body.size(), 1'000'000u);
}

TEST(Http2, SendsContinueOnlyWhenTheBodyIsWanted) {
  TestServer server([](Exchange& exchange) {
    return exchange.request().path == "/want" ? echo(exchange) : answer_path(exchange);
  });
  TestClient client(server.port());
  const auto wanted =
      client.begin(with(TestClient::head("POST", "/want"), {{"expect", "100-continue"}}));
  EXPECT_TRUE(client.wait_until([&] { return client.answer(wanted).status() == 100; }));
  client.more(wanted, "hi", Last::kYes);
  EXPECT_THAT(client.wait(wanted).statuses, ElementsAre(100, 200));
  EXPECT_EQ(client.answer(wanted).body, "hi");
  const auto unwanted =
      client.begin(with(TestClient::head("POST", "/no"), {{"expect", "100-continue"}}));
  EXPECT_THAT(client.wait(unwanted).statuses, ElementsAre(200));
}

TEST(Http2, PassesInterimAnswersOn) {
  TestServer server([](Exchange& exchange) -> net::Task<> {
    Response hints(exchange.arena());
    hints.status = 103;
    hints.add("link", "</a>; rel=preload");
    co_await exchange.inform(hints);
    co_await answer_path(exchange);
  });
  TestClient client(server.port());
  EXPECT_THAT(client.wait(client.get("/")).statuses, ElementsAre(103, 200));
}

TEST(Http2, EndsAStreamWhoseBodyNobodyReadWithoutHarm) {
  TestServer server(answer_path, {.body_timeout = 800ms});
  TestClient client(server.port());
  const auto id = client.begin(TestClient::head("POST", "/big"));
  const auto& answer = client.wait(id);
  EXPECT_EQ(answer.body, "/big");
  client.more(id, std::string(1'000'000, 'x'), Last::kNo);
  client.wait_until([&] { return client.answer(id).reset; });
  EXPECT_EQ(client.answer(id).error, kNoError);
  EXPECT_GE(client.unsent(id), 500'000u) << "no longer than for a while";
  // Whole bodies as well, many of them: the connection's window is given back.
  for (int i = 0; i < 40; ++i)
    EXPECT_EQ(
        client.wait(client.send(TestClient::head("POST", "/x"), std::string(60'000, 'x'))).status(),
        200);
}

TEST(Http2, SuppressesContentForHeadAndBodilessStatuses) {
  TestServer server([](Exchange& exchange) -> net::Task<> {
    Response response(exchange.arena());
    if (exchange.request().path == "/204") response.status = 204;
    if (exchange.request().path == "/304") response.status = 304;
    response.body = "content";
    if (exchange.request().query == "stream") {
      exchange.start(response, 7);
      co_await exchange.write(response.body);
      co_await exchange.finish();
    } else {
      exchange.respond(response);
    }
  });
  TestClient client(server.port());
  for (const char* suffix : {"", "?stream"}) {
    const auto& head =
        client.wait(client.request(TestClient::head("HEAD", std::string("/") + suffix)));
    EXPECT_EQ(head.field("content-length"), "7") << suffix;
    EXPECT_EQ(head.body, "") << suffix;
    for (const char* path : {"/204", "/304"}) {
      const auto& none = client.wait(client.get(std::string(path) + suffix));
      EXPECT_EQ(none.field("content-length"), "") << path << suffix;
      EXPECT_EQ(none.body, "") << path << suffix;
    }
    EXPECT_EQ(client.wait(client.get(std::string("/") + suffix)).body, "content") << suffix;
  }
}

TEST(Http2, LeavesOutFieldsThatWouldBreakTheMessage) {
  TestServer server([](Exchange& exchange) -> net::Task<> {
    Response response(exchange.arena());
    response.add("Good", " yes ");
    response.add("bad", "a\r\nInjected: b");
    response.add("bad name", "x");
    response.add("Connection", "close");
    response.add("transfer-encoding", "chunked");
    response.add("content-length", "9999");
    exchange.respond(response);
    co_return;
  });
  TestClient client(server.port());
  const auto& answer = client.wait(client.get("/"));
  EXPECT_THAT(answer.fields, ElementsAre(Pair(":status", "200"), Pair("good", "yes"),
                                         Pair("date", testing::_), Pair("content-length", "0")));
}

/// Notices when its client leaves.
struct Watched final : ClientWatcher {
  explicit Watched(std::atomic<int>& left_) : left(left_) {}
  void client_left() override { ++left; }
  std::atomic<int>& left;
};

TEST(Http2, TellsHandlersWhenAClientCancelsAStream) {
  std::atomic<int> left{0}, ended{0}, started{0};
  TestServer server([&](Exchange& exchange) -> net::Task<> {
    Watched watched(left);
    exchange.watch_client(&watched);
    ++started;
    const auto body = co_await exchange.read_body(1 << 20);
    if (!body && body.error() == BodyError::kClientGone) ++ended;
    exchange.watch_client(nullptr);
    co_await answer_path(exchange);
  });
  TestClient client(server.port());
  const auto id = client.begin(TestClient::head("POST", "/"));
  client.wait_until([&] { return started == 1; });
  client.reset(id, kCancel);
  EXPECT_TRUE(client.wait_until([&] { return left == 1 && ended == 1; }));
  {
    TestClient other(server.port());
    other.begin(TestClient::head("POST", "/"));
    other.begin(TestClient::head("POST", "/"));
    other.wait_until([&] { return started == 3; });
  }
  EXPECT_TRUE(client.wait_until([&] { return left == 3 && ended == 3; })) << "a lost connection";
  EXPECT_EQ(client.wait(client.send(TestClient::head("POST", "/x"), "")).body, "/x");
}

TEST(Http2, LetsAReadBehindTheAnswerEndWhenItsClientCancels) {
  std::atomic<int> ended{0};
  TestServer server([&](Exchange& exchange) -> net::Task<> {
    Response response(exchange.arena());
    exchange.respond(response);
    const auto part = co_await exchange.read_body_part();
    if (!part && part.error() == BodyError::kClientGone) ++ended;
  });
  TestClient client(server.port());
  const auto id = client.begin(TestClient::head("POST", "/"));
  EXPECT_EQ(client.wait(id).status(), 200);
  client.reset(id, kCancel);
  EXPECT_TRUE(client.wait_until([&] { return ended == 1; }));
}

TEST(Http2, LetsAWriteEndWhenItsClientCancels) {
  std::atomic<int> broken{0};
  TestServer server([&](Exchange& exchange) -> net::Task<> {
    Response response(exchange.arena());
    exchange.start(response, std::nullopt);
    const std::string piece(50'000, 'x');
    for (;;) {
      const bool sent = co_await exchange.write(piece);
      if (!sent) break;
    }
    ++broken;
  });
  TestClient client(server.port(), TestClient::Windows::kHeld);
  const auto id = client.get("/");
  client.wait_until([&] { return client.answer(id).body.size() == 65'535; });
  client.reset(id, kCancel);
  EXPECT_TRUE(client.wait_until([&] { return broken == 1; }));
}

TEST(Http2, ResetsAStreamThatBreaksOff) {
  TestServer server([](Exchange& exchange) -> net::Task<> {
    Response response(exchange.arena());
    exchange.start(response, std::nullopt);
    co_await exchange.write("some");
    co_await exchange.loop().sleep(20ms);
    if (exchange.request().path == "/abort") exchange.abort();
    if (exchange.request().path == "/short") {
      co_await exchange.loop().sleep(1ms);
    }
  });
  TestClient client(server.port());
  for (const char* path : {"/abort", "/short"}) {
    const auto& answer = client.wait(client.get(path));
    EXPECT_TRUE(answer.reset) << path;
    EXPECT_EQ(answer.error, kInternalError) << path;
    EXPECT_EQ(answer.body, "some") << path;
  }
}

TEST(Http2, BreaksAnswersThatDifferFromTheirLength) {
  TestServer server([](Exchange& exchange) -> net::Task<> {
    Response response(exchange.arena());
    exchange.start(response, exchange.request().path == "/short" ? 10 : 2);
    co_await exchange.write("abcde");
    co_await exchange.finish();
  });
  TestClient client(server.port());
  for (const char* path : {"/short", "/long"}) {
    EXPECT_TRUE(client.wait(client.get(path)).reset) << path;
  }
}

TEST(Http2, AnswersForAHandlerThatForgot) {
  TestServer server([](Exchange&) -> net::Task<> { co_return; });
  TestClient client(server.port());
  EXPECT_EQ(client.wait(client.get("/")).status(), 500);
}

TEST(Http2, EndsIdleConnectionsAndSlowBodies) {
  TestServer server(echo, {.keepalive_timeout = 400ms, .body_timeout = 200ms});
  TestClient idle(server.port());
  TestClient busy(server.port());
  const auto id = busy.begin(TestClient::head("POST", "/"));
  busy.more(id, "abc", Last::kNo);
  EXPECT_EQ(busy.wait(id).status(), 400 + static_cast<int>(BodyError::kTimeout));
  EXPECT_TRUE(idle.wait_until([&] { return idle.ended(); }));
  EXPECT_THAT(idle.goaways(), ElementsAre(kNoError));
}

TEST(Http2, DropsAClientThatAnswersNoPing) {
  std::atomic<int> started{0}, left{0};
  TestServer server(
      [&](Exchange& exchange) -> net::Task<> {
        Watched watched(left);
        exchange.watch_client(&watched);
        ++started;
        while (left == 0) co_await exchange.loop().sleep(1ms);
        exchange.watch_client(nullptr);
        co_await answer_path(exchange);
      },
      {.keepalive_timeout = 2500ms, .http2_ping_interval = 200ms});
  TestClient present(server.port());  // whose library answers
  const auto id = present.get("/present");
  TestClient::Raw gone(server.port());
  gone.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + TestClient::frame(4, 0, 0, "") +
            TestClient::frame(1, 5, 1,
                              "\x82\x86\x84\x41\x01"
                              "a"));
  EXPECT_TRUE(present.wait_until([&] { return started == 2; }));
  // Neither is idle: only the ping tells them apart.
  EXPECT_EQ(present.wait(id).body, "/present");
  EXPECT_EQ(left, 1);
  EXPECT_THAT(gone.read_all(), testing::HasSubstr(std::string("\0\0\x08\x06\0\0\0\0\0", 9)));
  EXPECT_FALSE(present.ended());
}

TEST(Http2, EndsStreamsWhoseClientTakesNothing) {
  std::atomic<int> broken{0};
  TestServer server(
      [&](Exchange& exchange) -> net::Task<> {
        Response response(exchange.arena());
        if (exchange.request().path == "/whole") {
          response.body = {static_cast<const char*>(exchange.arena()->allocate(200'000)), 200'000};
          exchange.respond(response);
          co_return;
        }
        exchange.start(response, std::nullopt);
        const std::string piece(200'000, 'x');
        const bool sent = co_await exchange.write(piece);
        if (!sent) ++broken;
      },
      {.body_timeout = 300ms});
  TestClient client(server.port(), TestClient::Windows::kHeld);
  for (const char* path : {"/whole", "/stream"}) {
    const auto id = client.get(path);
    EXPECT_TRUE(client.wait(id).reset) << path;
    EXPECT_EQ(client.answer(id).error, kCancel) << path;
  }
  // The reset is on its way before the handler hears of it.
  for (int tries = 0; tries < 500 && broken == 0; ++tries) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(broken, 1);
}

TEST(Http2, EndsAHeadThatNeverEnds) {
  TestServer server(answer_path, {.keepalive_timeout = 300ms});
  TestClient client(server.port());
  client.send_raw(TestClient::frame(1, 0, 1, "\x82\x86\x84"));  // HEADERS without END_HEADERS
  EXPECT_TRUE(client.wait_until([&] { return client.ended(); }));
}

TEST(Http2, FinishesStreamsWhenItDrains) {
  std::atomic<bool> busy{false};
  TestServer server([&](Exchange& exchange) -> net::Task<> {
    if (exchange.request().path == "/late") {
      busy = true;
      co_await exchange.loop().sleep(300ms);
    }
    co_await answer_path(exchange);
  });
  TestClient idle(server.port());
  TestClient working(server.port());
  const auto late = working.get("/late");
  working.wait_until([&] { return busy.load(); });
  server.on_loop([](Server& s) { s.drain(); });
  EXPECT_TRUE(idle.wait_until([&] { return idle.ended(); }));
  EXPECT_THAT(idle.goaways(), Contains(kNoError));
  EXPECT_EQ(working.wait(late).body, "/late");
  EXPECT_TRUE(working.wait_until([&] { return working.ended(); }));
  EXPECT_EQ(working.last_stream(), late);
}

TEST(Http2, CutsWhatIsLeft) {
  std::atomic<int> left{0}, started{0};
  TestServer server([&](Exchange& exchange) -> net::Task<> {
    Watched watched(left);
    exchange.watch_client(&watched);
    ++started;
    while (left == 0) co_await exchange.loop().sleep(1ms);
    exchange.watch_client(nullptr);
  });
  TestClient client(server.port());
  client.get("/");
  client.wait_until([&] { return started == 1; });
  server.on_loop([](Server& s) { s.close(); });
  EXPECT_TRUE(client.wait_until([&] { return left == 1; }) || left == 1);
  client.wait_until([&] { return client.ended(); });
  EXPECT_TRUE(client.ended());
}

TEST(Http2, MayDieWithStreamsInEveryState) {
  auto server = std::make_unique<TestServer>([](Exchange& exchange) -> net::Task<> {
    if (exchange.request().path == "/read") co_await exchange.read_body(100);
    if (exchange.request().path == "/sleep") co_await exchange.loop().sleep(60s);
    Response response(exchange.arena());
    exchange.start(response, std::nullopt);
    const std::string piece(100'000, 'x');
    while (co_await exchange.write(piece)) {
    }
  });
  TestClient client(server->port(), TestClient::Windows::kHeld);
  client.begin(TestClient::head("POST", "/read"));
  client.get("/sleep");
  const auto id = client.get("/write");
  client.wait_until([&] { return client.answer(id).body.size() == 65'535; });
  server.reset();
  EXPECT_TRUE(client.wait_until([&] { return client.ended(); }));
}

TEST(Http2, RefusesMoreStreamsThanItAllows) {
  TestServer server([](Exchange& exchange) -> net::Task<> { co_await exchange.loop().sleep(60s); },
                    {.http2_max_streams = 3});
  TestClient client(server.port());
  std::string heads;
  for (std::uint32_t id = 1; id <= 9; id += 2)
    heads += TestClient::frame(1, 5, id,
                               "\x82\x86\x84\x41\x01"
                               "a");
  client.send_raw(heads);
  EXPECT_TRUE(
      client.wait_until([&] { return !client.goaways().empty() || client.answer(7).reset; }));
}

TEST(Http2, CountsHandlersWhoseClientHasLeft) {
  std::atomic<int> running{0};
  TestServer server(
      [&](Exchange& exchange) -> net::Task<> {
        ++running;
        co_await exchange.loop().sleep(60s);
      },
      {.http2_max_streams = 4});
  TestClient client(server.port());
  for (int i = 0; i < 8; ++i) client.reset(client.get("/"), kCancel);
  client.wait_until([&] { return running == 8; });
  const auto& refused = client.wait(client.get("/"));
  EXPECT_TRUE(refused.reset);
  EXPECT_EQ(refused.error, kRefusedStream);
  EXPECT_EQ(running, 8);
}

struct FloodCase {
  const char* name;
  std::string frame;
};

class Http2Floods : public testing::TestWithParam<FloodCase> {};

TEST_P(Http2Floods, EndTheConnection) {
  TestServer server(answer_path);
  TestClient client(server.port());
  std::string flood;
  for (int i = 0; i < 3000; ++i) flood += GetParam().frame;
  client.send_raw(flood);
  EXPECT_TRUE(client.wait_until([&] { return client.ended(); }));
  TestClient next(server.port());
  EXPECT_EQ(next.wait(next.get("/next")).body, "/next");
}

INSTANTIATE_TEST_SUITE_P(
    Frames, Http2Floods,
    testing::Values(FloodCase{"Pings", TestClient::frame(6, 0, 0, "12345678")},
                    FloodCase{"Settings", TestClient::frame(4, 0, 0, "")},
                    FloodCase{"Priorities",
                              TestClient::frame(2, 0, 1, std::string("\0\0\0\0\0", 5))}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Http2, EndsAConnectionOfRapidResets) {
  TestServer server(
      [](Exchange& exchange) -> net::Task<> { co_return co_await answer_path(exchange); });
  TestClient client(server.port());
  std::string flood;
  for (std::uint32_t id = 1; id < 10'001; id += 2) {
    flood += TestClient::frame(1, 4, id,
                               "\x83\x86\x84\x41\x01"
                               "a");
    flood += TestClient::frame(3, 0, id, std::string("\0\0\0\x08", 4));
  }
  client.send_raw(flood);
  EXPECT_TRUE(client.wait_until([&] { return client.ended(); }));
  TestClient next(server.port());
  EXPECT_EQ(next.wait(next.get("/next")).body, "/next");
}

TEST(Http2, EndsAConnectionOfEndlessContinuations) {
  TestServer server(answer_path);
  TestClient client(server.port());
  std::string flood = TestClient::frame(1, 0, 1,
                                        "\x82\x86\x84\x41\x01"
                                        "a");
  for (int i = 0; i < 1000; ++i)
    flood += TestClient::frame(9, 0, 1, std::string("\x40\x01x\x01y", 5));
  client.send_raw(flood);
  EXPECT_TRUE(client.wait_until([&] { return client.ended(); }));
}

TEST(Http2, KeepsLittleOfAHeadThatUnpacksToMuch) {
  std::atomic<std::size_t> kept{0};
  TestServer server(
      [&](Exchange& exchange) {
        for (const Field& field : exchange.request().fields)
          kept += field.name.size() + field.value.size();
        return answer_path(exchange);
      },
      {.max_head = 20'000});
  TestClient client(server.port());
  // One entry of 3,000 bytes into the table, then a thousand references to it.
  std::string block(
      "\x82\x86\x84\x41\x01"
      "a",
      6);
  block += std::string("\x40\x01x\x7F\xB9\x16", 6) + std::string(3000, 'v');
  block += std::string(1000, '\xBE');
  client.send_raw(TestClient::frame(1, 5, 1, block));
  EXPECT_TRUE(client.wait_until([&] { return kept > 3000; }));
  EXPECT_LE(kept, 20'000u);
}

}  // namespace
}  // namespace barbacane::http::h2
