// http-upstream: its connections, what it tries again, how long it waits, and when it gives up
// (plugins contract, 2.2; plugin ABI contract, 9).
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "json_body.h"
#include "occurrences.h"
#include "proxy.h"
#include "testkit/eventually.h"
#include "testkit/upstream.h"

namespace barbacane::integration {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testkit::answer;
using testkit::close;
using testkit::Connection;
using testkit::eventually;
using testkit::GatewayOptions;
using testkit::ReceivedRequest;
using testkit::RequestBuilder;
using testkit::reset;
using testkit::Response;
using testkit::send;
using testkit::TestGateway;
using testkit::Upstream;
using testkit::wait_for_departure;

/// A gateway in front of an upstream of this config.
struct Setting {
  explicit Setting(const std::string& config = {}, const testkit::UpstreamOptions& options = {})
      : upstream(options), gateway(proxy_spec(upstream.url(), config), proxy_options()) {
    upstream.otherwise({answer(200, "fine")});
  }

  /// By connection and turn.
  std::vector<std::pair<std::size_t, std::size_t>> turns() const {
    std::vector<std::pair<std::size_t, std::size_t>> all;
    for (const ReceivedRequest& request : upstream.requests())
      all.emplace_back(request.connection, request.turn);
    return all;
  }

  Upstream upstream;
  TestGateway gateway;
};

using Turn = std::pair<std::size_t, std::size_t>;

// ---- connections ----------------------------------------------------------------------------

TEST(ProxyConnections, AreUsedAgainByWhoeverComes) {
  const Setting setting;
  for (int i = 0; i < 3; ++i) {
    Connection client = setting.gateway.connect();
    EXPECT_EQ(client.get("/a").status, 200);
    EXPECT_EQ(client.request(RequestBuilder("POST", "/b").chunks({"x"})).status, 200);
    EXPECT_EQ(client.request(RequestBuilder("HEAD", "/c").close()).status, 200);
  }
  EXPECT_EQ(setting.upstream.accepted(), 1u);
  EXPECT_EQ(setting.turns().back(), Turn(1, 9));
}

TEST(ProxyConnections, AreAsManyAsThereAreRequestsAtOnce) {
  Setting setting;
  setting.upstream.script("/x", {testkit::wait_for("all"), answer(200, "fine")});
  std::vector<Connection> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(setting.gateway.connect());
    clients.back().send(RequestBuilder("GET", "/x").bytes());
  }
  setting.upstream.wait_for_requests(20);
  EXPECT_EQ(setting.upstream.open_connections(), 20u);
  setting.upstream.open_gate("all");
  for (Connection& client : clients) EXPECT_EQ(client.read().body, "fine");
  EXPECT_TRUE(setting.upstream.wait_for_idle_connections(20));
  for (Connection& client : clients) EXPECT_EQ(client.get("/y").body, "fine");
  EXPECT_EQ(setting.upstream.accepted(), 20u);
}

TEST(ProxyConnections, AreNotUsedAgainWhenTheUpstreamWantsThemClosed) {
  Setting setting;
  const std::string ok = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n";
  for (const std::string& lines :
       {ok + "Connection: close\r\n\r\n", ok + "connection: x, CLOSE\r\n\r\n",
        std::string("HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n"),
        std::string(
            "HTTP/1.0 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive, close\r\n\r\n")}) {
    SCOPED_TRACE(lines);
    // It stays open on the other side: who asked for the close must not be asked again.
    setting.upstream.once("/x", {send(lines), wait_for_departure()});
    EXPECT_EQ(setting.gateway.get("/x").status, 200);
    EXPECT_TRUE(setting.upstream.wait_for_open_connections(0));
  }
  EXPECT_EQ(setting.upstream.accepted(), 4u);
}

TEST(ProxyConnections, OfPipelinedRequestsAnswerInOrder) {
  Setting setting;
  setting.upstream.script("/slow", {testkit::wait(milliseconds(100)), answer(200, "slow")});
  Connection client = setting.gateway.connect();
  client.send(RequestBuilder("GET", "/slow").bytes() +
              RequestBuilder("POST", "/b").body("x").bytes() +
              RequestBuilder("GET", "/slow").bytes() + RequestBuilder("GET", "/d").bytes());
  EXPECT_EQ(client.read().body, "slow");
  EXPECT_EQ(client.read().body, "fine");
  EXPECT_EQ(client.read().body, "slow");
  EXPECT_EQ(client.read().body, "fine");
}

