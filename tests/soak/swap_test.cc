// Two thousand artifacts, one after another, under a load that must not notice.

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "steady_load.h"
#include "testkit/client.h"
#include "testkit/error.h"
#include "testkit/peers.h"
#include "testkit/spec_builder.h"
#include "testkit/test_gateway.h"
#include "testkit/upstream.h"
#include "testkit/websocket.h"

namespace barbacane::soak {
namespace {

using namespace testkit;
using std::chrono::milliseconds;

constexpr std::size_t kWarmUp = 100;

std::size_t swaps_asked_for() {
  const char* text = std::getenv("BARBACANE_SOAK_SWAPS");
  return text == nullptr ? 2'000 : std::strtoull(text, nullptr, 10);
}

/// A spec whose every answer names the snapshot in two places.
std::string spec_of(const std::string& name, const Upstream& upstream, const NginxUpstream& nginx) {
  SpecBuilder spec;
  spec.operation("GET", "/which")
      .mock(200, R"({"snapshot":")" + name + R"("})")
      .mock_config("headers", R"({"x-snapshot":")" + name + R"("})");
  const auto proxied = [&](const std::string& url) {
    return R"({"url":")" + url + R"(","path":"/from/)" + name + R"(","headers":{"x-snapshot":")" +
           name + R"("}})";
  };
  spec.operation("GET", "/proxied").dispatch("http-upstream", proxied(nginx.url()));
  spec.operation("POST", "/echo").dispatch("http-upstream", proxied(upstream.url()));
  spec.operation("GET", "/talk")
      .dispatch("ws-upstream",
                R"({"url":"ws://127.0.0.1:)" + std::to_string(upstream.port()) + R"("})");
  return spec.text();
}

std::string which(Client& client) {
  const Answer answer = client.request(RequestBuilder("GET", "/which"));
  if (answer.word() != "200") return answer.word();
  const std::string name = answer.response.header("x-snapshot");
  return answer.response.body == R"({"snapshot":")" + name + R"("})" ? "200" : "two snapshots";
}

/// The upstream answers with the path and the header it was asked with.
std::string proxied(Client& client) {
  const Answer answer = client.request(RequestBuilder("GET", "/proxied"));
  if (answer.word() != "200") return answer.word();
  const std::string& body = answer.response.body;
  return body == "/from/a a" || body == "/from/b b" ? "200" : "two snapshots: " + body;
}

std::string streamed(Client& client) {
  static const std::string large = pattern(0, 300'000);
  const Answer answer = client.request(RequestBuilder("POST", "/echo").chunks({large, large}));
  if (answer.word() != "200") return answer.word();
  return answer.response.body == large + large ? "200" : "another body";
}

void talk(std::uint16_t port, const std::atomic<bool>& stopping, const SteadyLoad::Say& say) {
  try {
    WebSocketClient socket(port, "/talk");
    for (std::size_t i = 0; !stopping; ++i) {
      const std::string text = "message " + std::to_string(i);
      socket.send_text(text);
      say(socket.read().payload == text ? "echoed" : "another message");
      std::this_thread::sleep_for(milliseconds(20));
    }
    say(socket.close().close_code() == 1000 ? "closed" : "closed in another way");
  } catch (const TestkitError& error) {
    say(std::string("WebSocket: ") + error.what());
  }
}

void ask_by_http2(const std::string& origin, const std::atomic<bool>& stopping,
                  const SteadyLoad::Say& say) {
  while (!stopping) {
    const H2loadResult load = h2load({.url = origin + "/which",
                                      .requests = 2'000,
                                      .clients = 9,
                                      .streams = 4,
                                      .arguments = {"--rps=100", origin + "/proxied"}});
    say(load.status_2xx == load.done && load.succeeded == 2'000 ? "200" : load.output);
    const CurlResult one = curl({"--http2-prior-knowledge", origin + "/which"});
    const std::string name = one.response.header("x-snapshot");
    say(one.response.body == R"({"snapshot":")" + name + R"("})" ? "200" : "HTTP/2: " + one.error);
  }
}

TEST(Soak, SwapsUnderLoadLoseNothing) {
  Upstream upstream;
  upstream.script("/from/a", {echo()}).script("/from/b", {echo()});
  upstream.script("/talk", {accept_websocket(), echo_websocket()});
  const NginxUpstream nginx(
      {.behaviour = "location / { return 200 '$uri $http_x_snapshot'; } access_log off;"});
  const TempDirectory directories[2];
  std::string artifacts[2];
  for (const int i : {0, 1}) {
    artifacts[i] = compile_artifact(directories[i],
                                    {{"api.yaml", spec_of(i == 0 ? "a" : "b", upstream, nginx)}},
                                    {.compile_flags = {"--allow-plaintext"}});
  }
  const TempDirectory served;
  const auto put = [&](int which_one) {
    std::filesystem::copy_file(artifacts[which_one], served / "next.bca");
    std::filesystem::rename(served / "next.bca", served / "api.bca");
  };
  put(0);
  TestGateway gateway = TestGateway::from_artifact(
      served / "api.bca", {.serve_flags = {"--allow-plaintext-upstream", "--log-level", "warn"}});

  const std::string origin = "http://127.0.0.1:" + std::to_string(gateway.port());
  SteadyLoad load(gateway.port());
  load.add(24, which, milliseconds(5));
  load.add(14, proxied, milliseconds(5));
  load.add(6, streamed, milliseconds(20));
  for (int i = 0; i < 10; ++i) {
    load.add([&](const auto& stopping, const auto& say) { talk(gateway.port(), stopping, say); });
  }
  load.add([&](const auto& stopping, const auto& say) { ask_by_http2(origin, stopping, say); });

  Client watcher(gateway.port());
  std::size_t before = 0;
  const std::size_t swaps = kWarmUp + swaps_asked_for();
  for (std::size_t swap = 1; swap <= swaps; ++swap) {
    put(static_cast<int>(swap % 2));
    gateway.process().signal(SIGHUP);
    const std::string expected = swap % 2 == 0 ? "a" : "b";
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (watcher.request(RequestBuilder("GET", "/which")).response.header("x-snapshot") !=
           expected) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline)
          << "swap " << swap << " was not made\n"
          << gateway.standard_error() << as_text(load.counts());
      std::this_thread::sleep_for(milliseconds(1));
    }
    if (swap == kWarmUp) before = resident_kib(gateway.pid());
  }
  const std::size_t after = resident_kib(gateway.pid());
  load.stop();

  const Counts counts = load.counts();
  const std::string text = as_text(counts);
  EXPECT_EQ(counts.size(), 3u) << text;
  EXPECT_GT(counts.at("200"), swaps) << text;
  EXPECT_EQ(counts.at("closed"), 10u) << text;
  RecordProperty("resident_kib_before", static_cast<int>(before));
  RecordProperty("resident_kib_after", static_cast<int>(after));
#if !defined(BARBACANE_SANITIZED)
  EXPECT_LT(after, before + 4096) << "KiB";
#endif
  EXPECT_EQ(gateway.stop(), 0) << gateway.standard_error();
}

}  // namespace
}  // namespace barbacane::soak
