// What handlers of the JSON ABI put out, and what comes of it (plugin ABI, 4.2, 4.3, 7.4 and 8.3).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/detail/guest_text.h"
#include "gateway/detail/test_chain.h"
#include "testkit/plugin_harness.h"

namespace barbacane::gateway {
namespace {

using testing::HasSubstr;
using testkit::PluginHarness;
using Verdict = PluginHarness::Exchange::Verdict;

constexpr const char* kRequestJson =
    R"({"method":"PUT","path":"/new","query":"q=1","headers":{"x-a":"b"},)"
    R"("client_ip":"192.0.2.9","path_params":{}})";
constexpr const char* kResponseJson = R"({"status":418,"headers":{"x-tea":"pot"}})";

std::string envelope(std::string_view action, std::string_view data) {
  return R"({"action":)" + std::string(action) + R"(,"data":)" + std::string(data) + "}";
}

struct ActionCase {
  std::string output;
  int returned;
  Verdict verdict;
  int status = 0;        ///< of the answer
  bool changed = false;  ///< the request is the new one
};

/// The verdict of `on_request`, and the exchange to look at.
void check(const ActionCase& each) {
  SCOPED_TRACE(each.output + " returning " + std::to_string(each.returned));
  JsonGuest guest;
  guest.on_request =
      (each.output.empty() ? "" : guest.output(each.output)) + constant(each.returned);
  PluginHarness harness("hand-made", guest.wasm(), "{}", {});
  ASSERT_EQ(harness.error(), "");
  auto exchange = harness.exchange({.path = "/old"});
  EXPECT_EQ(exchange.on_request(), each.verdict);
  if (each.verdict == Verdict::kContinue) {
    EXPECT_EQ(exchange.request().path, each.changed ? "/new" : "/old");
    EXPECT_EQ(exchange.request().method, each.changed ? "PUT" : "GET");
    EXPECT_EQ(exchange.request().query, each.changed ? "q=1" : "");
    EXPECT_EQ(exchange.request().client_ip, each.changed ? "192.0.2.9" : "127.0.0.1");
    EXPECT_EQ(exchange.request().header("x-a").value_or(""), each.changed ? "b" : "");
  } else {
    EXPECT_EQ(exchange.response().status, each.verdict == Verdict::kRespond ? each.status : 500);
  }
}

TEST(ActionTable, NoOutput) {
  check({"", 0, Verdict::kContinue});
  check({"", 1, Verdict::kFailed});
  check({"", -1, Verdict::kFailed});
}

TEST(ActionTable, AnEnvelopeThatContinues) {
  check({envelope("0", kRequestJson), 0, Verdict::kContinue, 0, true});
  // Denial wins.
  check({envelope("0", kResponseJson), 1, Verdict::kRespond, 418});
  check({envelope("0", kRequestJson), 1, Verdict::kFailed});
}

TEST(ActionTable, AnEnvelopeThatAnswers) {
  for (const char* action : {"1", "2", "-1", "2147483647", "-2147483648"}) {
    check({envelope(action, kResponseJson), 0, Verdict::kRespond, 418});
    check({envelope(action, kResponseJson), 7, Verdict::kRespond, 418});
    check({envelope(action, kRequestJson), 0, Verdict::kFailed});
  }
}

TEST(ActionTable, OtherBytes) {
  check({kRequestJson, 0, Verdict::kContinue, 0, true});
  check({kRequestJson, 1, Verdict::kFailed});
  check({kResponseJson, 1, Verdict::kRespond, 418});
  check({kResponseJson, 0, Verdict::kFailed});
}

TEST(ActionTable, AnActionMustBeAnIntegerAndHaveData) {
  // Neither is an envelope, so each is taken for a request, or a response, that lacks members.
  for (const char* action : {"2147483648", "-2147483649", "1.0", "\"1\"", "null", "true", "1e0"}) {
    check({envelope(action, kResponseJson), 0, Verdict::kFailed});
    check({envelope(action, kResponseJson), 1, Verdict::kFailed});
  }
  check({R"({"action":1})", 0, Verdict::kFailed});
  check({R"({"data":)" + std::string(kResponseJson) + "}", 1, Verdict::kFailed});
  // But one that has the members besides is what those say.
  check({R"({"action":1.5,"data":{},)" + std::string(kResponseJson).substr(1), 1, Verdict::kRespond,
         418});
  check({R"({"action":1,)" + std::string(kRequestJson).substr(1), 0, Verdict::kContinue, 0, true});
}

TEST(ActionTable, MembersNobodyKnowsAreIgnored) {
  check({R"({"x":[1,{}],"action":0,"data":{"body":"ignored","z":null,)" +
             std::string(kRequestJson).substr(1) + "}",
         0, Verdict::kContinue, 0, true});
}

TEST(ActionTable, WhatIsNoRequestIs500) {
  for (
      const char* output : {
          "not JSON",
          "\xEF\xBB\xBF{}",
          "{}",
          "[]",
          "null",
          "7",
          "\"text\"",
          "{\"a\":1",
          "{} {}",
          R"({"path":"/a","query":null,"headers":{},"client_ip":"1.1.1.1","path_params":{}})",
          R"({"method":"GET","query":null,"headers":{},"client_ip":"1.1.1.1","path_params":{}})",
          R"({"method":"GET","path":"/a","query":null,"client_ip":"1.1.1.1","path_params":{}})",
          R"({"method":"GET","path":"/a","query":null,"headers":{},"path_params":{}})",
          R"({"method":"GET","path":"/a","query":null,"headers":{},"client_ip":"1.1.1.1"})",
          R"({"method":"GET","path":"/a","query":7,"headers":{},"client_ip":"1","path_params":{}})",
          R"({"method":1,"path":"/a","headers":{},"client_ip":"1.1.1.1","path_params":{}})",
          R"({"method":"GET","path":"/a","headers":null,"client_ip":"1","path_params":{}})",
          R"({"method":"GET","path":"/a","headers":{"a":1},"client_ip":"1","path_params":{}})",
          R"({"method":"GET","path":"/a","headers":{},"client_ip":"1","path_params":{"a":1}})",
          "{\"method\":\"GET\",\"path\":\"/\xFF\",\"headers\":{},\"client_ip\":\"1\","
          "\"path_params\":{}}",
      }) {
    check({output, 0, Verdict::kFailed});
  }
}

TEST(ActionTable, ARequestThatNoUpstreamMustEverSeeIs500) {
  // A line break in them would begin another request there.
  for (const char* members : {
           R"("method":"GET /x HTTP/1.1\r\nhost: y\r\n\r\nGET","path":"/a")",
           R"("method":"","path":"/a")",
           R"("method":"G T","path":"/a")",
           R"("method":"GET","path":"")",
           R"("method":"GET","path":"a")",
           R"("method":"GET","path":"/a\r\nx: y")",
           R"("method":"GET","path":"/a HTTP/1.1")",
           R"("method":"GET","path":"/a#b")",
           R"("method":"GET","path":"/a","query":"b\nc")",
           R"("method":"GET","path":"/a","query":"b c")",
           R"("method":"GET","path":"/a","query":"b#c")",
           "\"method\":\"GET\",\"path\":\"/a\\u0000\"",
       }) {
    check(
        {"{" + std::string(members) + R"(,"headers":{},"client_ip":"192.0.2.9","path_params":{}})",
         0, Verdict::kFailed});
  }
}

TEST(ActionTable, AMissingQueryIsNone) {
  check({R"({"method":"PUT","path":"/new","headers":{"x-a":"b"},"client_ip":"192.0.2.9",)"
         R"("path_params":{},"query":"q=1"})",
         0, Verdict::kContinue, 0, true});
  JsonGuest guest;
  guest.on_request = guest.output(R"({"method":"GET","path":"/a","headers":{},)"
                                  R"("client_ip":"1.1.1.1","path_params":{}})") +
                     constant(0);
  PluginHarness harness("hand-made", guest.wasm(), "{}", {});
  auto exchange = harness.exchange({.path = "/a", .query = "gone"});
  EXPECT_EQ(exchange.on_request(), Verdict::kContinue);
  EXPECT_EQ(exchange.request().query, "");
}

TEST(ActionTable, StatusesOfMiddlewares) {
  struct Case {
    const char* status;
    bool good;
  };
  for (const Case& each : std::initializer_list<Case>{{"200", true},
                                                      {"204", true},
                                                      {"599", true},
                                                      {"600", true},
                                                      {"999", true},
                                                      {"0", false},
                                                      {"1", false},
                                                      {"99", false},
                                                      {"100", false},
                                                      {"101", false},
                                                      {"199", false},
                                                      {"1000", false},
                                                      {"-1", false},
                                                      {"65736", false},
                                                      {"4294967496", false},
                                                      {"200.0", false},
                                                      {"\"200\"", false},
                                                      {"null", false}}) {
    const std::string json = R"({"status":)" + std::string(each.status) + R"(,"headers":{}})";
    check({json, 1, each.good ? Verdict::kRespond : Verdict::kFailed, std::atoi(each.status)});
  }
  check({R"({"headers":{}})", 1, Verdict::kFailed});
  check({R"({"status":200})", 1, Verdict::kFailed});
  check({R"({"status":200,"headers":[]})", 1, Verdict::kFailed});
  check({R"({"status":200,"headers":{"a":null}})", 1, Verdict::kFailed});
}

TEST(ActionTable, TheLastOutputCounts) {
  JsonGuest guest;
  guest.on_request = guest.output(R"({"status":200,"headers":{}})") + guest.body("one") +
                     guest.output(kResponseJson) + guest.body("two") + constant(1);
  PluginHarness harness("hand-made", guest.wasm(), "{}", {});
  auto exchange = harness.exchange();
  EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
  EXPECT_EQ(exchange.response().status, 418);
  EXPECT_EQ(exchange.response().body, "two");
}

// ---- dispatch -------------------------------------------------------------------------------

struct DispatchCase {
  std::string code;
  int status;
};

TEST(DispatchOutput, Table) {
  JsonGuest texts;
  const std::string good = texts.output(kResponseJson);
  const auto with_status = [&](const char* status) {
    return texts.output(R"({"status":)" + std::string(status) + R"(,"headers":{}})") + constant(0);
  };
  for (const DispatchCase& each : std::initializer_list<DispatchCase>{
           {good + constant(0), 418},
           {good + constant(1), 500},
           {good + constant(-1), 500},
           {constant(0), 500},
           {constant(1), 500},
           {texts.output("not JSON") + constant(0), 500},
           {texts.output("{}") + constant(0), 500},
           {texts.output(envelope("1", kResponseJson)) + constant(0), 500},
           {with_status("0"), 500},
           {with_status("101"), 500},
           {with_status("100"), 500},
           {with_status("199"), 500},
           {with_status("999"), 999},
           {with_status("1000"), 500},
           {"unreachable", 500},
           {good + "unreachable", 500},
           {"(loop $l (br $l)) (i32.const 0)", 500},
           {"(drop (i32.load (i32.const -4))) (i32.const 0)", 500},
       }) {
    SCOPED_TRACE(each.code);
    JsonGuest guest = texts;
    guest.dispatch = each.code;
    TestChain chain;
    JsonGuest watcher;
    watcher.on_response = watcher.output(R"({"status":299,"headers":{}})") + constant(0);
    chain.module("hand-made", guest.wasm()).module("watcher", watcher.wasm());
    chain.middleware("watcher").dispatcher("hand-made");
    const FakeExchange& answer = chain.ask("GET", "/a");
    // What the host says itself goes out without `on_response`.
    EXPECT_EQ(answer.status(), each.status == 500 ? 500 : 299);
    if (each.status == 500) {
      EXPECT_EQ(answer.field("content-type"), "application/problem+json");
      EXPECT_THAT(answer.sent(), HasSubstr("internal-error"));
      EXPECT_THAT(answer.sent(), HasSubstr("hand-made"));
    }
    // The worker lives.
    EXPECT_EQ(chain.ask("GET", "/b").status(), each.status == 500 ? 500 : 299);
  }
}

TEST(DispatchOutput, TheReasonIsForDevelopersOnly) {
  for (const bool development : {false, true}) {
    Options options;
    options.errors =
        development ? Options::ErrorDetail::kDevelopment : Options::ErrorDetail::kProduction;
    JsonGuest guest;
    guest.dispatch = guest.output(R"({"status":200,"headers":{"secret":"sauce"}})") + constant(3);
    TestChain chain(options);
    chain.module("hand-made", guest.wasm()).dispatcher("hand-made");
    const std::string body = chain.ask("GET", "/a").sent();
    EXPECT_EQ(body.find("hand-made") != std::string::npos, development) << body;
    EXPECT_EQ(body.find("sauce") != std::string::npos, development) << body;
    EXPECT_THAT(chain.log(), HasSubstr("dispatch returned 3"));
    EXPECT_EQ(chain.log().find("sauce") != std::string::npos, development);
  }
}

TEST(DispatchOutput, ItsBodyIsAlwaysTaken) {
  JsonGuest guest;
  guest.dispatch = guest.body("tea") + guest.output(kResponseJson) + constant(0);
  TestChain chain;
  chain.module("hand-made", guest.wasm()).dispatcher("hand-made");
  EXPECT_EQ(chain.ask("GET", "/a").sent(), "tea");
}

// ---- on_response ----------------------------------------------------------------------------

TEST(OnResponseOutput, WhatIsNoResponseChangesNothing) {
  JsonGuest texts;
  const auto with_status = [&](const char* status) {
    return texts.output(R"({"status":)" + std::string(status) + R"(,"headers":{}})") + constant(0);
  };
  for (const std::string& code : {
           texts.output("not JSON") + constant(0),
           texts.output("{}") + constant(0),
           texts.output(envelope("0", kResponseJson)) + constant(0),
           texts.output(envelope("1", kResponseJson)) + constant(1),
           with_status("0"),
           with_status("101"),
           with_status("1000"),
           constant(0),
           constant(1),
           std::string("unreachable"),
           texts.output(kResponseJson) + "unreachable",
           std::string("(loop $l (br $l)) (i32.const 0)"),
       }) {
    SCOPED_TRACE(code);
    JsonGuest bad = texts;
    bad.on_response = bad.body("changed") + code;
    JsonGuest good;
    good.on_response = good.output(R"({"status":299,"headers":{"x-good":"1"}})") + constant(0);
    TestChain chain;
    chain.module("bad", bad.wasm(), {}).module("good", good.wasm());
    // In reverse: the good one before the bad one, and one more after it.
    chain.middleware("good").middleware("bad").middleware("good");
    chain.mock(R"({"status":201,"body":"as it was"})");
    for (int i = 0; i < 2; ++i) {
      const FakeExchange& answer = chain.ask("GET", "/a");
      EXPECT_EQ(answer.status(), 299);
      EXPECT_EQ(answer.field("x-good"), "1");
      EXPECT_EQ(answer.sent(), "as it was");
    }
  }
}

TEST(OnResponseOutput, TheReturnCodeIsIgnored) {
  for (const int code : {0, 1, -1, 500}) {
    JsonGuest guest;
    guest.on_response = guest.output(kResponseJson) + constant(code);
    TestChain chain;
    chain.module("hand-made", guest.wasm()).middleware("hand-made");
    const FakeExchange& answer = chain.ask("GET", "/a");
    EXPECT_EQ(answer.status(), 418) << code;
    EXPECT_EQ(answer.field("x-tea"), "pot") << code;
  }
}

TEST(OnResponseOutput, ABadOneIsLoggedWithTheNameOfThePlugin) {
  JsonGuest guest;
  guest.on_response = "unreachable";
  TestChain chain;
  chain.module("the-culprit", guest.wasm()).middleware("the-culprit");
  EXPECT_EQ(chain.ask("GET", "/a").status(), 200);
  EXPECT_THAT(chain.log(), HasSubstr("the-culprit"));
  EXPECT_THAT(chain.log(), HasSubstr("on_response"));
}

// ---- traps by phase (7.4) -------------------------------------------------------------------

constexpr const char* kTraps[] = {
    "unreachable",
    "(loop $l (br $l)) (i32.const 0)",
    "(call $deeper)",
    "(drop (i32.load (i32.const -4))) (i32.const 0)",
    "(i32.div_u (i32.const 1) (i32.const 0))",
    "(loop $l (br_if $l (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) unreachable",
};
constexpr const char* kDeeper =
    "(func $deeper (result i32) (i32.add (call $deeper) (i32.const 1)))";

TEST(Trap, InInitTheGatewayDoesNotStart) {
  for (const char* trap : kTraps) {
    JsonGuest guest;
    guest.more = kDeeper;
    guest.init = trap;
    TestChain chain;
    chain.module("hand-made", guest.wasm()).middleware("hand-made");
    EXPECT_THAT(chain.start(), HasSubstr("plugin 'hand-made' of GET /{path+} does not start"))
        << trap;
  }
}

TEST(Trap, InOnRequestIs500AndSkipsEverything) {
  for (const char* trap : kTraps) {
    SCOPED_TRACE(trap);
    JsonGuest bad;
    bad.more = kDeeper;
    bad.more += "(func $bang (result i32) " + std::string(trap) + ")";
    bad.on_request =
        "(if (i32.eq (i32.load8_u offset=25 (local.get $p)) (i32.const 0x62))"
        " (then (drop (call $bang)))) (i32.const 0)";
    JsonGuest watcher;
    watcher.on_response = watcher.output(R"({"status":299,"headers":{}})") + constant(0);
    TestChain chain;
    chain.module("bad", bad.wasm()).module("watcher", watcher.wasm());
    chain.middleware("watcher").middleware("bad").middleware("watcher").mock(R"({"status":201})");
    // {"method":"GET","path":"/a": the byte behind the slash decides.
    EXPECT_EQ(chain.ask("GET", "/a").status(), 299);
    EXPECT_EQ(chain.ask("GET", "/b").status(), 500);
    EXPECT_EQ(chain.ask("GET", "/a").status(), 299);
    EXPECT_EQ(chain.ask("GET", "/b").status(), 500);
    EXPECT_THAT(chain.log(), HasSubstr(R"("plugin":"bad")"));
  }
}

}  // namespace
}  // namespace barbacane::gateway
