// Answers that stream through a dispatcher module: plugin ABI, 8.4; plugins contract, 1.3.
#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hand_made_plugins.h"
#include "testkit/child.h"
#include "testkit/client.h"
#include "testkit/eventually.h"
#include "testkit/spec_builder.h"
#include "testkit/upstream.h"

namespace barbacane::integration {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testkit::Connection;
using testkit::RequestBuilder;
using testkit::Response;
using testkit::Upstream;

/// Streams, tells what came of it and that the answer has been given.
constexpr std::string_view kStreams =
    "(call $note (call $stream)) (call $answer (i32.const 0)) (i32.const 0)";

/// Logs are JSON, and so are quotes in them.
constexpr std::string_view kObserved200 = R"(observed: {\"status\":200)";

/// curl's words for a stream that was reset.
constexpr int kStreamReset = 92;

class PluginStreaming : public testing::TestWithParam<PluginAbi> {
 protected:
  /// GET /x of the gateway goes to `path` of the upstream by way of this dispatcher, in the eyes of
  /// an observer.
  PluginGateway gateway(std::string_view dispatch, std::string_view path,
                        std::string_view more = "",
                        const testkit::GatewayOptions& options = {}) const {
    testkit::SpecBuilder spec;
    const std::string config =
        R"({"method":"GET","url":")" + upstream_.url(path) + '"' + std::string(more) + '}';
    for (const char* method : {"GET", "HEAD"}) {
      spec.operation(method, "/x")
          .dispatch("stream", config)
          .member("x-barbacane-middlewares", R"([{"name":"observer"}])");
    }
    return {{{.name = "stream", .abi = GetParam(), .dispatch = std::string(dispatch)},
             {.name = "observer", .abi = GetParam()}},
            spec.text(),
            options};
  }

  std::string url(PluginGateway& gateway) const {
    return "http://127.0.0.1:" + std::to_string(gateway->port()) + "/x";
  }

  Upstream upstream_;
};

INSTANTIATE_TEST_SUITE_P(Abi, PluginStreaming,
                         testing::Values(PluginAbi::kJson, PluginAbi::kDirect),
                         [](const auto& abi) {
                           return abi.param == PluginAbi::kJson ? "Json" : "Direct";
                         });

TEST_P(PluginStreaming, HeadAndPiecesLeaveAsTheyCome) {
  upstream_.script("/events",
                   {testkit::send("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nserver: "
                                  "theirs\r\nx-theirs: 1\r\ntransfer-encoding: chunked\r\n\r\n"),
                    testkit::wait_for("first"), testkit::send("6\r\nfirst \r\n"),
                    testkit::wait_for("second"), testkit::send("6\r\nsecond\r\n0\r\n\r\n")});
  PluginGateway served = gateway(kStreams, "/events");
  Connection client = served->connect();
  ASSERT_TRUE(client.send(RequestBuilder("GET", "/x").bytes()));
  Response response = client.read_head();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.header("content-type"), "text/event-stream");
  EXPECT_EQ(response.header("x-theirs"), "1");
  EXPECT_EQ(response.count("server"), 1);
  EXPECT_THAT(response.header("server"), HasSubstr("barbacane/"));
  EXPECT_NE(response.header("x-request-id"), "");
  EXPECT_EQ(response.header("x-content-type-options"), "nosniff");
  upstream_.open_gate("first");
  EXPECT_EQ(client.stream().take_line(), "6");
  EXPECT_EQ(client.stream().take(8), "first \r\n");
  upstream_.open_gate("second");
  EXPECT_EQ(client.stream().take(16), "6\r\nsecond\r\n0\r\n\r\n");
  // What the dispatcher and the observer are told.
  EXPECT_TRUE(served.logs(R"(\"body\":null)")) << served->log();
  EXPECT_TRUE(served.logs("copy: first second")) << served->log();
  EXPECT_TRUE(served.logs(kObserved200)) << served->log();
  EXPECT_TRUE(served.logs("streamed: true")) << served->log();
  EXPECT_THAT(served->log(), Not(HasSubstr("observed: a body")));
  EXPECT_THAT(served->log(), HasSubstr(R"(text/event-stream)"));
  // The connection goes on.
  upstream_.script("/events", {testkit::answer(404, "none here")});
  response = client.get("/x");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body, "none here");
  EXPECT_FALSE(response.has("x-changed"));
}