// ---- kept connections that are gone -----------------------------------------------------------

TEST(ProxyStaleConnections, AreNoticedWhileTheyLieIdle) {
  const Setting setting;
  Connection client = setting.gateway.connect();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(client.request(RequestBuilder("POST", "/x").body("hello")).status, 200);
    ASSERT_TRUE(setting.upstream.wait_for_idle_connections(1));
    i % 2 == 0 ? setting.upstream.close_idle() : setting.upstream.reset_idle();
    ASSERT_TRUE(setting.upstream.wait_for_open_connections(0));
    std::this_thread::sleep_for(milliseconds(50));
  }
  EXPECT_THAT(setting.upstream.requests(), SizeIs(5));
}

/// The upstream answers once on a connection and breaks it when it is asked again.
void break_second_requests(Upstream& upstream, const testkit::Step& end) {
  upstream.script("/first", {answer(200, "first")});
  upstream.once("/second", {end});
}

TEST(ProxyStaleConnections, AreReplacedForRequestsThatMayBeRepeated) {
  for (const char* method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}) {
    for (const testkit::Step& end : {close(), reset()}) {
      SCOPED_TRACE(method);
      Setting setting;
      break_second_requests(setting.upstream, end);
      EXPECT_EQ(setting.gateway.get("/first").status, 200);
      EXPECT_EQ(setting.gateway.request(RequestBuilder(method, "/second")).status, 200);
      EXPECT_THAT(setting.turns(), ElementsAre(Turn(1, 1), Turn(1, 2), Turn(2, 1)));
    }
  }
}

TEST(ProxyStaleConnections, AreAFailureForAllOthers) {
  const std::vector<RequestBuilder> requests = {
      RequestBuilder("POST", "/second"),
      RequestBuilder("PATCH", "/second"),
      RequestBuilder("POST", "/second").body("x"),
      RequestBuilder("PUT", "/second").body("x"),
      RequestBuilder("PUT", "/second").chunks({"x"}),
  };
  for (const RequestBuilder& request : requests) {
    Setting setting(R"("retries": 3)");
    break_second_requests(setting.upstream, close());
    EXPECT_EQ(setting.gateway.get("/first").status, 200);
    EXPECT_EQ(setting.gateway.request(request).status, 502) << request.head();
    EXPECT_THAT(setting.turns(), ElementsAre(Turn(1, 1), Turn(1, 2))) << request.head();
  }
}

TEST(ProxyStaleConnections, AreReplacedOnce) {
  Setting setting;
  setting.upstream.script("/first", {answer(200)});
  setting.upstream.script("/second", {close()});
  EXPECT_EQ(setting.gateway.get("/first").status, 200);
  EXPECT_EQ(setting.gateway.get("/second").status, 502);
  EXPECT_THAT(setting.turns(), ElementsAre(Turn(1, 1), Turn(1, 2), Turn(2, 1)));
}

TEST(ProxyStaleConnections, AreNoExcuseOnceAnAnswerBegan) {
  Setting setting(R"("retries": 3)");
  setting.upstream.script("/first", {answer(200)});
  setting.upstream.script("/second", {send("HTTP/1.1 2"), close()});
  EXPECT_EQ(setting.gateway.get("/first").status, 200);
  EXPECT_EQ(setting.gateway.get("/second").status, 502);
  EXPECT_THAT(setting.turns(), SizeIs(2));
}

TEST(ProxyStaleConnections, DoNotHurtWhereTheUpstreamServesFewRequestsEach) {
  const Setting setting({}, {.requests_per_connection = 3});
  Connection client = setting.gateway.connect();
  for (int i = 0; i < 100; ++i) ASSERT_EQ(client.get("/x").status, 200) << i;
}

// ---- retries --------------------------------------------------------------------------------

