// How input reaches guests of the JSON ABI, and what the core functions do with bodies and output
// (plugin ABI, 2.2, 3, 5.1 to 5.4).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/detail/guest_text.h"
#include "gateway/detail/test_chain.h"
#include "testkit/plugin_harness.h"

namespace barbacane::gateway {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testkit::PluginHarness;
using testkit::PluginRequest;
using Verdict = PluginHarness::Exchange::Verdict;
using Numbers = std::vector<std::int64_t>;

/// The numbers a guest reports from its `on_request`.
Numbers reported(JsonGuest& guest, const std::vector<std::string>& numbers,
                 std::vector<std::string> capabilities = {}, const PluginRequest& request = {}) {
  guest.on_request = guest.report(numbers);
  PluginHarness harness("hand-made", guest.wasm(), "{}", std::move(capabilities));
  if (!harness.error().empty()) throw std::runtime_error(harness.error());
  auto exchange = harness.exchange(request);
  EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
  return numbers_of(exchange.response().body.value_or(""));
}

/// What it is passed, as the body of its answer.
std::string input_of(const PluginRequest& request) {
  JsonGuest guest;
  guest.on_request = "(call $body_set (local.get $p) (local.get $n))" +
                     guest.output(R"({"status":200,"headers":{}})") + constant(1);
  PluginHarness harness("hand-made", guest.wasm(), "{}", {});
  auto exchange = harness.exchange(request);
  EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
  std::string input = exchange.response().body.value_or("");
  // The id is another each time.
  const std::size_t id = input.find("\"x-request-id\":\"");
  if (id != std::string::npos)
    input.erase(input[id - 1] == ',' ? id - 1 : id, 16 + 36 + 1 + (input[id - 1] == ',' ? 1 : 0));
  return input;
}

// ---- input ----------------------------------------------------------------------------------

TEST(JsonInput, ARequestHasAllMembers) {
  EXPECT_EQ(input_of({.method = "DELETE",
                      .path = "/a%2Fb/%C3%A9",
                      .query = "x=1&y=%20",
                      .headers = {{"X-One", "1"}},
                      .client_ip = "192.0.2.1",
                      .path_params = {{"id", "a/b \"q\""}}}),
            R"({"method":"DELETE","path":"/a%2Fb/%C3%A9","query":"x=1&y=%20",)"
            R"("headers":{"x-one":"1"},"client_ip":"192.0.2.1",)"
            R"("path_params":{"id":"a/b \"q\""}})");
  EXPECT_EQ(input_of({}), R"({"method":"GET","path":"/","query":null,"headers":{},)"
                          R"("client_ip":"127.0.0.1","path_params":{}})");
}

TEST(JsonInput, WhatIsNotUtf8StaysJson) {
  EXPECT_THAT(input_of({.path_params = {{"id", "a\xFF\x80z"}}}),
              HasSubstr("\"id\":\"a\xEF\xBF\xBD\xEF\xBF\xBDz\""));
}

TEST(JsonInput, RepeatedFieldsAreJoined) {
  EXPECT_THAT(input_of({.headers = {{"Accept", "a"},
                                    {"x", "1"},
                                    {"accept", "b"},
                                    {"Cookie", "c=1"},
                                    {"ACCEPT", ""},
                                    {"cookie", "d=2"},
                                    {"Set-Cookie", "e"},
                                    {"set-cookie", "f"}}}),
              HasSubstr(R"("headers":{"accept":"a, b, ","x":"1","cookie":"c=1; d=2",)"
                        R"("set-cookie":"e\nf"})"));
}

TEST(JsonInput, FieldsThatAreNotUtf8AreWithheld) {
  const std::string input = input_of(
      {.headers = {{"good", "\xC3\xA9"}, {"bad", "\xE9"}, {"mixed", "a"}, {"mixed", "\xFF"}}});
  EXPECT_THAT(input, HasSubstr("\"headers\":{\"good\":\"\xC3\xA9\",\"mixed\":\"a\"}"));
}

TEST(JsonInput, AuthorityAndIdentityOfTheClientAreNotShown) {
  const std::string input = input_of({.headers = {{"x-auth-sub", "root"}, {"X-Auth-", "1"}}});
  EXPECT_THAT(input, Not(HasSubstr("root")));
}

