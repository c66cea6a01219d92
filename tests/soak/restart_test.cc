// An upstream that dies and comes back, again and again, under load.

#include <gtest/gtest.h>

#include "steady_load.h"
#include "testkit/eventually.h"
#include "testkit/spec_builder.h"
#include "testkit/test_gateway.h"
#include "testkit/upstream.h"

namespace barbacane::soak {
namespace {

using namespace testkit;
using std::chrono::milliseconds;

constexpr int kRounds = 20;
#if defined(BARBACANE_SANITIZED)
constexpr int kPatience = 4;
#else
constexpr int kPatience = 1;
#endif

SteadyLoad::Turn get(const std::string& target) {
  return [target](Client& client) { return client.request(RequestBuilder("GET", target)).word(); };
}

SteadyLoad::Turn post(const std::string& target) {
  return [target](Client& client) {
    return client.request(RequestBuilder("POST", target).body(std::string(50'000, 'b'))).word();
  };
}

bool answers_within(std::uint16_t port, const std::string& target, milliseconds within) {
  Client client(port);
  return eventually(within,
                    [&] { return client.request(RequestBuilder("GET", target)).word() == "200"; });
}

TEST(Soak, AnUpstreamThatDiesAndComesBackLeavesNoStuckRequest) {
  Upstream upstream;
  upstream.otherwise({answer(200, "here")});
  upstream.script("/large", {answer_of_size(2'000'000)});
  const std::string url = R"({"url":")" + upstream.url() + R"("})";
  SpecBuilder spec;
  for (const char* path : {"/plain", "/large"}) {
    spec.operation("GET", path).dispatch("http-upstream", url);
  }
  spec.operation("POST", "/plain").dispatch("http-upstream", url);
  spec.operation("GET", "/guarded")
      .dispatch("http-upstream",
                R"({"url":")" + upstream.url() +
                    R"(","circuit_breaker":{"threshold":3,"window":10,"reset_timeout":1}})");
  TestGateway gateway(spec.text(),
                      {.serve_flags = {"--allow-plaintext-upstream", "--log-level", "error"},
                       .compile_flags = {"--allow-plaintext"}});

  SteadyLoad load(gateway.port());
  load.add(16, get("/plain"), milliseconds(2));
  load.add(8, get("/guarded"), milliseconds(2));
  load.add(4, get("/large"), milliseconds(2));
  load.add(4, post("/plain"), milliseconds(2));

  for (int round = 0; round < kRounds; ++round) {
    std::this_thread::sleep_for(milliseconds(200));
    upstream.kill();
    // Long enough for the breaker to open and its probe to fail.
    std::this_thread::sleep_for(milliseconds(round % 2 == 0 ? 100 : 1'200));
    upstream.restart();
    EXPECT_TRUE(answers_within(gateway.port(), "/plain", milliseconds(1'000 * kPatience)))
        << "round " << round;
    EXPECT_TRUE(answers_within(gateway.port(), "/guarded", milliseconds(2'000 * kPatience)))
        << "round " << round;
  }
  load.stop();

  Counts counts = load.counts();
  const std::string text = as_text(counts);
  EXPECT_GT(counts["200"], 1'000u) << text;
  EXPECT_GT(counts["502"], 0u) << text;
  EXPECT_GT(counts["503"], 0u) << text;
  for (const char* allowed : {"200", "502", "503", "aborted"}) counts.erase(allowed);
  EXPECT_TRUE(counts.empty()) << text;
  EXPECT_EQ(gateway.stop(), 0) << gateway.standard_error();
}

}  // namespace
}  // namespace barbacane::soak