TEST(ProxyRetries, TryAgainAsOftenAsAllowed) {
  Setting setting(R"("retries": 2)");
  for (int failures = 0; failures <= 3; ++failures) {
    const std::size_t before = setting.upstream.requests().size();
    for (int i = 0; i < failures; ++i) setting.upstream.once("/x", {close()});
    EXPECT_EQ(setting.gateway.get("/x").status, failures <= 2 ? 200 : 502);
    EXPECT_EQ(setting.upstream.requests().size() - before, std::min(failures + 1, 3));
    setting.upstream.close_idle();
    setting.upstream.wait_for_open_connections(0);
    std::this_thread::sleep_for(milliseconds(50));
  }
}

TEST(ProxyRetries, WaitForAnUpstreamThatComesBack) {
  Setting setting(R"("retries": 5)");  // 25 + 50 + 100 + 200 + 400 ms
  setting.upstream.kill();
  std::thread later([&] {
    std::this_thread::sleep_for(milliseconds(200));
    setting.upstream.restart();
  });
  const Response response = setting.gateway.get("/x");
  later.join();
  EXPECT_EQ(response.status, 200);
}

TEST(ProxyRetries, AreNotForRequestsThatMayDoSomethingTwice) {
  struct Case {
    std::string name;
    RequestBuilder request;
    testkit::Script script;
  };
  const std::vector<Case> cases = {
      {"POST", RequestBuilder("POST", "/x"), {close()}},
      {"PUT with a body", RequestBuilder("PUT", "/x").body("x"), {close()}},
      {"an answer that began", RequestBuilder("GET", "/x"), {send("HTTP/1.1 200"), close()}},
      {"an interim answer", RequestBuilder("GET", "/x"), {testkit::interim(102), close()}},
      {"an answer that is none", RequestBuilder("GET", "/x"), {send("what?\r\n\r\n"), close()}},
      {"503", RequestBuilder("GET", "/x"), {answer(503)}},
  };
  for (const Case& test : cases) {
    SCOPED_TRACE(test.name);
    Setting setting(R"("retries": 3)");
    setting.upstream.script("/x", test.script);
    Connection client = setting.gateway.connect();
    Response response = client.request(test.request);
    if (response.status == 102) response = client.read();
    EXPECT_EQ(response.status, test.name == "503" ? 503 : 502);
    EXPECT_THAT(setting.upstream.requests(), SizeIs(1));
  }
}

// ---- time -----------------------------------------------------------------------------------

TEST(ProxyTimeouts, Answer504WhenNoHeadComesInTime) {
  Setting setting(R"("timeout": 0.5, "retries": 3)");
  setting.upstream.script("/x", {wait_for_departure()});
  const Response response = setting.gateway.get("/x");
  EXPECT_EQ(response.status, 504);
  EXPECT_EQ(problem_type(response), "upstream-timeout");
  EXPECT_EQ(text_member(object(response.body), "title"), "Gateway Timeout");
  EXPECT_TRUE(setting.upstream.wait_for_open_connections(0));
  EXPECT_THAT(setting.upstream.requests(), SizeIs(1));
  EXPECT_TRUE(setting.gateway.wait_for_log(R"("reason":"timeout")", seconds(5)));
  EXPECT_EQ(setting.gateway.get("/y").status, 200);
}

TEST(ProxyTimeouts, AreForTheWholeHeadHoweverManyStepsItTakes) {
  Setting setting(R"("timeout": 1)");
  testkit::Script script;
  for (int i = 0; i < 20; ++i) {
    script.push_back(testkit::interim(102));
    script.push_back(testkit::wait(milliseconds(300)));
  }
  script.push_back(answer(200));
  setting.upstream.script("/x", script);
  Connection client = setting.gateway.connect();
  Response response = client.get("/x");
  int interims = 0;
  for (; response.status == 102; ++interims) response = client.read();
  EXPECT_EQ(response.status, 504);
  EXPECT_LT(interims, 10);
}