TEST(JsonInput, NoConfigIsAnEmptyObject) {
  for (const char* config : {"", "null", "{}"}) {
    JsonGuest guest;
    guest.init =
        "(i32.or (i32.ne (local.get $n) (i32.const 2))"
        "        (i32.ne (i32.load16_u (local.get $p)) (i32.const 0x7d7b)))";
    PluginHarness harness("hand-made", guest.wasm(), config, {});
    EXPECT_EQ(harness.error(), "") << '"' << config << '"';
  }
}

TEST(JsonInput, TheConfigIsPassedAsItIs) {
  JsonGuest guest;
  guest.init = "(i32.sub (local.get $n) (i32.const 11))";
  EXPECT_EQ(PluginHarness("hand-made", guest.wasm(), R"({"a":[1,2]})", {}).error(), "");
  EXPECT_THAT(PluginHarness("hand-made", guest.wasm(), R"({"a":[1]})", {}).error(),
              HasSubstr("init returned -2"));
}

struct AllocCase {
  const char* alloc;
  bool works;
};

TEST(JsonInput, AnAllocatorThatFailsIsATrapOfThePhase) {
  for (const AllocCase& each : std::initializer_list<AllocCase>{
           {"(i32.const 65536)", true},
           {"(i32.const 1)", true},                                // no alignment is promised
           {"(i32.sub (i32.const 262144) (local.get $n))", true},  // up to the last byte
           {"(i32.add (i32.const 1) (i32.sub (i32.const 262144) (local.get $n)))", false},
           {"(i32.const 0)", false},
           {"(i32.const -1)", false},
           {"(i32.const -16)", false},
           {"(i32.const 262144)", false},
           {"(i32.const 0x7fffffff)", false},
           {"(i32.const 0x80000000)", false},
           {"unreachable", false},
           {"(loop $l (br $l)) (i32.const 0)", false},
       }) {
    SCOPED_TRACE(each.alloc);
    // `init` gets its two bytes somewhere good.
    JsonGuest guest;
    guest.alloc =
        "(if (result i32) (i32.eq (local.get $n) (i32.const 2)) (then (i32.const 8)) (else " +
        std::string(each.alloc) + "))";
    if (std::string_view(each.alloc).starts_with("(loop")) {
      guest.more = "(func $forever (result i32) (loop $l (br $l)) (i32.const 0))";
      guest.alloc =
          "(if (i32.ne (local.get $n) (i32.const 2)) (then (drop (call $forever))))"
          "(i32.const 8)";
    }
    guest.on_request = "(i32.store8 (local.get $p) (i32.load8_u (local.get $p))) (i32.const 0)";
    PluginHarness harness("hand-made", guest.wasm(), "{}", {});
    ASSERT_EQ(harness.error(), "");
    for (int i = 0; i < 2; ++i) {
      auto exchange = harness.exchange();
      EXPECT_EQ(exchange.on_request(), each.works ? Verdict::kContinue : Verdict::kFailed);
    }
  }
  JsonGuest guest;
  guest.alloc = "(i32.const 0)";
  EXPECT_THAT(PluginHarness("hand-made", guest.wasm(), "{}", {}).error(),
              HasSubstr("no room for its input"));
}

