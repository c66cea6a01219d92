// The direct ABI, function by function and phase by phase (plugin ABI, 12.2 to 12.4).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/detail/guest_text.h"
#include "gateway/detail/test_chain.h"
#include "testkit/plugin_harness.h"

namespace barbacane::gateway {
namespace {

using testing::ElementsAre;
using testing::Pair;
using testkit::PluginHarness;
using testkit::PluginRequest;
using Verdict = PluginHarness::Exchange::Verdict;
using Numbers = std::vector<std::int64_t>;

/// A module of the direct ABI. Every function is there under its own name.
class DirectGuest : public GuestText {
 public:
  DirectGuest() {
    const auto add = [&](const char* name, const char* type) {
      imports += "(import \"barbacane_direct\" \"" + std::string(name) + "\" (func $" + name + " " +
                 type + "))\n";
    };
    add("field_get", "(param i32 i32 i32) (result i32)");
    add("field_set", "(param i32 i32 i32) (result i32)");
    add("status_get", "(result i32)");
    add("status_set", "(param i32) (result i32)");
    add("header_get", "(param i32 i32 i32 i32 i32 i32) (result i32)");
    add("header_set", "(param i32 i32 i32 i32 i32) (result i32)");
    add("header_add", "(param i32 i32 i32 i32 i32) (result i32)");
    add("header_remove", "(param i32 i32 i32) (result i32)");
    add("headers_read", "(param i32 i32 i32) (result i32)");
    add("path_param_get", "(param i32 i32 i32 i32) (result i32)");
    add("query_param_get", "(param i32 i32 i32 i32 i32) (result i32)");
    add("context_get", "(param i32 i32 i32 i32) (result i32)");
    add("context_set", "(param i32 i32 i32 i32) (result i32)");
    add("state_get", "(param i32 i32) (result i32)");
    add("state_set", "(param i32 i32) (result i32)");
    add("body_length", "(param i32) (result i64)");
    add("body_read", "(param i32 i64 i32 i32) (result i32)");
    add("body_set", "(param i32 i32 i32) (result i32)");
    add("body_clear", "(param i32) (result i32)");
  }

  std::string init = "(i32.const 0)";
  std::string on_request = "(i32.const 0)";
  std::string on_response = "(i32.const 0)";
  std::string dispatch;

  /// Puts numbers into the context under `name`, eight bytes each, so that a test can read them
  /// whatever the phase. They must be small: a context holds UTF-8.
  std::string note(const std::string& name, const std::vector<std::string>& numbers) {
    std::string code;
    int at = 60000;
    for (const std::string& number : numbers) {
      code += "(call $digits (i32.const " + std::to_string(at) + ") " + number + ")";
      at += 8;
    }
    return code + "(drop (call $context_set " + text(name) + constant(60000) +
           constant(at - 60000) + "))";
  }

