#include "http/server.h"

#include <future>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/detail/test_server.h"

namespace barbacane::http {
namespace {

using namespace std::chrono_literals;
using Running = TestServer;

/// A client that says exactly what it is told.
class Client {
 public:
  explicit Client(const Running& server) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    timeval patience{5, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~Client() { ::close(fd_); }

  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// Everything up to and including `mark`, or up to the end of the connection.
  std::string read_until(std::string_view mark) const {
    std::string text;
    char byte;
    while (text.find(mark) == std::string::npos && ::recv(fd_, &byte, 1, 0) == 1) text += byte;
    return text;
  }
  std::string read_all() const {
    std::string text;
    char block[65536];
    for (ssize_t got; (got = ::recv(fd_, block, sizeof block, 0)) > 0;) text.append(block, got);
    return text;
  }
  void half_close() const { ::shutdown(fd_, SHUT_WR); }

 private:
  int fd_;
};

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
  co_await exchange.finish();
}

constexpr std::string_view kGet = "GET /one HTTP/1.1\r\nHost: a\r\n\r\n";

TEST(Server, AnswersPipelinedRequestsInOrderOnOneConnection) {
  Running server(answer_path);
  Client client(server);
  client.send(
      "GET /one HTTP/1.1\r\nHost: a\r\n\r\nGET /two HTTP/1.1\r\nHost: a\r\n\r\n"
      "GET /three HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string answers = client.read_all();
  const auto one = answers.find("/one"), two = answers.find("/two"), three = answers.find("/three");
  ASSERT_NE(three, std::string::npos) << answers;
  EXPECT_LT(one, two);
  EXPECT_LT(two, three);
  EXPECT_NE(answers.find("connection: close"), std::string::npos);
}

TEST(Server, SendsEarlierAnswersBeforeItWaits) {
  Running server([](Exchange& exchange) -> net::Task<> {
    Response response(exchange.arena());
    response.body = exchange.request().path;
    if (exchange.request().path == "/wait") {
      co_await exchange.release_earlier_answers();
      co_await exchange.loop().sleep(60s);
    }
    if (exchange.request().has_body()) co_await exchange.read_body(100);
    exchange.respond(response);
  });
  for (const std::string_view second :
       {"POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\npart",
        "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"}) {
    Client client(server);
    client.send(std::string(kGet) + std::string(second));
    EXPECT_TRUE(client.read_until("/one").ends_with("/one")) << second;
  }
}

TEST(Server, AcceptsARequestByteByByte) {
  Running server(answer_path);
  Client client(server);
  for (char c : kGet) client.send({&c, 1});
  EXPECT_TRUE(client.read_until("/one").ends_with("/one"));
}

TEST(Server, EchoesBodiesOfEverySizeWithLengthAndChunked) {
  Running server(echo);
  for (std::size_t size : {0u, 1u, 100u, 12'000u, 16'384u, 70'000u, 1'000'000u}) {
    std::string body(size, 'x');
    for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<char>('a' + i % 26);
    Client plain(server);
    plain.send("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " +
               std::to_string(size) + "\r\n\r\n" + body);
    EXPECT_TRUE(plain.read_all().ends_with("\r\n\r\n" + body)) << size;

    std::string chunks;
    for (std::size_t at = 0; at < size; at += 999) {
      const std::string piece = body.substr(at, 999);
      char header[16];
      std::snprintf(header, sizeof header, "%zx\r\n", piece.size());
      chunks += header + piece + "\r\n";
    }
    Client chunked(server);
    chunked.send(
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n" +
        chunks + "0\r\nT: x\r\n\r\n");
    EXPECT_TRUE(chunked.read_all().ends_with("\r\n\r\n" + body)) << size;
  }
}

TEST(Server, StreamsBothWaysWithoutHoldingTheBody) {
  Running server(stream_back);
  Client client(server);
  const std::string body(8 << 20, 'z');
  std::thread sender([&] {
    client.send("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n");
    client.send(body);
  });
  const std::string answer = client.read_all();
  sender.join();
  EXPECT_NE(answer.find("transfer-encoding: chunked"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n0\r\n\r\n"));
  EXPECT_EQ(std::count(answer.begin(), answer.end(), 'z'), 8 << 20);
}

TEST(Server, SendsContinueOnlyWhenTheBodyIsWanted) {
  Running server([](Exchange& exchange) {
    return exchange.request().path == "/want" ? echo(exchange) : answer_path(exchange);
  });
  Client wanted(server);
  wanted.send(
      "POST /want HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(wanted.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  wanted.send("hi");
  EXPECT_TRUE(wanted.read_until("hi").starts_with("HTTP/1.1 200 OK"));

  Client unwanted(server);
  unwanted.send(
      "POST /no HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  const std::string answer = unwanted.read_all();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK")) << answer;
  EXPECT_NE(answer.find("connection: close"), std::string::npos);
}

TEST(Server, KeepsTheConnectionAfterASmallBodyNobodyRead) {
  Running server(answer_path);
  Client client(server);
  client.send("POST /first HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
  EXPECT_TRUE(client.read_until("/first").ends_with("/first"));
  client.send("helloGET /second HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(client.read_until("/second").ends_with("/second"));
}

TEST(Server, ClosesAfterALargeBodyNobodyReadWithoutLosingTheAnswer) {
  Running server(answer_path);
  Client client(server);
  client.send("POST /big HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n");
  client.send(std::string(300'000, 'x'));
  const std::string answer = client.read_all();
  EXPECT_TRUE(answer.ends_with("/big")) << answer;
}

TEST(Server, SaysThatItClosesWhenAStreamLeavesTheBodyUnread) {
  Running server([](Exchange& exchange) -> net::Task<> {
    Response response(exchange.arena());
    exchange.start(response, 4);
    co_await exchange.write("none");
    co_await exchange.finish();
  });
  Client client(server);
  client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  const std::string answer = client.read_until("none");
  EXPECT_NE(answer.find("connection: close"), std::string::npos) << answer;
}

TEST(Server, DoesNotLoseTheLastAnswerToBytesBehindIt) {
  Running server(answer_path);
  for (int i = 0; i < 20; ++i) {
    Client client(server);
    client.send("GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" +
                std::string(200'000, 'x'));
    EXPECT_TRUE(client.read_all().ends_with("/last"));
  }
}

TEST(Server, SuppressesContentForHeadAndBodilessStatuses) {
  Running server([](Exchange& exchange) -> net::Task<> {
    Response response(exchange.arena());
    if (exchange.request().path == "/204") response.status = 204;
    response.body = "content";
    exchange.respond(response);
    co_return;
  });
  Client client(server);
  client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string head = client.read_until("\r\n\r\n");
  EXPECT_NE(head.find("content-length: 7"), std::string::npos);
  client.send("GET /204 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string none = client.read_all();
  EXPECT_TRUE(none.starts_with("HTTP/1.1 204 No Content")) << none;
  EXPECT_EQ(none.find("content-length"), std::string::npos);
  EXPECT_TRUE(none.ends_with("\r\n\r\n"));
}

TEST(Server, LeavesOutFieldsThatWouldBreakTheMessage) {
  Running server([](Exchange& exchange) -> net::Task<> {
    Response response(exchange.arena());
    response.add("good", "yes");
    response.add("bad", "a\r\nInjected: b");
    response.add("bad name", "x");
    response.add("Content-Length", "9999");
    exchange.respond(response);
    co_return;
  });
  Client client(server);
  client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string answer = client.read_all();
  EXPECT_NE(answer.find("good: yes"), std::string::npos);
  EXPECT_EQ(answer.find("Injected"), std::string::npos);
  EXPECT_EQ(answer.find("bad name"), std::string::npos);
  EXPECT_EQ(answer.find("9999"), std::string::npos);
}

TEST(Server, RefusesWhatIsNoRequestAndCloses) {
  Running server(answer_path);
  Client client(server);
  client.send("GARBAGE\r\n\r\n");
  EXPECT_TRUE(client.read_all().starts_with("HTTP/1.1 400 Bad Request\r\n"));
}

TEST(Server, HandsOverflowingHeadsToTheHandlerAndCloses) {
  std::atomic<RequestHead::Overflow> seen{};
  ServerOptions options;
  options.max_target = 1000;
  Running server(
      [&](Exchange& exchange) {
        seen = exchange.request().overflow;
        return answer_path(exchange);
      },
      options);
  Client target(server);
  target.send("GET /" + std::string(70'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(target.read_all().starts_with("HTTP/1.1 200"));
  EXPECT_EQ(seen, RequestHead::Overflow::kTarget);
  Client fields(server);
  fields.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(70'000, 'a') + "\r\n\r\n");
  EXPECT_TRUE(fields.read_all().starts_with("HTTP/1.1 200"));
  EXPECT_EQ(seen, RequestHead::Overflow::kFields);
}

TEST(Server, CutsSlowHeadsAndSlowBodies) {
  ServerOptions options;
  options.keepalive_timeout = 300ms;
  options.body_timeout = 300ms;
  Running server(echo, options);
  Client head(server);
  head.send("GET / HT");
  EXPECT_TRUE(head.read_all().starts_with("HTTP/1.1 408"));
  Client idle(server);
  EXPECT_EQ(idle.read_all(), "");
  Client body(server);
  body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_TRUE(body.read_all().starts_with("HTTP/1.1 401")) << "BodyError::kTimeout";
}

TEST(Server, TurnsConnectionsAwayAboveTheCap) {
  Running server(answer_path, {}, 1);
  std::promise<std::string> told;
  server.on_loop(
      [&](Server& s) { s.on_connection_limit([&](std::string peer) { told.set_value(peer); }); });
  Client first(server);
  first.send(kGet);
  first.read_until("/one");
  Client second(server);
  EXPECT_EQ(second.read_all(), "");
  EXPECT_EQ(told.get_future().get(), "127.0.0.1");
}

TEST(Server, DrainEndsIdleConnectionsAndFinishesBusyOnes) {
  std::atomic<bool> busy{false};
  Running server([&](Exchange& exchange) -> net::Task<> {
    busy = true;
    co_await exchange.loop().sleep(300ms);
    Response response(exchange.arena());
    response.body = "late";
    exchange.respond(response);
  });
  Client idle(server);
  Client working(server);
  working.send(kGet);
  while (!busy) std::this_thread::sleep_for(1ms);
  server.on_loop([](Server& s) { s.drain(); });
  EXPECT_EQ(idle.read_all(), "");
  const std::string answer = working.read_all();
  EXPECT_TRUE(answer.ends_with("late"));
  EXPECT_NE(answer.find("connection: close"), std::string::npos);
  server.on_loop([](Server& s) { EXPECT_EQ(s.active_connections(), 0u); });
}

TEST(Server, AnswersForAHandlerThatForgot) {
  Running server([](Exchange&) -> net::Task<> { co_return; });
  Client client(server);
  client.send(kGet);
  EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 500"));
}

TEST(Server, BreaksAStreamThatEndsShortOfItsLength) {
  Running server([](Exchange& exchange) -> net::Task<> {
    Response response(exchange.arena());
    exchange.start(response, 10);
    co_await exchange.write("short");
    co_await exchange.finish();
  });
  Client client(server);
  client.send(kGet);
  const std::string answer = client.read_all();
  EXPECT_LT(answer.size(), answer.find("\r\n\r\n") + 4 + 10);
}

TEST(Server, MayDieWithConnectionsAndHandlersInFlight) {
  auto server = std::make_unique<Running>(
      [](Exchange& exchange) -> net::Task<> { co_await exchange.loop().sleep(60s); });
  Client client(*server);
  client.send(kGet);
  std::this_thread::sleep_for(50ms);
  server.reset();
  EXPECT_EQ(client.read_all(), "");
}

}  // namespace
}  // namespace barbacane::http