TEST_P(PluginStreaming, ASlowClientHoldsTheUpstreamBack) {
  constexpr std::size_t kSize = 60'000'000;
  upstream_.script("/large", {testkit::answer_of_size(kSize)});
  PluginGateway served = gateway(kStreams, "/large");
  Connection client = served->connect();
  ASSERT_TRUE(client.send(RequestBuilder("GET", "/x").bytes()));
  Response response = client.read_head();
  std::uint64_t before = 0;
  EXPECT_TRUE(testkit::eventually(20s, [&] {
    const std::uint64_t sent = upstream_.bytes_sent();
    const bool stands = sent > 0 && sent == before;
    before = sent;
    std::this_thread::sleep_for(300ms);
    return stands;
  }));
  EXPECT_LT(upstream_.bytes_sent(), kSize / 2);
  client.read_body(response);
  EXPECT_TRUE(response.body == testkit::pattern(0, kSize));
  // Longer than what is kept for the plugin.
  EXPECT_TRUE(served.logs(R"(\"body\":null)"));
  EXPECT_THAT(served->log(), Not(HasSubstr("copy: ")));
}

TEST_P(PluginStreaming, KeepsACopyUpToTheLimit) {
  upstream_.script("/fits", {testkit::answer(200, "0123456789")});
  upstream_.script("/is-too-long", {testkit::answer_in_chunks(200, {"0123456789", "!"})});
  const testkit::GatewayOptions options{
      .environment = {{"BARBACANE_MAX_UPSTREAM_RESPONSE_BYTES", "10"}}};
  PluginGateway fits = gateway(kStreams, "/fits", "", options);
  EXPECT_EQ(fits->get("/x").body, "0123456789");
  EXPECT_TRUE(fits.logs("copy: 0123456789"));
  PluginGateway too_long = gateway(kStreams, "/is-too-long", "", options);
  EXPECT_EQ(too_long->get("/x").body, "0123456789!");
  EXPECT_TRUE(too_long.logs(R"(\"body\":null)"));
  EXPECT_THAT(too_long->log(), Not(HasSubstr("copy: ")));
}

TEST_P(PluginStreaming, AnUpstreamThatBreaksOffBreaksTheAnswer) {
  upstream_.otherwise({testkit::send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
                                     "4\r\nhalf\r\n"),
                       testkit::wait_for("read"), testkit::close()});
  PluginGateway served = gateway(kStreams, "/torn");
  Connection client = served->connect();
  ASSERT_TRUE(client.send(RequestBuilder("GET", "/x").bytes()));
  EXPECT_EQ(client.read_head().status, 200);
  EXPECT_EQ(client.stream().take(9), "4\r\nhalf\r\n");
  upstream_.open_gate("read");
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_TRUE(client.stream().was_reset());
  EXPECT_TRUE(served.logs("came to -1")) << served->log();
  EXPECT_TRUE(served.logs(kObserved200)) << served->log();
  const testkit::CurlResult http2 = testkit::curl({"--http2-prior-knowledge", url(served)});
  EXPECT_EQ(http2.exit_code, kStreamReset) << http2.error;
}

TEST_P(PluginStreaming, TheTimeoutIsThatOfTheWholeAnswer) {
  upstream_.otherwise({testkit::send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"),
                       testkit::drip("1\r\nd\r\n1\r\nr\r\n1\r\ni\r\n1\r\np\r\n", 6, 200ms),
                       testkit::wait_for_departure()});
  PluginGateway served = gateway(kStreams, "/drip", R"(,"timeout_ms":500)");
  Connection client = served->connect();
  ASSERT_TRUE(client.send(RequestBuilder("GET", "/x").bytes()));
  EXPECT_EQ(client.read_head().status, 200);
  EXPECT_THAT(client.read_to_end(), Not(HasSubstr("0\r\n\r\n")));
  EXPECT_TRUE(client.stream().was_reset());
  EXPECT_TRUE(served.logs("came to -1"));
  EXPECT_TRUE(upstream_.wait_for_departure(1));
}

