// Clients that leave at every stage of a proxied exchange: the upstream hears of it within a
// second, nothing is left behind, and the gateway goes on.

#include <gtest/gtest.h>

#include "testkit/eventually.h"
#include "testkit/spec_builder.h"
#include "testkit/test_gateway.h"
#include "testkit/upstream.h"

namespace barbacane::testkit {
namespace {

using std::chrono::milliseconds;

/// Sanitizer builds and busy machines get some more than the second that is promised.
constexpr milliseconds kSoon{3'000};

enum class Departure { kClose, kReset };

struct Stage {
  const char* name;
  std::string request;           ///< what the client says
  std::size_t answer = 0;        ///< how much of the answer it waits for
  bool reaches_upstream = true;  ///< for certain; a request may wait for its body to begin
};

std::string post(std::string_view path, std::string_view fields, std::string_view body) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nhost: x\r\n" + std::string(fields) + "\r\n" +
         std::string(body);
}

std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nhost: x\r\n\r\n";
}

const std::vector<Stage>& stages() {
  static const std::string piece(50'000, 'b');
  static const std::vector<Stage> table = {
      {"before a byte", "", 0, false},
      {"in the request line", "GET /sil", 0, false},
      {"in the head", "GET /silent HTTP/1.1\r\nhos", 0, false},
      {"before the upstream's head", get("/silent")},
      {"in the upstream's head", get("/half-head")},
      {"after the upstream's head", get("/head"), 17},
      {"in the answer's body", get("/half-body"), 200},
      {"while a large answer comes", get("/large"), 100'000},
      {"while a large answer is held back", get("/large")},
      {"while an answer never ends", get("/for-ever"), 1'000'000},
      {"before the request's body", post("/read", "content-length: 100000\r\n", ""), 0, false},
      {"in the request's body", post("/read", "content-length: 100000\r\n", piece)},
      {"in a chunk of it", post("/read", "transfer-encoding: chunked\r\n", "ffff\r\n" + piece)},
      {"in a chunk size", post("/read", "transfer-encoding: chunked\r\n", "1\r\nb\r\nf")},
      {"before the last chunk", post("/read", "transfer-encoding: chunked\r\n", "1\r\nb\r\n")},
      {"in the trailers", post("/read", "transfer-encoding: chunked\r\n", "1\r\nb\r\n0\r\nx-t: ")},
      {"in a body nobody reads", post("/stuck", "content-length: 100000000\r\n", piece)},
      {"while both bodies go", post("/echo", "content-length: 100000\r\n", piece), 20'000},
      {"while it waits for 100", post("/read", "content-length: 9\r\nexpect: 100-continue\r\n", ""),
       0, false},
      {"behind a pipelined request", get("/silent") + get("/silent")},
  };
  return table;
}

TEST(ClientAbort, AtAnyStageEndsTheUpstreamsExchangeAndLeavesNothing) {
  Upstream upstream;
  upstream.script("/silent", {wait_for_departure()});
  upstream.script("/half-head", {send("HTTP/1.1 200 OK\r\ncontent"), wait_for_departure()});
  upstream.script("/head",
                  {send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"), wait_for_departure()});
  upstream.script("/half-body",
                  {send("HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\n" + pattern(0, 4'000)),
                   wait_for_departure()});
  upstream.script("/large", {answer_of_size(200'000'000)});
  upstream.script("/for-ever", {send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"),
                                repeat_for_ever("5\r\nagain\r\n")});
  upstream.script("/read", {read_body(), answer(200, "read")});
  upstream.script("/stuck", {leave_body(), wait_for_departure()});
  upstream.script("/echo", {echo()});
  upstream.script("/sound", {answer(200, "sound", {{"connection", "close"}}), close()});
  SpecBuilder spec;
  for (const char* method : {"GET", "POST"}) {
    spec.operation(method, "/{name}")
        .dispatch("http-upstream", R"({"url":")" + upstream.url() + R"(","timeout":30})");
  }
  TestGateway gateway(spec.text(), {.serve_flags = {"--allow-plaintext-upstream", "--workers=1",
                                                    "--max-body-size=200000000"},
                                    .compile_flags = {"--allow-plaintext"}});

  for (const Stage& stage : stages()) {
    for (const Departure departure : {Departure::kClose, Departure::kReset}) {
      SCOPED_TRACE(std::string(stage.name) +
                   (departure == Departure::kClose ? ", closed" : ", reset"));
      const std::size_t accepted = upstream.accepted();
      Connection client(gateway.port());
      client.send(stage.request);
      while (client.stream().buffered().size() < stage.answer) {
        ASSERT_TRUE(client.stream().fill()) << client.stream().buffered();
      }
      if (stage.reaches_upstream) {
        ASSERT_TRUE(eventually(kSoon, [&] { return upstream.accepted() > accepted; }));
      }
      departure == Departure::kClose ? client.stream().close() : client.abort();
      EXPECT_TRUE(upstream.wait_for_open_connections(0, kSoon)) << upstream.open_connections();
      EXPECT_EQ(gateway.get("/sound").body, "sound");
      EXPECT_TRUE(upstream.wait_for_open_connections(0, kSoon));
    }
  }
  // A sanitizer's verdict on what was left behind is its exit code.
  EXPECT_EQ(gateway.stop(), 0) << gateway.standard_error();
}

}  // namespace
}  // namespace barbacane::testkit