  std::string wasm() const {
    // A number as seven digits with sign.
    const std::string digits = R"((func $digits (param $at i32) (param $n i32) (local $i i32)
      (i32.store8 (local.get $at) (i32.const 0x2b))
      (if (i32.lt_s (local.get $n) (i32.const 0)) (then
        (i32.store8 (local.get $at) (i32.const 0x2d))
        (local.set $n (i32.sub (i32.const 0) (local.get $n)))))
      (local.set $i (i32.const 7))
      (loop $l
        (i32.store8 (i32.add (local.get $at) (local.get $i))
          (i32.add (i32.const 0x30) (i32.rem_u (local.get $n) (i32.const 10))))
        (local.set $n (i32.div_u (local.get $n) (i32.const 10)))
        (br_if $l (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))))";
    std::string all = digits + handler("init", "", init);
    if (dispatch.empty()) {
      all += handler("on_request", "", on_request) + handler("on_response", "", on_response);
    } else {
      all += handler("dispatch", "", dispatch);
    }
    return assembled(all);
  }
};

const std::vector<std::string> kContext = {"context_get", "context_set"};
const std::vector<std::string> kWithBody = {"context_get", "context_set", "body_access"};

Numbers noted(const PluginHarness::Exchange& exchange, const std::string& name) {
  Numbers numbers;
  const std::string text = exchange.context(name).value_or("");
  for (std::size_t i = 0; i + 8 <= text.size(); i += 8) {
    numbers.push_back(std::stoll(text.substr(i, 8)));
  }
  return numbers;
}

/// What the expressions give in `on_request`.
Numbers in_on_request(DirectGuest& guest, const std::vector<std::string>& numbers,
                      const PluginRequest& request = {},
                      const std::vector<std::string>& capabilities = kContext) {
  guest.on_request = guest.note("in", numbers) + "(i32.const 0)";
  PluginHarness harness("hand-made", guest.wasm(), R"({"a":1})", capabilities);
  EXPECT_EQ(harness.error(), "");
  auto exchange = harness.exchange(request);
  EXPECT_EQ(exchange.on_request(), Verdict::kContinue);
  return noted(exchange, "in");
}

const std::string kRoomForAll = "(i32.const 40000) (i32.const 4096)";
const std::string kOutside = "(i32.const 262140) (i32.const 5)";

std::string call(const std::string& name, const std::string& arguments) {
  return "(call $" + name + " " + arguments + ")";
}

// ---- fields ---------------------------------------------------------------------------------

TEST(DirectFields, EachIsThere) {
  DirectGuest guest;
  std::vector<std::string> lengths;
  for (int field = 0; field < 14; ++field) {
    lengths.push_back(call("field_get", constant(field) + kRoomForAll));
  }
  EXPECT_THAT(in_on_request(guest, lengths,
                            {.method = "DELETE",
                             .path = "/abc",
                             .query = "q=1",
                             .headers = {{"Host", "example.org"}},
                             .client_ip = "192.0.2.10"}),
              // method, path, query, ip, scheme, authority, version, config, operation id,
              // template, request id, trace id, span id, plugin
              ElementsAre(6, 4, 3, 10, 4, 11, 3, 7, 0, 1, 36, 32, testing::AnyOf(0, -1, 16), 9));
}

TEST(DirectFields, OfUnknownIdsAndRangesOutside) {
  DirectGuest guest;
  EXPECT_THAT(in_on_request(guest,
                            {call("field_get", constant(14) + kRoomForAll),
                             call("field_get", constant(-1) + kRoomForAll),
                             call("field_get", constant(0) + kOutside),
                             call("field_get", constant(7) + kOutside),
                             call("field_get", constant(0) + constant(40000) + constant(0)),
                             call("field_get", constant(0) + constant(40000) + constant(2)),
                             "(i32.load8_u (i32.const 40001))", "(i32.load8_u (i32.const 40002))"},
                            {.method = "PATCH"}),
              ElementsAre(-2, -2, -2, -2, 5, 5, 'A', 0));
}

TEST(DirectFields, SetInOnRequestOnly) {
  DirectGuest guest;
  const auto set = [&](int field, std::string_view value) {
    return call("field_set", constant(field) + guest.text(value));
  };
  guest.on_request =
      guest.note("in", {set(0, "PUT"),   set(1, "/new"),
                        set(2, "x=%20"), set(3, "1.1.1.1"),
                        set(13, "x"),    set(14, "x"),
                        set(-1, "x"),    set(0, ""),
                        set(0, "A B"),   set(0, "A\r\nB"),
                        set(1, ""),      set(1, "a"),
                        set(1, "/a b"),  set(1, "/a?b"),
                        set(1, "/a#b"),  set(1, "/\n"),
                        set(2, "a b"),   set(2, "a#b"),
                        set(2, "a\rb"),  call("field_set", constant(1) + kOutside)}) +
      "(i32.const 0)";
  guest.on_response = guest.note("out", {set(0, "PUT"), set(1, "/late")}) + "(i32.const 0)";
  PluginHarness harness("hand-made", guest.wasm(), "{}", kContext);
  auto exchange = harness.exchange();
  EXPECT_EQ(exchange.on_request(), Verdict::kContinue);
  EXPECT_THAT(noted(exchange, "in"), ElementsAre(0, 0, 0, -3, -3, -2, -2, -2, -2, -2, -2, -2, -2,
                                                 -2, -2, -2, -2, -2, -2, -2));
  EXPECT_EQ(exchange.request().method, "PUT");
  EXPECT_EQ(exchange.request().path, "/new");
  EXPECT_EQ(exchange.request().query, "x=%20");
  exchange.on_response({});
  EXPECT_THAT(noted(exchange, "out"), ElementsAre(-3, -3));
}

// ---- result codes by phase ------------------------------------------------------------------

TEST(DirectPhases, NothingOfARequestInInit) {
  DirectGuest guest;
  const std::string x = guest.text("x");
  std::string code;
  for (const std::string& each : std::vector<std::string>{
           call("field_get", constant(0) + kRoomForAll), call("field_set", constant(1) + x),
           call("status_get", ""), call("status_set", constant(200)),
           call("header_get", constant(0) + x + constant(0) + kRoomForAll),
           call("header_set", constant(0) + x + x), call("header_add", constant(1) + x + x),
           call("header_remove", constant(1) + x), call("headers_read", constant(0) + kRoomForAll),
           call("path_param_get", x + kRoomForAll),
           call("query_param_get", x + constant(0) + kRoomForAll),
           call("context_get", x + kRoomForAll), call("context_set", x + x),
           call("state_get", kRoomForAll), call("state_set", x),
           "(i32.wrap_i64 (call $body_length (i32.const 0)))",
           call("body_read", constant(0) + "(i64.const 0)" + kRoomForAll),
           call("body_set", constant(1) + x), call("body_clear", constant(1))}) {
    code += "(if (i32.ne (i32.const -3) " + each +
            ") (then (return (i32.add (local.get $i)"
            " (i32.const 1))))) (local.set $i (i32.add (local.get $i) (i32.const 1)))";
  }
  guest.init = code + "(i32.const 0)";
  PluginHarness harness("hand-made", guest.wasm(), "{}", kWithBody);
  EXPECT_EQ(harness.error(), "");  // or the number of the call that went wrong
}

TEST(DirectPhases, TheRequestIsChangedInOnRequestOnly) {
  DirectGuest guest;
  const std::string x = guest.text("x");
  const std::vector<std::string> changes = {
      call("header_set", constant(0) + x + x), call("header_add", constant(0) + x + x),
      call("header_remove", constant(0) + x), call("body_set", constant(0) + x),
      call("body_clear", constant(0))};
  guest.on_request = guest.note("in", changes) + "(i32.const 0)";
  guest.on_response = guest.note("out", changes) + "(i32.const 0)";
  PluginHarness harness("hand-made", guest.wasm(), "{}", kWithBody);
  auto exchange = harness.exchange({.body = "b"});
  EXPECT_EQ(exchange.on_request(), Verdict::kContinue);
  EXPECT_THAT(noted(exchange, "in"), ElementsAre(0, 0, 2, 0, 0));
  EXPECT_EQ(exchange.request().body, std::nullopt);
  exchange.on_response({.body = "r"});
  EXPECT_THAT(noted(exchange, "out"), ElementsAre(-3, -3, -3, -3, -3));
  DirectGuest dispatcher;
  const std::string y = dispatcher.text("x");
  dispatcher.dispatch =
      dispatcher.note("d",
                      {call("header_set", constant(0) + y + y), call("body_set", constant(0) + y),
                       call("header_set", constant(1) + y + y), call("status_get", ""),
                       call("status_set", constant(201)), call("status_get", "")}) +
      "(i32.const 0)";
  PluginHarness other("hand-made", dispatcher.wasm(), "{}", kContext);
  auto second = other.exchange();
  EXPECT_EQ(second.dispatch(), Verdict::kRespond);
  EXPECT_THAT(noted(second, "d"), ElementsAre(-3, -3, 0, 200, 0, 201));
  EXPECT_EQ(second.response().status, 201);
}

TEST(DirectPhases, StatusesAreCheckedInEveryPhase) {
  DirectGuest guest;
  std::vector<std::string> sets;
  for (const int status : {99, 1000, -1, 0, 100, 999, 204}) {
    sets.push_back(call("status_set", constant(status)));
  }
  EXPECT_THAT(in_on_request(guest, sets), ElementsAre(-2, -2, -2, -2, 0, 0, 0));
}

TEST(DirectPhases, AnInterimStatusInOnResponseChangesNothing) {
  for (const int status : {100, 101, 199}) {
    DirectGuest guest;
    guest.on_response = "(drop " + call("status_set", constant(status)) + ")(drop " +
                        call("header_set", constant(1) + guest.text("x") + guest.text("y")) +
                        ")(i32.const 0)";
    PluginHarness harness("hand-made", guest.wasm(), "{}", kContext);
    auto exchange = harness.exchange();
    exchange.on_request();
    exchange.on_response({.status = 203});
    EXPECT_EQ(exchange.response().status, 203) << status;
    EXPECT_THAT(exchange.response().headers, ElementsAre()) << status;
  }
}

TEST(DirectPhases, DispatchThatDoesNotReturnZeroIs500) {
  for (const char* end : {"(i32.const 1)", "(i32.const -1)", "unreachable"}) {
    DirectGuest guest;
    guest.dispatch = "(drop " + call("body_set", constant(1) + guest.text("x")) + ")" + end;
    PluginHarness harness("hand-made", guest.wasm(), "{}", kContext);
    auto exchange = harness.exchange();
    EXPECT_EQ(exchange.dispatch(), Verdict::kFailed) << end;
    EXPECT_EQ(exchange.response().status, 500);
  }
}

// ---- headers --------------------------------------------------------------------------------

TEST(DirectHeaders, ByNameAndIndex) {
  DirectGuest guest;
  const auto get = [&](std::string_view name, int index, const std::string& room = kRoomForAll) {
    return call("header_get", constant(0) + guest.text(name) + constant(index) + room);
  };
  EXPECT_THAT(
      in_on_request(
          guest,
          {get("accept", 0), get("ACCEPT", 1), get("accept", 2), get("accept", -1), get("none", 0),
           get("", 0), get("empty", 0), get("accept", 1, kOutside), get("none", 0, kOutside),
           call("header_get", constant(2) + guest.text("x") + constant(0) + kRoomForAll),
           call("header_get", constant(0) + kOutside + constant(0) + kRoomForAll),
           get("accept", 1, constant(40000) + constant(0))},
          {.headers = {{"Accept", "a"}, {"x", "1"}, {"accept", "bcd"}, {"empty", ""}}}),
      ElementsAre(1, 3, -1, -1, -1, -1, 0, -2, -2, -2, -2, 3));
}

TEST(DirectHeaders, IllegalNamesAndValuesAreBadArguments) {
  DirectGuest guest;
  const auto set = [&](std::string_view name, std::string_view value) {
    return call("header_set", constant(0) + guest.text(name) + guest.text(value));
  };
  EXPECT_THAT(in_on_request(guest, {set("", "x"), set("a b", "x"), set("a:", "x"),
                                    set("a", "x\r\ny: z"), set("a", std::string_view("\0", 1)),
                                    set("a\n", "x"), set("a", ""), set("a", "\xFF"), set("A", "x"),
                                    call("header_set", constant(0) + kOutside + guest.text("x")),
                                    call("header_add", constant(0) + guest.text("x") + kOutside),
                                    call("header_remove", constant(0) + kOutside),
                                    call("header_remove", constant(7) + guest.text("x"))}),
              ElementsAre(-2, -2, -2, -2, -2, -2, 0, 0, 0, -2, -2, -2, -2));
}

TEST(DirectHeaders, SetReplacesAddAppendsRemoveCounts) {
  DirectGuest guest;
  const std::string a = guest.text("A");
  guest.on_response = guest.note("out", {call("header_remove", constant(1) + guest.text("GONE")),
                                         call("header_remove", constant(1) + guest.text("gone")),
                                         call("header_set", constant(1) + a + guest.text("1")),
                                         call("header_add", constant(1) + a + guest.text("2"))}) +
                      "(i32.const 0)";
  PluginHarness harness("hand-made", guest.wasm(), "{}", kContext);
  auto exchange = harness.exchange();
  exchange.on_request();
  exchange.on_response(
      {.headers = {{"gone", "1"}, {"a", "x"}, {"Gone", "2"}, {"keep", "k"}, {"a", "y"}}});
  EXPECT_THAT(noted(exchange, "out"), ElementsAre(2, 0, 0, 0));
  EXPECT_THAT(exchange.response().headers,
              ElementsAre(Pair("a", "1"), Pair("keep", "k"), Pair("a", "2")));
}

/// What `headers_read` wrote, as the body of an answer.
std::string packed(int capacity) {
  DirectGuest guest;
  guest.on_response =
      "(memory.fill (i32.const 40000) (i32.const 0x23) (i32.const 64))" +
      guest.note("out",
                 {call("headers_read", constant(1) + constant(40000) + constant(capacity))}) +
      "(drop " + call("body_set", constant(1) + constant(40000) + constant(64)) + ")(i32.const 0)";
  PluginHarness harness("hand-made", guest.wasm(), "{}", kWithBody);
  auto exchange = harness.exchange();
  exchange.on_request();
  exchange.on_response({.headers = {{"X-Ab", "1"}, {"c", ""}, {"x-ab", "\xFF!"}}, .body = "b"});
  EXPECT_THAT(noted(exchange, "out"), ElementsAre(4 + 3 * 8 + 4 + 1 + 1 + 0 + 4 + 2));
  return exchange.response().body.value_or("");
}

TEST(DirectHeaders, ArePackedWithLengthsFirst) {
  const std::string all(
      "\3\0\0\0"
      "\4\0\0\0\1\0\0\0"
      "\1\0\0\0\0\0\0\0"
      "\4\0\0\0\2\0\0\0"
      "x-ab1"
      "c"
      "x-ab\xFF!",
      40);
  for (const int capacity : {64, 40, 39, 33, 30, 28, 27, 12, 5, 4, 3, 1, 0}) {
    const std::size_t fits = std::min<std::size_t>(all.size(), static_cast<std::size_t>(capacity));
    EXPECT_EQ(packed(capacity), all.substr(0, fits) + std::string(64 - fits, '#')) << capacity;
  }
}

TEST(DirectHeaders, ReadOutsideMemoryIsABadArgument) {
  DirectGuest guest;
  EXPECT_THAT(in_on_request(guest, {call("headers_read", constant(0) + kOutside),
                                    call("headers_read", constant(2) + kRoomForAll),
                                    call("headers_read", constant(1) + kRoomForAll)}),
              ElementsAre(-2, -2, 4));
}

// ---- parameters -----------------------------------------------------------------------------

TEST(DirectParameters, OfThePath) {
  DirectGuest guest;
  const auto get = [&](std::string_view name, const std::string& room = kRoomForAll) {
    return call("path_param_get", guest.text(name) + room);
  };
  EXPECT_THAT(in_on_request(guest,
                            {get("id"), get("Id"), get(""), get("id", kOutside),
                             call("path_param_get", kOutside + kRoomForAll)},
                            {.path_params = {{"id", "a/b"}}}),
              ElementsAre(3, -1, -1, -2, -2));
}

TEST(DirectParameters, OfTheQuery) {
  DirectGuest guest;
  const auto get = [&](std::string_view name, int index = 0,
                       const std::string& room = kRoomForAll) {
    return call("query_param_get", guest.text(name) + constant(index) + room);
  };
  EXPECT_THAT(
      in_on_request(
          guest,
          {get("a"), get("a", 1), get("a", 2), get("a", 3), get("a", -1), get("b b"), get("flag"),
           get("empty"), get("none"), get(""), get("x=y"), get("bad"), get("a", 0, kOutside),
           call("query_param_get", kOutside + constant(0) + kRoomForAll)},
          {.query = "a=1&b%20b=%41%42&a=&a=x=yz&flag&empty=&&x%3Dy=12&bad=%zz%4"}),
      ElementsAre(1, 0, 4, -1, -1, 2, 0, 0, -1, testing::AnyOf(-1, 0), 2, 5, -2, -2));
}

// ---- state ----------------------------------------------------------------------------------

TEST(DirectState, IsThereOnceItIsSetAndHasALimit) {
  DirectGuest guest;
  EXPECT_THAT(
      in_on_request(
          guest,
          {call("state_get", kRoomForAll), call("state_set", guest.text("")),
           call("state_get", kRoomForAll), call("state_set", guest.text("abc")),
           call("state_get", constant(40000) + constant(2)),
           call("state_set", constant(65536) + constant(65537)), call("state_get", kRoomForAll),
           call("state_set", constant(65536) + constant(65536)), call("state_get", kRoomForAll),
           call("state_set", kOutside), call("state_get", kOutside)}),
      ElementsAre(-1, 0, 0, 0, 3, -2, 3, 0, 65536, -2, -2));
}

TEST(DirectState, IsOfOneRequestAndOneEntry) {
  // Each entry keeps what the request says at that place, and shows it on the way out.
  DirectGuest guest;
  const std::string name = guest.text("x-id");
  guest.on_request =
      "(drop (call $state_set (i32.const 40000)"
      " (call $header_get (i32.const 0) " +
      name + " (i32.const 0) " + kRoomForAll +
      ")))"
      "(drop (call $header_add (i32.const 0) " +
      name + guest.text("inner") +
      "))"
      "(drop (call $header_set (i32.const 0) " +
      name + guest.text("inner") +
      "))"
      "(i32.const 0)";
  guest.on_response = "(drop (call $header_add (i32.const 1) " + name +
                      "(i32.const 40000) (call $state_get " + kRoomForAll + ")))(i32.const 0)";
  TestChain chain;
  chain.module("m", guest.wasm(), kContext).middleware("m").middleware("m");
  EXPECT_THAT(chain.ask("GET", "/x", {{"x-id", "one"}}).fields("x-id"),
              ElementsAre("inner", "one"));
  EXPECT_THAT(chain.ask("GET", "/x", {{"x-id", "two"}}).fields("x-id"),
              ElementsAre("inner", "two"));
}

TEST(DirectState, DoesNotLeakIntoTheNextRequest) {
  DirectGuest guest;
  guest.on_request = guest.note("in", {call("state_get", kRoomForAll)}) + "(drop " +
                     call("state_set", guest.text("mine")) + ")(i32.const 0)";
  PluginHarness harness("hand-made", guest.wasm(), "{}", kContext);
  for (int i = 0; i < 3; ++i) {
    auto exchange = harness.exchange();
    EXPECT_EQ(exchange.on_request(), Verdict::kContinue);
    EXPECT_THAT(noted(exchange, "in"), ElementsAre(-1)) << i;
  }
}

// ---- context --------------------------------------------------------------------------------

TEST(DirectContext, ResultCodes) {
  DirectGuest guest;
  const std::string bad = guest.text("\xFF");
  EXPECT_THAT(
      in_on_request(guest, {call("context_get", guest.text("none") + kRoomForAll),
                            call("context_set", guest.text("k") + guest.text("v")),
                            call("context_get", guest.text("k") + kRoomForAll),
                            call("context_get", guest.text("k") + kOutside),
                            call("context_set", bad + guest.text("v")),
                            call("context_set", guest.text("k") + bad),
                            call("context_set", constant(65536) + constant(257) + guest.text("v")),
                            call("context_set", guest.text("k") + kOutside),
                            call("context_get", guest.text("k") + kRoomForAll)}),
      ElementsAre(-1, 0, 1, -2, -2, -2, -2, -2, 1));
}

// ---- bodies ---------------------------------------------------------------------------------

std::string length_of(int message) {
  return "(i32.wrap_i64 (call $body_length " + constant(message) + "))";
}
std::string read(int message, std::int64_t offset, const std::string& room = kRoomForAll) {
  return "(call $body_read " + constant(message) + "(i64.const " + std::to_string(offset) + ")" +
         room + ")";
}

TEST(DirectBody, IsReadAgainAndAgainInAnyRange) {
  DirectGuest guest;
  EXPECT_THAT(
      in_on_request(guest,
                    {length_of(0), read(0, 0), read(0, 0), read(0, 3),
                     "(i32.load8_u (i32.const 40000))", read(0, 5), read(0, 6), read(0, INT64_MAX),
                     read(0, -1), read(0, INT64_MIN), read(0, 0, constant(40000) + constant(0)),
                     read(0, 0, kOutside), read(2, 0), length_of(2), length_of(1), read(1, 0)},
                    {.body = "hello"}, kWithBody),
      ElementsAre(5, 5, 5, 2, 'l', 0, 0, 0, -2, -2, 5, -2, -2, -2, -1, -1));
}

TEST(DirectBody, WithoutAccessOnlyItsLengthIsKnown) {
  DirectGuest guest;
  const std::string x = guest.text("x");
  const std::vector<std::string> calls = {
      length_of(0), read(0, 0), call("body_set", constant(0) + x), call("body_clear", constant(0))};
  EXPECT_THAT(in_on_request(guest, calls, {.body = "hello"}), ElementsAre(5, -3, -3, -3));
  DirectGuest other;
  const std::string y = other.text("x");
  other.on_response =
      other.note("out", {length_of(1), read(1, 0), call("body_set", constant(1) + y),
                         call("body_clear", constant(1))}) +
      "(i32.const 0)";
  PluginHarness harness("hand-made", other.wasm(), "{}", kContext);
  auto exchange = harness.exchange();
  exchange.on_request();
  exchange.on_response({.body = "four"});
  EXPECT_THAT(noted(exchange, "out"), ElementsAre(4, -3, -3, -3));
  EXPECT_EQ(exchange.response().body, "four");
}

TEST(DirectBody, OnesOwnAnswerNeedsNoAccess) {
  DirectGuest guest;
  guest.on_request =
      guest.note("in", {call("body_set", constant(1) + guest.text("mine")), length_of(1),
                        read(1, 1), call("body_clear", constant(1)), length_of(1),
                        call("body_set", constant(1) + guest.text("again")),
                        call("body_set", constant(1) + kOutside), length_of(1)}) +
      "(i32.const 1)";
  PluginHarness harness("hand-made", guest.wasm(), "{}", kContext);
  auto exchange = harness.exchange({.body = "theirs"});
  EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
  EXPECT_EQ(exchange.response().body, "again");
  EXPECT_THAT(noted(exchange, "in"), ElementsAre(0, 4, 3, 0, -1, 0, -2, 5));
}

TEST(DirectBody, ChangesAreSeenAtOnceAndBehind) {
  DirectGuest guest;
  guest.on_request = guest.note("in", {call("body_set", constant(0) + guest.text("new body")),
                                       length_of(0), read(0, 4)}) +
                     "(i32.const 0)";
  PluginHarness harness("hand-made", guest.wasm(), "{}", kWithBody);
  auto exchange = harness.exchange({.headers = {{"content-length", "3"}}, .body = "old"});
  EXPECT_EQ(exchange.on_request(), Verdict::kContinue);
  EXPECT_THAT(noted(exchange, "in"), ElementsAre(0, 8, 4));
  EXPECT_EQ(exchange.request().body, "new body");
  EXPECT_EQ(exchange.request().header("content-length"), "8");
}

TEST(DirectBody, InThePartialRunNobodySeesOrChangesIt) {
  DirectGuest nosy;
  const std::string x = nosy.text("x");
  nosy.on_response = "(if (i32.and (i32.eq (i32.const -3) " + read(1, 0) +
                     ")(i32.eq (i32.const -3) " + call("body_set", constant(1) + x) +
                     ")) (then (drop " +
                     call("header_set", constant(1) + nosy.text("x-saw") + nosy.text("nothing")) +
                     ")))(i32.const 0)";
  DirectGuest denies;
  denies.on_request = "(drop " + call("status_set", constant(403)) + ")(drop " +
                      call("body_set", constant(1) + denies.text("denied")) + ")(i32.const 1)";
  TestChain chain;
  chain.module("nosy", nosy.wasm(), kWithBody).module("denies", denies.wasm(), kContext);
  chain.middleware("nosy").middleware("denies");
  const FakeExchange& answer = chain.ask("GET", "/x");
  EXPECT_EQ(answer.status(), 403);
  EXPECT_EQ(answer.sent(), "denied");
  EXPECT_EQ(answer.field("x-saw"), "nothing");
}

// ---- both in one chain ----------------------------------------------------------------------

TEST(BothAbis, SeeEachOthersChanges) {
  DirectGuest direct;
  direct.on_request = "(drop " +
                      call("header_set", constant(0) + direct.text("x-a") + direct.text("d")) +
                      ")(i32.const 0)";
  direct.on_response = "(drop " +
                       call("header_add", constant(1) + direct.text("x-b") + direct.text("d")) +
                       ")(i32.const 0)";
  JsonGuest json;
  // Answers with what it was passed.
  json.dispatch = "(call $body_set (local.get $p) (local.get $n))" +
                  json.output(R"({"status":200,"headers":{"x-b":"j"}})") + constant(0);
  TestChain chain;
  chain.module("direct", direct.wasm(), kContext).module("json", json.wasm());
  chain.middleware("direct").dispatcher("json");
  const FakeExchange& answer = chain.ask("GET", "/x");
  EXPECT_THAT(answer.sent(), testing::HasSubstr(R"("x-a":"d")"));
  EXPECT_THAT(answer.fields("x-b"), ElementsAre("j", "d"));
}

}  // namespace
}  // namespace barbacane::gateway