TEST_P(PluginStreaming, AFailureBeforeTheHeadLeavesTheAnswerToTheDispatcher) {
  upstream_.otherwise({testkit::close()});
  PluginGateway served = gateway(
      "(call $note (call $stream)) (call $answer (i32.const 418)) (i32.const 0)", "/nobody");
  const Response response = served->get("/x");
  // An ordinary answer, which the observer changes.
  EXPECT_EQ(response.status, 599);
  EXPECT_TRUE(response.has("x-changed"));
  EXPECT_TRUE(served.logs(R"(observed: {\"status\":418)"));
  EXPECT_TRUE(served.logs("came to -1"));
  EXPECT_THAT(served->log(), Not(HasSubstr("streamed: true")));
  EXPECT_THAT(served->log(), Not(HasSubstr("copy: ")));
}

TEST_P(PluginStreaming, AfterAFailureAnotherTargetMayBeTried) {
  upstream_.once("/one", {testkit::close()});
  upstream_.script("/one", {testkit::answer(200, "at last")});
  PluginGateway served = gateway(
      "(if (i32.lt_s (call $stream) (i32.const 0)) (then (drop (call $stream))))"
      "(call $answer (i32.const 0)) (i32.const 0)",
      "/one", R"(,"headers":{"x":"y"},"body":"eA==")");
  EXPECT_EQ(served->get("/x").body, "at last");
}

TEST_P(PluginStreaming, OneAnswerIsAllThereIs) {
  upstream_.otherwise({testkit::answer(200, "once")});
  PluginGateway served = gateway(
      "(drop (call $stream)) (call $note (call $stream)) (call $answer (i32.const 418))"
      "(i32.const 0)",
      "/once");
  const Response response = served->get("/x");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "once");
  EXPECT_EQ(upstream_.requests().size(), 1U);
  EXPECT_TRUE(served.logs("came to -1"));
  EXPECT_TRUE(served.logs("it answered although its answer was streamed"));
  EXPECT_TRUE(served.logs(kObserved200));
}

TEST_P(PluginStreaming, TheAnswerEndsBeforeADispatcherWaitsForSomethingElse) {
  upstream_.once("/x", {testkit::answer_in_chunks(200, {"streamed"})});
  upstream_.once("/x", {testkit::wait_for("told"), testkit::answer(200, "called")});
  PluginGateway served = gateway(
      "(drop (call $stream)) (call $note (call $call)) (call $answer (i32.const 0)) (i32.const 0)",
      "/x");
  EXPECT_EQ(served->get("/x").body, "streamed");
  upstream_.open_gate("told");
  EXPECT_TRUE(served.logs("copy: called"));
}

TEST_P(PluginStreaming, StatusZeroWithoutAStreamIsAFailure) {
  PluginGateway served = gateway("(call $answer (i32.const 0)) (i32.const 0)", "/none");
  const Response response = served->get("/x");
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.body, HasSubstr("internal-error"));
}

TEST_P(PluginStreaming, ATrapBehindTheHeadTakesTheAnswerWithIt) {
  upstream_.otherwise({testkit::answer_in_chunks(200, {"not whole"})});
  PluginGateway served = gateway("(drop (call $stream)) unreachable", "/x");
  Connection client = served->connect();
  ASSERT_TRUE(client.send(RequestBuilder("GET", "/x").bytes()));
  EXPECT_EQ(client.read_head().status, 200);
  EXPECT_THAT(client.read_to_end(), Not(HasSubstr("0\r\n\r\n")));
  EXPECT_TRUE(client.stream().was_reset());
  EXPECT_EQ(testkit::curl({"--http2-prior-knowledge", url(served)}).exit_code, kStreamReset);
  EXPECT_TRUE(served.logs("plugin_failed"));
  EXPECT_THAT(served->log(), Not(HasSubstr("observed: ")));
}

TEST_P(PluginStreaming, AClientThatLeavesEndsTheUpstreamsAnswer) {
  upstream_.otherwise({testkit::send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
                                     "4\r\nhalf\r\n"),
                       testkit::wait_for_departure()});
  PluginGateway served = gateway(kStreams, "/endless");
  {
    Connection client = served->connect();
    ASSERT_TRUE(client.send(RequestBuilder("GET", "/x").bytes()));
    EXPECT_EQ(client.read_head().status, 200);
  }
  EXPECT_TRUE(upstream_.wait_for_departure(1));
  EXPECT_TRUE(served.logs("came to -1"));
  testkit::Child http2(testkit::find_program("curl"),
                       {"-sN", "--http2-prior-knowledge", url(served)}, {});
  EXPECT_TRUE(testkit::eventually(20s, [&] { return http2.standard_output() == "half"; }));
  http2.signal(SIGTERM);
  EXPECT_TRUE(upstream_.wait_for_departure(2));
  EXPECT_TRUE(testkit::eventually(20s, [&] { return served.count_in_log("came to -1") == 2; }));
  EXPECT_TRUE(testkit::eventually(20s, [&] { return served.count_in_log("observed: ") == 2; }));
}