TEST(JsonInput, WithoutAllocTheHostMakesRoomOnce) {
  JsonGuest guest;
  guest.alloc = "";
  guest.on_request =
      "(i32.store (i32.const 32768) (local.get $p))"
      "(i32.store offset=4 (i32.const 32768) (memory.size))"
      "(call $body_set (i32.const 32768) (i32.const 8))" +
      guest.output(R"({"status":200,"headers":{}})") + constant(1);
  PluginHarness harness("hand-made", guest.wasm(), "{}", {});
  ASSERT_EQ(harness.error(), "");
  std::vector<std::string> bodies;
  for (int i = 0; i < 3; ++i) {
    auto exchange = harness.exchange();
    EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
    bodies.push_back(exchange.response().body.value_or(""));
  }
  const std::string expected("\0\0\4\0\5\0\0\0", 8);  // behind the four pages there were; five now
  EXPECT_THAT(bodies, ElementsAre(expected, expected, expected));
  // More than a page.
  auto large = harness.exchange({.headers = {{"x", std::string(100'000, 'x')}}});
  EXPECT_EQ(large.on_request(), Verdict::kRespond);
  EXPECT_EQ(large.response().body, std::string("\0\0\5\0\7\0\0\0", 8));
}

TEST(JsonInput, WithoutAllocAndWithoutRoomItIs500) {
  JsonGuest guest;
  guest.alloc = "";
  guest.memory = R"((memory (export "memory") 4 4))";
  PluginHarness harness("hand-made", guest.wasm(), "{}", {});
  EXPECT_THAT(harness.error(), HasSubstr("no room for its input"));
}

// ---- bodies ---------------------------------------------------------------------------------

const std::string kLen = "(i32.wrap_i64 (call $body_len))";
std::string body_read(std::int64_t buffer, std::int64_t length) {
  return "(call $body_read " + constant(buffer) + constant(length) + ")";
}

TEST(JsonBody, IsReadOnce) {
  JsonGuest guest;
  EXPECT_THAT(reported(guest,
                       {kLen, kLen, body_read(40000, 100), "(i32.load8_u (i32.const 40004))",
                        "(i32.load8_u (i32.const 40005))", kLen, body_read(40000, 100)},
                       {"body_access"}, {.body = "hello"}),
              ElementsAre(5, 5, 5, 'o', 0, -1, 0));
}

TEST(JsonBody, ResultPattern) {
  struct Case {
    std::int64_t buffer, length, result;
  };
  for (const Case& each : std::initializer_list<Case>{
           {40000, 3, 3},                // a short buffer
           {40000, 5, 5},                // the right one
           {40000, 0, 0},                // none
           {262144, 0, 0},               // none, at the end of memory
           {262140, 4, 4},               // up to the last byte
           {262140, 5, 0},               // one beyond
           {262144, 1, 0},               // outside
           {-1, 5, 0},                   // far outside
           {40000, -1, 0},               // a negative length is a very large one
           {0x7fffffff, 0x7fffffff, 0},  //
           {-5, 5, 0},                   // wraps around
       }) {
    SCOPED_TRACE(testing::Message() << each.buffer << ", " << each.length);
    JsonGuest guest;
    // Whatever came of it, the slot is empty then.
    EXPECT_THAT(reported(guest, {body_read(each.buffer, each.length), kLen, body_read(40000, 9)},
                         {"body_access"}, {.body = "hello"}),
                ElementsAre(each.result, -1, 0));
  }
}

TEST(JsonBody, AnEmptyOneIsNone) {
  JsonGuest guest;
  EXPECT_THAT(reported(guest, {kLen, body_read(40000, 9)}, {"body_access"}, {.body = ""}),
              ElementsAre(-1, 0));
}

TEST(JsonBody, IsNotThereWithoutAccess) {
  JsonGuest guest;
  EXPECT_THAT(reported(guest, {kLen, body_read(40000, 9)}, {}, {.body = "hello"}),
              ElementsAre(-1, 0));
}

struct BodyCase {
  const char* what;
  std::string code;
  bool access;
  std::optional<std::string> left;
};

TEST(JsonBody, SetClearedOrUntouched) {
  JsonGuest texts;
  const std::string set = texts.body("new");
  const std::string clear = "(call $body_clear)";
  const std::string empty = "(call $body_set (i32.const 1) (i32.const 0))";
  const std::string outside = "(call $body_set (i32.const 262140) (i32.const 9))";
  const std::string dangling = "(call $body_set (i32.const -8) (i32.const 0))";
  for (const BodyCase& each : std::initializer_list<BodyCase>{
           {"untouched", "", true, "old"},
           {"set", set, true, "new"},
           {"cleared", clear, true, std::nullopt},
           {"set empty", empty, true, std::nullopt},
           {"set empty, pointer to nowhere", dangling, true, std::nullopt},
           {"the last counts", clear + set, true, "new"},
           {"the last counts, reversed", set + clear, true, std::nullopt},
           {"a range outside does nothing", set + outside, true, "new"},
           {"only a range outside", outside, true, "old"},
           {"no access: set", set, false, "old"},
           {"no access: cleared", clear, false, "old"},
           {"no access: set empty", dangling, false, "old"},
       }) {
    SCOPED_TRACE(each.what);
    JsonGuest guest = texts;
    guest.on_request = guest.on_response = each.code + constant(0);
    PluginHarness harness(
        "hand-made", guest.wasm(), "{}",
        each.access ? std::vector<std::string>{"body_access"} : std::vector<std::string>{});
    auto exchange = harness.exchange({.headers = {{"content-length", "3"}}, .body = "old"});
    EXPECT_EQ(exchange.on_request(), Verdict::kContinue);
    EXPECT_EQ(exchange.request().body, each.left);
    EXPECT_EQ(exchange.request().header("content-length"),
              each.left ? std::optional<std::string>("3") : std::nullopt);
    exchange.on_response({.body = "old"});
    EXPECT_EQ(exchange.response().body, each.left);
  }
}

TEST(JsonBody, OfAShortCircuitIsAlwaysTaken) {
  for (const bool access : {false, true}) {
    JsonGuest guest;
    guest.on_request =
        guest.body("mine") + guest.output(R"({"status":403,"headers":{}})") + constant(1);
    PluginHarness harness(
        "hand-made", guest.wasm(), "{}",
        access ? std::vector<std::string>{"body_access"} : std::vector<std::string>{});
    auto exchange = harness.exchange({.body = "theirs"});
    EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
    EXPECT_EQ(exchange.response().body, "mine");
    JsonGuest silent;
    silent.on_request = silent.output(R"({"status":403,"headers":{}})") + constant(1);
    PluginHarness other("hand-made", silent.wasm(), "{}", {"body_access"});
    auto second = other.exchange({.body = "theirs"});
    EXPECT_EQ(second.on_request(), Verdict::kRespond);
    EXPECT_EQ(second.response().body, std::nullopt);
  }
}

TEST(JsonBody, OutputOutsideMemoryDoesNothing) {
  JsonGuest guest;
  guest.on_request = guest.output(R"({"status":204,"headers":{}})") +
                     "(call $output (i32.const 262140) (i32.const 5))"
                     "(call $output (i32.const -1) (i32.const -1))"
                     "(call $output (i32.const 0) (i32.const -1))" +
                     constant(1);
  PluginHarness harness("hand-made", guest.wasm(), "{}", {});
  auto exchange = harness.exchange();
  EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
  EXPECT_EQ(exchange.response().status, 204);
}

TEST(JsonBody, SlotsAreEmptyAtTheNextRequest) {
  // Answers only the first time it is called; what it set must not be there the second time.
  JsonGuest guest;
  guest.more = "(global $n (mut i32) (i32.const 0))";
  guest.on_request =
      "(global.set $n (i32.add (global.get $n) (i32.const 1)))"
      "(if (i32.eq (global.get $n) (i32.const 1)) (then " +
      guest.body("body of request A") + guest.output(R"({"status":403,"headers":{}})") +
      "(return (i32.const 1))))"
      "(if (i32.eq (global.get $n) (i32.const 2)) (then (return (i32.const 0))))" +
      guest.output(R"({"status":200,"headers":{}})") + constant(1);
  PluginHarness harness("hand-made", guest.wasm(), "{}", {"body_access"});
  auto a = harness.exchange({.body = "of A"});
  EXPECT_EQ(a.on_request(), Verdict::kRespond);
  auto b = harness.exchange({.body = "of B"});
  EXPECT_EQ(b.on_request(), Verdict::kContinue);
  EXPECT_EQ(b.request().body, "of B");
}

// ---- read_result of the other slots ---------------------------------------------------------

struct Slot {
  const char* capabilities;
  const char* imports;
  std::string produce;
  std::int64_t length;
  const char* read;
};

TEST(ReadResult, OfEverySlotThereIs) {
  JsonGuest key;
  const std::string get = "(call $get " + key.text("key") + ")";
  for (const Slot& slot : std::initializer_list<Slot>{
           {"context_get",
            R"((import "barbacane" "host_context_get" (func $get (param i32 i32) (result i32)))
               (import "barbacane" "host_context_read_result"
                 (func $read (param i32 i32) (result i32))))",
            get, 36, "context"},
           {"generate_uuid",
            R"((import "barbacane" "host_uuid_generate" (func $make (result i32)))
               (import "barbacane" "host_uuid_read_result"
                 (func $read (param i32 i32) (result i32))))",
            "(call $make)", 36, "uuid"},
       }) {
    struct Case {
      std::int64_t buffer, length, result;
    };
    for (const Case& each : std::initializer_list<Case>{{40000, 36, 36},
                                                        {40000, 100, 36},
                                                        {40000, 7, 7},
                                                        {40000, 0, 0},
                                                        {262144, 0, 0},
                                                        {262144 - 36, 36, 36},
                                                        {262144 - 36, 37, 0},
                                                        {-1, 36, 0},
                                                        {40000, -1, 0},
                                                        {-36, 36, 0}}) {
      SCOPED_TRACE(testing::Message() << slot.read << ": " << each.buffer << ", " << each.length);
      const auto read = [](std::int64_t buffer, std::int64_t length) {
        return "(call $read " + constant(buffer) + constant(length) + ")";
      };
      JsonGuest guest = key;
      guest.imports += slot.imports;
      guest.on_request = guest.report({read(40000, 9), slot.produce, read(each.buffer, each.length),
                                       read(40000, 9), slot.produce, slot.produce, read(40000, 99),
                                       read(40000, 99)});
      PluginHarness harness("hand-made", guest.wasm(), "{}", {slot.capabilities});
      ASSERT_EQ(harness.error(), "");
      auto exchange = harness.exchange();
      exchange.set_context("key", std::string(36, 'v'));
      EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
      EXPECT_THAT(numbers_of(exchange.response().body.value_or("")),
                  ElementsAre(0, 36, each.result, 0, 36, 36, 36, 0));
    }
  }
}

// ---- context --------------------------------------------------------------------------------

constexpr const char* kContext = R"(
  (import "barbacane" "host_context_get" (func $get (param i32 i32) (result i32)))
  (import "barbacane" "host_context_set" (func $set (param i32 i32 i32 i32)))
)";

TEST(JsonContext, KeysAreExactAndValuesMayBeEmpty) {
  JsonGuest guest;
  guest.imports += kContext;
  guest.on_request =
      "(call $set " + guest.text("own") + guest.text("") +
      ")"
      "(call $set " +
      guest.text("again") + guest.text("1") + ")(call $set " + guest.text("again") +
      guest.text("22") + ")" +
      guest.report(
          {"(call $get " + guest.text("own") + ")", "(call $get " + guest.text("Own") + ")",
           "(call $get " + guest.text("again") + ")", "(call $get " + guest.text("") + ")"});
  PluginHarness harness("hand-made", guest.wasm(), "{}", {"context_get", "context_set"});
  auto exchange = harness.exchange();
  EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
  EXPECT_THAT(numbers_of(exchange.response().body.value_or("")), ElementsAre(0, -1, 2, -1));
}

TEST(JsonContext, WhatIsBeyondItsLimitsOrNotUtf8IsIgnored) {
  JsonGuest guest;
  guest.imports += kContext;
  guest.memory = R"((memory (export "memory") 4))";
  const std::string value = "(i32.const 65536)";  // zeros, which are UTF-8
  guest.on_request =
      "(call $set (i32.const 65536) (i32.const 256) " + value +
      "(i32.const 1))"
      "(call $set (i32.const 65536) (i32.const 257) " +
      value +
      "(i32.const 1))"
      "(call $set " +
      guest.text("long") + value +
      "(i32.const 65536))"
      "(call $set " +
      guest.text("longer") + value +
      "(i32.const 65537))"
      "(call $set " +
      guest.text("bad") + guest.text("\xFF") +
      ")"
      "(call $set " +
      guest.text("\xC3") + guest.text("x") +
      ")"
      "(call $set " +
      guest.text("outside") + "(i32.const 262144) (i32.const 1))" +
      guest.report(
          {"(call $get (i32.const 65536) (i32.const 256))",
           "(call $get (i32.const 65536) (i32.const 257))",
           "(call $get " + guest.text("long") + ")", "(call $get " + guest.text("longer") + ")",
           "(call $get " + guest.text("bad") + ")", "(call $get " + guest.text("\xC3") + ")",
           "(call $get " + guest.text("outside") + ")",
           "(call $get (i32.const -1) (i32.const 1))"});
  guest.alloc = "(i32.const 200000)";
  PluginHarness harness("hand-made", guest.wasm(), "{}", {"context_get", "context_set"});
  auto exchange = harness.exchange();
  EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
  EXPECT_THAT(numbers_of(exchange.response().body.value_or("")),
              ElementsAre(1, -1, 65536, -1, -1, -1, -1, -1));
}

TEST(JsonContext, HoldsAMebibyteInAll) {
  JsonGuest guest;
  guest.imports += kContext;
  guest.alloc = "(i32.const 200000)";
  // Keys of one byte, 0 to 39, with 64 KiB each: sixteen would be one byte too many.
  guest.on_request =
      "(loop $l (i32.store8 (i32.const 40000) (local.get $i))"
      " (call $set (i32.const 40000) (i32.const 1) (i32.const 65536)"
      "   (i32.const 65536))"
      " (local.set $j (i32.add (local.get $j) (i32.ne (i32.const -1)"
      "   (call $get (i32.const 40000) (i32.const 1)))))"
      " (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))"
      "   (i32.const 40))))" +
      guest.report({"(local.get $j)"});
  PluginHarness harness("hand-made", guest.wasm(), "{}", {"context_get", "context_set"});
  auto exchange = harness.exchange();
  EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
  EXPECT_THAT(numbers_of(exchange.response().body.value_or("")), ElementsAre(15));
}

TEST(JsonContext, IsEmptyInInit) {
  JsonGuest guest;
  guest.imports += kContext;
  guest.init = "(call $set " + guest.text("a") + guest.text("b") +
               ")(i32.add (i32.const 1) (call $get " + guest.text("a") + "))";
  EXPECT_EQ(PluginHarness("hand-made", guest.wasm(), "{}", {"context_get", "context_set"}).error(),
            "");
}

// ---- log, clock, identifiers ----------------------------------------------------------------

TEST(JsonServices, LogRecordsSayWhereTheyComeFrom) {
  JsonGuest guest;
  guest.imports += R"((import "barbacane" "host_log" (func $log (param i32 i32 i32))))";
  for (const int level : {0, 1, 2, 3, -1, 99}) {
    guest.on_request = (level == 0 ? "" : guest.on_request.substr(0, guest.on_request.rfind('('))) +
                       "(call $log " + constant(level) +
                       guest.text("line " + std::to_string(level)) + ")" + constant(0);
  }
  guest.on_request = "(call $log (i32.const 0) " + guest.text("bad \xFF") + ")" +
                     "(call $log (i32.const 0) (i32.const 262140) (i32.const 5))" +
                     guest.on_request;
  TestChain chain;
  chain.module("talker", guest.wasm(), {"log"}).middleware("talker");
  EXPECT_EQ(chain
                .ask("GET", "/a",
                     {{"x-request-id", "id-of-the-client"},
                      {"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}})
                .status(),
            200);
  const std::string log = chain.log();
  const auto line_with = [&](const std::string& text) {
    const std::size_t at = log.find(text);
    if (at == std::string::npos) return std::string("no such line");
    const std::size_t begin = log.rfind('\n', at) + 1;
    return log.substr(begin, log.find('\n', at) - begin);
  };
  for (const char* part : {R"("level":"error")", "barbacane::plugin::talker", "id-of-the-client",
                           "0af7651916cd43dd8448eb211c80319c", R"("plugin":"talker")"}) {
    EXPECT_THAT(line_with("line 0"), HasSubstr(part));
  }
  EXPECT_THAT(line_with("line 1"), HasSubstr(R"("level":"warn")"));
  EXPECT_THAT(line_with("line 2"), HasSubstr(R"("level":"info")"));
  for (const char* text : {"line 3", "line -1", "line 99"}) {
    EXPECT_THAT(line_with(text), HasSubstr(R"("level":"debug")")) << text;
  }
  EXPECT_THAT(log, Not(HasSubstr("bad ")));
}

TEST(JsonServices, IdentifiersAreUuidsOfVersionSeven) {
  JsonGuest guest;
  guest.imports += R"((import "barbacane" "host_uuid_generate" (func $make (result i32)))
    (import "barbacane" "host_uuid_read_result" (func $read (param i32 i32) (result i32))))";
  guest.on_request =
      "(drop (call $make)) (call $body_set (i32.const 40000)"
      " (call $read (i32.const 40000) (i32.const 36)))" +
      guest.output(R"({"status":200,"headers":{}})") + constant(1);
  PluginHarness harness("hand-made", guest.wasm(), "{}", {"generate_uuid"});
  std::string last;
  for (int i = 0; i < 3; ++i) {
    auto exchange = harness.exchange();
    EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
    const std::string uuid = exchange.response().body.value_or("");
    ASSERT_EQ(uuid.size(), 36U);
    EXPECT_THAT(uuid, testing::ContainsRegex("^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]"));
    EXPECT_LT(last, uuid);
    last = uuid;
  }
}

TEST(JsonServices, ClocksAgreeAboutTheYear) {
  JsonGuest guest;
  guest.imports += R"((import "barbacane" "host_clock_now" (func $now (result i64)))
    (import "barbacane" "host_time_now" (func $time (result i64)))
    (import "barbacane" "host_get_unix_timestamp" (func $unix (result i64))))";
  guest.on_request = "(local.set $l (call $now))" +
                     guest.report({"(i64.le_s (local.get $l) (call $time))",
                                   "(i32.wrap_i64 (i64.sub (call $unix)"
                                   " (i64.div_s (local.get $l) (i64.const 1000))))",
                                   "(i64.gt_s (call $unix) (i64.const 1700000000))"});
  PluginHarness harness("hand-made", guest.wasm(), "{}", {"clock_now"});
  auto exchange = harness.exchange();
  EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
  const Numbers numbers = numbers_of(exchange.response().body.value_or(""));
  ASSERT_EQ(numbers.size(), 3U);
  EXPECT_EQ(numbers[0], 1);
  EXPECT_LE(std::abs(numbers[1]), 2);
  EXPECT_EQ(numbers[2], 1);
}

// ---- headers that come back (4.4) -----------------------------------------------------------

testkit::Headers response_headers_after(const std::string& headers, testkit::Headers before) {
  JsonGuest guest;
  guest.on_response = guest.output(R"({"status":200,"headers":)" + headers + "}") + constant(0);
  PluginHarness harness("hand-made", guest.wasm(), "{}", {});
  auto exchange = harness.exchange();
  exchange.on_request();
  exchange.on_response({.headers = std::move(before)});
  return exchange.response().headers;
}

using testing::Pair;

TEST(JsonHeaders, NamesMatchWhateverTheirCase) {
  EXPECT_THAT(response_headers_after(R"({"X-One":"2"})", {{"x-one", "1"}}),
              ElementsAre(Pair("x-one", "2")));
}

TEST(JsonHeaders, LinesGivenBackStayAsTheyWere) {
  EXPECT_THAT(response_headers_after(R"({"vary":"a, b","x":"1"})", {{"Vary", "a"}, {"vary", "b"}}),
              ElementsAre(Pair("Vary", "a"), Pair("vary", "b"), Pair("x", "1")));
}

TEST(JsonHeaders, ACookieForEachLine) {
  EXPECT_THAT(
      response_headers_after(R"({"set-cookie":"a=1\nb=2\nc=3"})",
                             {{"set-cookie", "a=1"}, {"set-cookie", "b=2"}}),
      ElementsAre(Pair("set-cookie", "a=1"), Pair("set-cookie", "b=2"), Pair("set-cookie", "c=3")));
  EXPECT_THAT(response_headers_after(R"({"Set-Cookie":"a=1\r\nb=2"})", {}),
              ElementsAre(Pair("set-cookie", "b=2")));
}

TEST(JsonHeaders, TwoKeysDifferingInCaseAreTwoLines) {
  EXPECT_THAT(response_headers_after(R"({"X-A":"1","x-a":"2"})", {}),
              ElementsAre(Pair("x-a", "1"), Pair("x-a", "2")));
}

TEST(JsonHeaders, LeftOutIsRemoved) {
  EXPECT_THAT(response_headers_after(R"({})", {{"x-one", "1"}}), ElementsAre());
}

TEST(JsonHeaders, WithheldValuesStayUnlessTheNameIsSet) {
  EXPECT_THAT(
      response_headers_after(R"({"x":"1"})", {{"bad", "\xE9"}, {"both", "a"}, {"both", "\xE9"}}),
      ElementsAre(Pair("x", "1"), Pair("bad", "\xE9"), Pair("both", "\xE9")));
  EXPECT_THAT(response_headers_after(R"({"Bad":"1","both":"a"})",
                                     {{"bad", "\xE9"}, {"both", "a"}, {"both", "\xE9"}}),
              ElementsAre(Pair("bad", "1"), Pair("both", "a"), Pair("both", "\xE9")));
}

TEST(JsonHeaders, IllegalOnesAreSkipped) {
  EXPECT_THAT(
      response_headers_after(
          R"({"a b":"1","":"2","c":"x\ny","d":"x\r","e":"\u0000","f:":"1","g":"good"})", {}),
      ElementsAre(Pair("g", "good")));
}

TEST(JsonHeaders, ThousandsOfThemAreNoResponse) {
  std::string many = "{";
  for (int i = 0; i < 1500; ++i) many += (i > 0 ? ",\"h" : "\"h") + std::to_string(i) + R"(":"")";
  EXPECT_THAT(response_headers_after(many + "}", {{"kept", "1"}}), ElementsAre(Pair("kept", "1")));
  std::string cookies;
  for (int i = 0; i < 5000; ++i) cookies += "a\\n";
  EXPECT_EQ(response_headers_after(R"({"set-cookie":")" + cookies + "\"}", {}).size(), 1024U);
}

TEST(JsonHeaders, PathParametersMayBeChangedButNotAdded) {
  JsonGuest guest;
  guest.on_request = guest.output(R"({"method":"GET","path":"/a","query":null,"headers":{},)"
                                  R"("client_ip":"1.1.1.1","path_params":{"id":"8","new":"9"}})") +
                     constant(0);
  TestChain chain;
  chain.module("hand-made", guest.wasm()).middleware("hand-made");
  chain.mock(R"({"body":"{{path_params.path}}|{{request.path}}|{{request.client_ip}}"})");
  EXPECT_EQ(chain.ask("GET", "/was").sent(), "was|/a|1.1.1.1");
  JsonGuest other;
  other.on_request = other.output(R"({"method":"GET","path":"/a","query":null,"headers":{},)"
                                  R"("client_ip":"1.1.1.1","path_params":{"path":"8"}})") +
                     constant(0);
  TestChain second;
  second.module("hand-made", other.wasm()).middleware("hand-made");
  second.mock(R"({"body":"{{path_params.path}}"})");
  EXPECT_EQ(second.ask("GET", "/was").sent(), "8");
}

TEST(JsonHeaders, OfThePluginsAnswerSomeAreTheGatewaysOwn) {
  JsonGuest guest;
  guest.dispatch =
      guest.output(
          R"({"status":200,"headers":{"content-length":"999","transfer-encoding":"chunked",)"
          R"("connection":"x-hop","x-hop":"1","keep-alive":"1","server":"mine",)"
          R"("x-request-id":"mine","x-frame-options":"mine","x-kept":"1"}})") +
      constant(0);
  TestChain chain;
  chain.module("hand-made", guest.wasm()).dispatcher("hand-made");
  const FakeExchange& answer = chain.ask("GET", "/a");
  EXPECT_EQ(answer.field("x-kept"), "1");
  EXPECT_THAT(answer.fields("server"), ElementsAre(StartsWith("barbacane/")));
  EXPECT_THAT(answer.fields("x-request-id"), ElementsAre(Not("mine")));
  EXPECT_THAT(answer.fields("x-frame-options"), ElementsAre("DENY"));
  EXPECT_THAT(answer.fields("connection"), ElementsAre());
  EXPECT_THAT(answer.fields("x-hop"), ElementsAre());
}

}  // namespace
}  // namespace barbacane::gateway
