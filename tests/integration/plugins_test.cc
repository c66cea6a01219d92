// Plugins in the real program: what they may do to requests, and what they cannot do to anybody
// (plugin ABI, 7 and 8).

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/detail/guest_text.h"
#include "testkit/plugin_project.h"
#include "testkit/spec_builder.h"
#include "testkit/upstream.h"

namespace barbacane::integration {
namespace {

using gateway::constant;
using gateway::JsonGuest;
using testing::HasSubstr;
using testkit::Connection;
using testkit::PluginProject;
using testkit::RequestBuilder;
using testkit::Response;
using testkit::SpecBuilder;
using testkit::TestGateway;
using testkit::Upstream;

std::string assembled(const std::string& text) {
  auto bytes = wasm::assemble(text);
  if (!bytes) throw std::runtime_error(bytes.error().message + "\n" + text);
  return *bytes;
}

std::string sdk_module() {
  std::ifstream in(std::string(BARBACANE_PLUGIN_FIXTURES) + "/sdk08.wat");
  std::ostringstream text;
  text << in.rdbuf();
  return assembled(text.str());
}

/// Adds a line on both ways; reads and replaces nothing.
std::string direct_module() {
  return assembled(R"((module
    (import "barbacane_direct" "header_set"
      (func $set (param i32 i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1) (data (i32.const 0) "x-direct")
    (func $mark (param $message i32) (result i32)
      (drop (call $set (local.get $message) (i32.const 0) (i32.const 8) (i32.const 2)
              (i32.const 6)))
      (i32.const 0))
    (func (export "init") (result i32) (i32.const 0))
    (func (export "on_request") (result i32) (call $mark (i32.const 0)))
    (func (export "on_response") (result i32) (call $mark (i32.const 1)))))");
}

std::string uses(std::initializer_list<const char*> names) {
  std::string list;
  for (const char* name : names) {
    list += (list.empty() ? "{\"name\":\"" : ",{\"name\":\"") + std::string(name) + "\"}";
  }
  return "[" + list + "]";
}

constexpr const char* kMiddlewares = "x-barbacane-middlewares";

// ---- misbehaviour under load ----------------------------------------------------------------

/// By a letter: what it does to itself.
constexpr const char* kMisdeeds = R"(
  (func $forever (loop $l (br $l)))
  (func $deeper (result i32) (i32.add (call $deeper) (i32.const 1)))
  (func $bomb (local $at i32)
    (loop $l (br_if $l (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
    (local.set $at (i32.shl (memory.size) (i32.const 16)))
    (loop $l
      (i32.store8 (local.tee $at (i32.sub (local.get $at) (i32.const 4096))) (i32.const 1))
      (br_if $l (i32.gt_u (local.get $at) (i32.const 131072))))
    unreachable)
  (func $misbehave (param $letter i32)
    (if (i32.eq (local.get $letter) (i32.const 0x6c)) (then (call $forever)))
    (if (i32.eq (local.get $letter) (i32.const 0x72)) (then (drop (call $deeper))))
    (if (i32.eq (local.get $letter) (i32.const 0x6d)) (then (call $bomb)))
    (if (i32.eq (local.get $letter) (i32.const 0x75)) (then unreachable)))
)";

enum class Where { kOnRequest, kDispatch, kOnResponse };

struct Misbehaviour {
  Where where;
  bool direct;
};

std::string json_culprit(Where where) {
  JsonGuest guest;
  guest.more = std::string(kMisdeeds) + "(global $letter (mut i32) (i32.const 0))";
  // {"method":"GET","path":"/… has the letter behind 25 bytes.
  const std::string look = "(global.set $letter (i32.load8_u offset=25 (local.get $p)))";
  const std::string act = "(call $misbehave (global.get $letter))";
  guest.on_request = look + (where == Where::kOnRequest ? act : "") + constant(0);
  guest.on_response = (where == Where::kOnResponse ? act : "") + constant(0);
  if (where == Where::kDispatch) {
    guest.dispatch = look + act + guest.body("right") +
                     guest.output(R"({"status":200,"headers":{}})") + constant(0);
  }
  return guest.wasm();
}

std::string direct_culprit(Where where) {
  const std::string look = "(drop (call $field (i32.const 1) (i32.const 64) (i32.const 2)))";
  const std::string act = look + "(call $misbehave (i32.load8_u (i32.const 65)))";
  const auto handler = [](const char* name, const std::string& code) {
    return "(func (export \"" + std::string(name) + "\") (result i32) " + code + "(i32.const 0))";
  };
  std::string text =
      R"((module (import "barbacane_direct" "field_get" (func $field (param i32 i32 i32) (result i32)))
      (import "barbacane_direct" "body_set" (func $body (param i32 i32 i32) (result i32)))
      (memory (export "memory") 2) (data (i32.const 0) "right"))" +
      std::string(kMisdeeds) + handler("init", "");
  if (where == Where::kDispatch) {
    text +=
        handler("dispatch", act + "(drop (call $body (i32.const 1) (i32.const 0) (i32.const 5)))");
  } else {
    text += handler("on_request", where == Where::kOnRequest ? act : "") +
            handler("on_response", where == Where::kOnResponse ? act : "");
  }
  return assembled(text + ")");
}

class Misbehaving : public testing::TestWithParam<Misbehaviour> {};

TEST_P(Misbehaving, HarmsNoRequestButItsOwn) {
  const auto [where, direct] = GetParam();
  PluginProject project;
  const bool dispatches = where == Where::kDispatch;
  project.plugin("culprit", dispatches ? "dispatcher" : "middleware",
                 direct ? direct_culprit(where) : json_culprit(where));
  SpecBuilder spec;
  auto& operation = spec.operation("GET", "/{kind}");
  if (dispatches) {
    operation.dispatch("culprit", "{}");
  } else {
    operation.member(kMiddlewares, uses({"culprit"})).mock(200, "right", "text/plain");
  }
  TestGateway gateway = project.serve(spec.text(), {.serve_flags = {"--workers", "2"}});

  constexpr int kConnections = 64;
  constexpr int kBad = 4;
  constexpr int kTurns = 30;
  std::atomic<int> wrong{0};
  std::atomic<int> broken{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < kConnections; ++i) {
    clients.emplace_back([&, i] {
      try {
        Connection connection(gateway.port());
        const bool bad = i < kBad;
        const std::string target = bad ? std::string("/") + "lrmu"[i] : "/ok" + std::to_string(i);
        // Its own answer of a bad one: 500, unless there was one already.
        const int expected = bad && where != Where::kOnResponse ? 500 : 200;
        for (int turn = 0; turn < (bad ? 4 : kTurns); ++turn) {
          const Response response = connection.get(target);
          if (response.status != expected) ++wrong;
          if (expected == 200 && response.body != "right") ++wrong;
        }
      } catch (const std::exception&) {
        ++broken;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(broken, 0);
  EXPECT_EQ(gateway.get("/fine").status, 200);
  EXPECT_EQ(gateway.stop(), 0) << gateway.standard_error();
  const char* const phase =
      dispatches ? "dispatch" : (where == Where::kOnRequest ? "on_request" : "on_response");
  for (const char* reason : {"ran out of time", "overflowed its stack", "aborted"}) {
    EXPECT_THAT(gateway.log(), testing::ContainsRegex("plugin_failed.*\"plugin\":\"culprit\".*" +
                                                      std::string(phase) + ".*" + reason));
  }
}

std::string name_of(const testing::TestParamInfo<Misbehaviour>& info) {
  constexpr const char* kNames[] = {"OnRequest", "Dispatch", "OnResponse"};
  return std::string(kNames[static_cast<int>(info.param.where)]) +
         (info.param.direct ? "Direct" : "Json");
}

INSTANTIATE_TEST_SUITE_P(Phases, Misbehaving,
                         testing::Values(Misbehaviour{Where::kOnRequest, false},
                                         Misbehaviour{Where::kOnRequest, true},
                                         Misbehaviour{Where::kDispatch, false},
                                         Misbehaviour{Where::kDispatch, true},
                                         Misbehaviour{Where::kOnResponse, false},
                                         Misbehaviour{Where::kOnResponse, true}),
                         name_of);

// ---- bodies ---------------------------------------------------------------------------------

std::string all_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i + i / 256);
  return bytes;
}

constexpr std::size_t kMaxBody = 1'048'576;

class PluginBodies : public testing::TestWithParam<bool> {};

TEST_P(PluginBodies, SurviveAChainBothWays) {
  Upstream upstream;
  upstream.otherwise({testkit::echo()});
  PluginProject project;
  const std::vector<std::string> capabilities =
      GetParam() ? std::vector<std::string>{"body_access"} : std::vector<std::string>{};
  project.plugin("sdk", "middleware", sdk_module(), capabilities);
  project.plugin("direct", "middleware", direct_module(), capabilities);
  SpecBuilder spec;
  spec.operation("POST", "/{a}")
      .member(kMiddlewares, uses({"sdk", "direct", "sdk"}))
      .dispatch("http-upstream", R"({"url":")" + upstream.url() + R"("})");
  TestGateway gateway = project.serve(spec.text(), {.serve_flags = {"--allow-plaintext-upstream"},
                                                    .compile_flags = {"--allow-plaintext"}});
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{256}, kMaxBody - 1, kMaxBody}) {
    const std::string body = all_bytes(size);
    for (const bool chunked : {false, true}) {
      SCOPED_TRACE(testing::Message() << size << (chunked ? " in chunks" : ""));
      RequestBuilder request("POST", "/a");
      if (chunked && size > 0) {
        request.chunks({body.substr(0, size / 2), body.substr(size / 2)});
      } else {
        request.body(body);
      }
      if (chunked && size < 2) continue;
      const Response response = gateway.request(request);
      EXPECT_EQ(response.status, 200);
      EXPECT_EQ(response.header("x-sdk"), "a");
      EXPECT_EQ(response.header("x-direct"), "direct");
      EXPECT_TRUE(response.body == body) << response.body.size() << " bytes came back";
      EXPECT_TRUE(upstream.requests().back().body == body);
      EXPECT_EQ(upstream.requests().back().header("x-direct"), "direct");
    }
  }
  EXPECT_EQ(gateway.request(RequestBuilder("POST", "/a").body(all_bytes(kMaxBody + 1))).status,
            413);
}

INSTANTIATE_TEST_SUITE_P(Access, PluginBodies, testing::Bool(),
                         [](const auto& each) { return std::string(each.param ? "Yes" : "No"); });

TEST(PluginBody, TooLargeForTheGatewayIs502BehindBodyAccess) {
  Upstream upstream;
  upstream.script("/exact", {testkit::answer_of_size(100'000)});
  upstream.script("/more", {testkit::answer_of_size(100'001)});
  const std::string piece(60'000, 'p');
  upstream.script("/chunks", {testkit::answer_in_chunks(200, {piece, piece})});
  PluginProject project;
  project.plugin("reads", "middleware", sdk_module(), {"body_access"});
  project.plugin("passes", "middleware", sdk_module());
  SpecBuilder spec;
  for (const char* path : {"/exact", "/more", "/chunks"}) {
    const std::string url = R"({"url":")" + upstream.url() + R"(","path":")" + path + R"("})";
    spec.operation("GET", std::string("/reads") + path)
        .member(kMiddlewares, uses({"reads"}))
        .dispatch("http-upstream", url);
    spec.operation("GET", std::string("/passes") + path)
        .member(kMiddlewares, uses({"passes"}))
        .dispatch("http-upstream", url);
  }
  TestGateway gateway = project.serve(
      spec.text(), {.serve_flags = {"--allow-plaintext-upstream"},
                    .compile_flags = {"--allow-plaintext"},
                    .environment = {{"BARBACANE_MAX_UPSTREAM_RESPONSE_BYTES", "100000"}}});
  const Response exact = gateway.get("/reads/exact");
  EXPECT_EQ(exact.status, 200);
  EXPECT_TRUE(exact.body == testkit::pattern(0, 100'000));
  for (const char* path : {"/reads/more", "/reads/chunks"}) {
    const Response response = gateway.get(path);
    EXPECT_EQ(response.status, 502) << path;
    EXPECT_THAT(response.body, HasSubstr("upstream-unavailable")) << path;
  }
  EXPECT_EQ(gateway.get("/passes/more").body.size(), 100'001U);
  EXPECT_EQ(gateway.get("/passes/chunks").body.size(), 120'000U);
}

// ---- chain ----------------------------------------------------------------------------------

TEST(PluginChain, AShortCircuitAndAFailureInTheMiddle) {
  JsonGuest denies;
  denies.on_request =
      "(if (i32.eq (i32.load8_u offset=25 (local.get $p)) (i32.const 0x64)) (then " +
      denies.body("denied") + denies.output(R"({"status":403,"headers":{"x-why":"d"}})") +
      "(return (i32.const 1))))" + constant(0);
  PluginProject project;
  project.plugin("sdk", "middleware", sdk_module());
  project.plugin("direct", "middleware", direct_module());
  project.plugin("denies", "middleware", denies.wasm());
  project.plugin("culprit", "middleware", json_culprit(Where::kOnRequest));
  SpecBuilder spec;
  spec.operation("GET", "/{a}")
      .member(kMiddlewares, uses({"sdk", "denies", "culprit", "direct"}))
      .mock(200, "right");
  TestGateway gateway = project.serve(spec.text());
  const Response passed = gateway.get("/a");
  EXPECT_EQ(passed.status, 200);
  EXPECT_EQ(passed.header("x-sdk"), "a");
  EXPECT_EQ(passed.header("x-direct"), "direct");
  // Those before it see the answer, those behind never heard of the request.
  const Response denied = gateway.get("/d");
  EXPECT_EQ(denied.status, 403);
  EXPECT_EQ(denied.body, "denied");
  EXPECT_EQ(denied.header("x-why"), "d");
  EXPECT_EQ(denied.header("x-sdk"), "d");
  EXPECT_FALSE(denied.has("x-direct"));
  // What the gateway says itself, nobody changes.
  const Response failed = gateway.get("/u");
  EXPECT_EQ(failed.status, 500);
  EXPECT_EQ(failed.header("content-type"), "application/problem+json");
  EXPECT_FALSE(failed.has("x-sdk"));
  EXPECT_THAT(failed.body, testing::Not(HasSubstr("culprit")));
}

TEST(PluginChain, APluginThatDoesNotStartIsExitCode14) {
  JsonGuest guest;
  guest.init = "(i32.const 1)";
  PluginProject project;
  project.plugin("broken", "middleware", guest.wasm());
  SpecBuilder spec;
  spec.operation("GET", "/a").member(kMiddlewares, uses({"broken"})).mock(200, "right");
  try {
    project.serve(spec.text());
    FAIL() << "it serves";
  } catch (const std::exception& error) {
    EXPECT_THAT(error.what(), HasSubstr("plugin 'broken' of GET /a does not start"));
  }
}

}  // namespace
}  // namespace barbacane::integration