TEST_P(PluginStreaming, AClientThatLeavesBeforeTheHeadEndsTheCall) {
  upstream_.otherwise({testkit::wait_for_departure()});
  PluginGateway served = gateway(kStreams, "/silent");
  {
    Connection client = served->connect();
    ASSERT_TRUE(client.send(RequestBuilder("GET", "/x").bytes()));
    upstream_.wait_for_requests(1);
  }
  EXPECT_TRUE(upstream_.wait_for_departure(1));
  testkit::Child http2(testkit::find_program("curl"),
                       {"-sN", "--http2-prior-knowledge", url(served)}, {});
  upstream_.wait_for_requests(2);
  http2.signal(SIGTERM);
  EXPECT_TRUE(upstream_.wait_for_departure(2));
  upstream_.script("/silent", {testkit::answer(200, "speaks")});
  EXPECT_EQ(served->get("/x").body, "speaks");
  EXPECT_THAT(served->log(), Not(HasSubstr("came to -1")));
}

TEST_P(PluginStreaming, AStopCutsWhatNeverEnds) {
  upstream_.once("/x", {testkit::wait_for_departure()});
  upstream_.script("/x", {testkit::send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"),
                          testkit::repeat_for_ever("5\r\nagain\r\n")});
  PluginGateway served = gateway(kStreams, "/x", "", {.serve_flags = {"--shutdown-timeout", "1"}});
  Connection silent = served->connect();
  ASSERT_TRUE(silent.send(RequestBuilder("GET", "/x").bytes()));
  upstream_.wait_for_requests(1);
  // One that is held back by its client, and one that goes on and on.
  Connection slow = served->connect();
  ASSERT_TRUE(slow.send(RequestBuilder("GET", "/x").bytes()));
  EXPECT_EQ(slow.read_head().status, 200);
  testkit::Child http2(testkit::find_program("curl"),
                       {"-sN", "--http2-prior-knowledge", "--output", "/dev/null", url(served)},
                       {});
  upstream_.wait_for_requests(3);
  EXPECT_EQ(served->stop(), 0);
  EXPECT_EQ(silent.read_to_end(), "");
}

TEST_P(PluginStreaming, HeadRequestsAndHttp2GetWhatIsTheirs) {
  upstream_.otherwise({testkit::answer_in_chunks(200, {"some ", "body"}, {}, {"x-sum: 42"})});
  PluginGateway served = gateway(kStreams, "/x");
  Connection client = served->connect();
  EXPECT_EQ(client.request(RequestBuilder("HEAD", "/x")).status, 200);
  EXPECT_EQ(client.get("/x").body, "some body");
  const testkit::CurlResult http2 = testkit::curl({"--http2-prior-knowledge", url(served)});
  EXPECT_EQ(http2.exit_code, 0) << http2.error;
  EXPECT_EQ(http2.response.body, "some body");
  const Response response = client.get("/x");
  EXPECT_EQ(testkit::field_value(response.trailers, "x-sum"), "42");
}

TEST_P(PluginStreaming, InAMiddlewareItIsAnOrdinaryCall) {
  upstream_.otherwise({testkit::answer(201, "for the plugin")});
  testkit::SpecBuilder spec;
  spec.operation("GET", "/x")
      .mock(200, "for the client", "text/plain")
      .member("x-barbacane-middlewares", R"([{"name":"asks","config":{"method":"GET","url":")" +
                                             upstream_.url("/x") + R"("}}])");
  PluginGateway served({{.name = "asks",
                         .abi = GetParam(),
                         .on_request = "(call $note (call $stream)) (i32.const 0)",
                         .on_response = "(i32.const 0)"}},
                       spec.text());
  const Response response = served->get("/x");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "for the client");
  EXPECT_TRUE(served.logs("copy: for the plugin"));
  EXPECT_TRUE(served.logs(R"({\"status\":201)"));
}

}  // namespace
}  // namespace barbacane::integration