TEST(ProxyTimeouts, AreIdleTimeOnceTheBodyIsComing) {
  Setting setting(R"("timeout": 0.6)");
  setting.upstream.script("/slow", {send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n"),
                                    testkit::drip("0123456789", 1, milliseconds(150))});
  setting.upstream.script(
      "/stuck", {send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n01234"), wait_for_departure()});
  EXPECT_EQ(setting.gateway.get("/slow").body, "0123456789") << "longer than the timeout in all";

  Connection client = setting.gateway.connect();
  client.send(RequestBuilder("GET", "/stuck").bytes());
  EXPECT_EQ(client.read_head().status, 200);
  EXPECT_EQ(client.read_to_end(), "01234");
  EXPECT_TRUE(client.stream().was_reset()) << "never a clean end";
}

TEST(ProxyTimeouts, DoNotRunWhileTheBodyOfTheRequestMoves) {
  Setting setting(R"("timeout": 0.6)");
  setting.upstream.script("/x", {testkit::read_body(), answer(200, "all")});
  Connection client = setting.gateway.connect();
  client.send(RequestBuilder("POST", "/x").header("content-length", "10").head());
  for (int i = 0; i < 10; ++i) {
    std::this_thread::sleep_for(milliseconds(150));
    client.send("x");
  }
  EXPECT_EQ(client.read("POST").body, "all");
}

TEST(ProxyTimeouts, AnswerAClientThatStopsInTheMiddleOfItsBody) {
  // Its own deadline is 30 s; the upstream's comes first.
  Setting setting(R"("timeout": 0.5)");
  setting.upstream.script("/x", {testkit::read_body(), answer(200)});
  Connection client = setting.gateway.connect();
  client.send(RequestBuilder("POST", "/x").header("content-length", "10").head() + "half");
  EXPECT_EQ(client.read("POST").status, 504);
  EXPECT_TRUE(setting.upstream.wait_for_open_connections(0));
}

TEST(ProxyTimeouts, ForConnecting) {
  // A listener whose queue is full takes no connection.
  const int listener = testkit::listen_on_loopback();
  ::listen(listener, 0);
  const std::uint16_t port = testkit::port_of(listener);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::vector<int> queue;
  for (int i = 0; i < 4; ++i) {
    queue.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    ::connect(queue.back(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  const TestGateway gateway(proxy_spec("http://127.0.0.1:" + std::to_string(port),
                                       R"("connect_timeout": 0.5, "timeout": 20)"),
                            proxy_options());
  const auto began = steady_clock::now();
  EXPECT_EQ(gateway.get("/x").status, 504);
  EXPECT_LT(steady_clock::now() - began, seconds(10));
  for (const int socket : queue) ::close(socket);
  ::close(listener);
}

// ---- the circuit breaker ----------------------------------------------------------------------

TEST(ProxyBreaker, OpensAfterFailuresAndClosesAfterASuccess) {
  Setting setting(R"("circuit_breaker": {"threshold": 3, "window": 60, "reset_timeout": 1})");
  // Answers of whatever status are none.
  setting.upstream.script("/error", {answer(500)});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(setting.gateway.get("/error").status, 500);

  setting.upstream.kill();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(setting.gateway.get("/x").status, 502) << i;
  const std::size_t accepted = setting.upstream.accepted();
  const Response refused = setting.gateway.get("/x");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(problem_type(refused), "circuit-open");
  EXPECT_EQ(refused.header("retry-after"), "1");
  EXPECT_TRUE(setting.gateway.wait_for_log(R"("reason":"circuit_open")", seconds(5)));

  setting.upstream.restart();
  EXPECT_EQ(setting.gateway.get("/x").status, 503) << "nobody asks before the time";
  EXPECT_EQ(setting.upstream.accepted(), accepted);
  EXPECT_TRUE(eventually(seconds(5), [&] { return setting.gateway.get("/x").status == 200; }));
  EXPECT_EQ(setting.gateway.get("/x").status, 200);
}

TEST(ProxyBreaker, OpensAgainWhenItsProbeFails) {
  Setting setting(R"("circuit-breaker": {"threshold": 1, "reset_timeout": 1})");
  setting.upstream.kill();
  EXPECT_EQ(setting.gateway.get("/x").status, 502);
  EXPECT_TRUE(eventually(seconds(5), [&] { return setting.gateway.get("/x").status == 502; }));
  EXPECT_EQ(setting.gateway.get("/x").status, 503);
}

TEST(ProxyBreaker, CountsWhateverTheUpstreamIsToBlameFor) {
  const std::string half = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf";
  const std::vector<std::pair<std::string, testkit::Script>> cases = {
      {"closes", {close()}},
      {"resets", {reset()}},
      {"speaks nonsense", {send("nonsense\r\n\r\n"), close()}},
      {"is too slow", {wait_for_departure()}},
      {"ends in the middle", {send(half), close()}},
      {"stops in the middle", {send(half), wait_for_departure()}},
  };
  for (const auto& [name, script] : cases) {
    SCOPED_TRACE(name);
    Setting setting(R"("timeout": 0.3, "circuit_breaker": {"threshold": 1})");
    setting.upstream.script("/x", script);
    Connection client = setting.gateway.connect();
    client.send(RequestBuilder("GET", "/x").close().bytes());
    client.read_to_end();
    EXPECT_EQ(setting.gateway.get("/y").status, 503);
  }
}

// ---- upstreams that are not to be had -----------------------------------------------------------

struct Unreachable {
  std::string name;
  std::string url;
  std::string reason;  ///< in the log
  GatewayOptions options = proxy_options();
};

TEST(ProxyRefusals, AreBadGatewayWithTheCauseInTheLogAlone) {
  GatewayOptions strict = proxy_options();
  strict.environment["BARBACANE_ALLOW_INTERNAL_EGRESS"] = "0";
  GatewayOptions plaintext = proxy_options();
  std::erase(plaintext.serve_flags, "--allow-plaintext-upstream");
  const Upstream there;
  const std::vector<Unreachable> cases = {
      {"refused", "http://127.0.0.1:" + std::to_string(testkit::free_port()), "connection_refused"},
      {"no such name", "http://no-such-name.invalid", "dns"},
      {"metadata", "http://169.254.169.254", "blocked"},
      {"metadata mapped", "http://[::ffff:169.254.169.254]", "blocked"},
      {"internal when strict", there.url(), "blocked", strict},
      {"internal name when strict", "http://localhost:" + std::to_string(there.port()), "blocked",
       strict},
      {"plaintext", there.url(), "plaintext", plaintext},
  };
  for (const Unreachable& test : cases) {
    SCOPED_TRACE(test.name);
    const TestGateway gateway(proxy_spec(test.url, R"("timeout": 10)"), test.options);
    Connection client = gateway.connect();
    const Response response = client.get("/x");
    EXPECT_EQ(response.status, 502);
    EXPECT_EQ(problem_type(response), "upstream-unavailable");
    EXPECT_EQ(text_member(object(response.body), "title"), "Bad Gateway");
    EXPECT_THAT(response.body, testing::Not(HasSubstr("127.0.0.1")));
    EXPECT_THAT(response.body, testing::Not(HasSubstr("169.254")));
    EXPECT_TRUE(gateway.wait_for_log(R"("reason":")" + test.reason + '"', seconds(5)))
        << gateway.log();
    EXPECT_EQ(client.request(RequestBuilder("POST", "/x").body("hello")).status, 502)
        << "and the client's connection goes on";
  }
  EXPECT_EQ(there.accepted(), 0u);
}

TEST(ProxyRefusals, TellDevelopersTheCause) {
  const TestGateway gateway(proxy_spec("http://127.0.0.1:" + std::to_string(testkit::free_port())),
                            proxy_options({"--dev"}));
  EXPECT_THAT(gateway.get("/x").body, AllOf(HasSubstr("http-upstream"), HasSubstr("refused")));
}

TEST(ProxyRefusals, AreNotForInternalAddressesWhenTheGuardIsOff) {
  Upstream upstream;
  upstream.otherwise({answer(200)});
  GatewayOptions options = proxy_options();
  options.environment["BARBACANE_ALLOW_INTERNAL_EGRESS"] = "1";
  EXPECT_EQ(TestGateway(proxy_spec(upstream.url()), options).get("/x").status, 200);
}

}  // namespace
}  // namespace barbacane::integration
