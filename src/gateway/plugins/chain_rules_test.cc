// Who runs, in which order, and what each may see (plugin ABI, 7.1, 7.2, 8.2 and 8.3).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/detail/guest_text.h"
#include "gateway/detail/test_chain.h"
#include "testkit/wasm_builder.h"

namespace barbacane::gateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kContext = R"(
  (import "barbacane" "host_context_get" (func $get (param i32 i32) (result i32)))
  (import "barbacane" "host_context_read_result" (func $result (param i32 i32) (result i32)))
  (import "barbacane" "host_context_set" (func $set (param i32 i32 i32 i32)))
)";

/// A custom section with a manifest of its own; `capabilities` are lines of that table.
std::string describing_itself(std::string_view capabilities) {
  const std::string manifest =
      testkit::plugin_toml("n", "1.0.0", "[capabilities]\n" + std::string(capabilities));
  std::string text = "(@custom \"barbacane_manifest\" \"";
  for (const char c : manifest) {
    if (c == '\n') {
      text += "\\n";
    } else {
      text += c == '"' ? "\\\"" : std::string(1, c);
    }
  }
  return text + "\")";
}

/// Appends a letter to the context entry `trace` in each phase: lower case on the way in, upper
/// case on the way out; and what is there then goes out as `x-trace`.
std::string tracer(char letter, const std::string& section = {}) {
  JsonGuest guest;
  guest.imports += kContext;
  guest.more = section;
  const auto append = [&](char c) {
    return "(local.set $i (call $get " + guest.text("trace") +
           "))"
           "(if (i32.lt_s (local.get $i) (i32.const 0)) (then (local.set $i (i32.const 0))))"
           "(drop (call $result (i32.const 40000) (i32.const 64)))"
           "(i32.store8 (i32.add (i32.const 40000) (local.get $i)) " +
           constant(c) +
           ")"
           "(call $set " +
           guest.text("trace") + " (i32.const 40000) (i32.add (local.get $i) (i32.const 1)))";
  };
  guest.on_request = append(letter) + constant(0);
  guest.on_response =
      append(static_cast<char>(letter - 32)) +
      // {"status":200,"headers":{"x-trace":"…"}} put together at 50000.
      "(memory.copy (i32.const 50000) " + guest.text(R"({"status":200,"headers":{"x-trace":")") +
      ")"
      "(memory.copy (i32.const 50036) (i32.const 40000) (i32.add (local.get $i) (i32.const 1)))"
      "(memory.copy (i32.add (i32.const 50037) (local.get $i)) " +
      guest.text("\"}}") +
      ")"
      "(call $output (i32.const 50000) (i32.add (i32.const 40) (local.get $i)))" +
      constant(0);
  return guest.wasm();
}

const std::vector<std::string> kUsesContext = {"context_get", "context_set"};

TEST(Chain, RunsInOrderAndBackInReverse) {
  TestChain chain;
  for (const char letter : {'a', 'b', 'c'}) {
    chain.module(std::string(1, letter), tracer(letter), kUsesContext);
  }
  chain.middleware("a").middleware("b").middleware("c");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(chain.ask("GET", "/x").field("x-trace"), "abcCBA");
}

/// A tracer that answers instead of passing.
std::string denying_tracer(char letter) {
  JsonGuest guest;
  guest.imports += kContext;
  guest.on_request =
      "(local.set $i (call $get " + guest.text("trace") +
      "))"
      "(if (i32.lt_s (local.get $i) (i32.const 0)) (then (local.set $i (i32.const 0))))"
      "(drop (call $result (i32.const 40000) (i32.const 64)))"
      "(i32.store8 (i32.add (i32.const 40000) (local.get $i)) " +
      constant(letter) +
      ")"
      "(call $set " +
      guest.text("trace") + " (i32.const 40000) (i32.add (local.get $i) (i32.const 1)))" +
      guest.output(R"({"status":403,"headers":{"x-denied":"1"}})") + guest.body("denied") +
      constant(1);
  guest.on_response =
      guest.output(R"({"status":299,"headers":{"x-must-not":"run"}})") + constant(0);
  return guest.wasm();
}

TEST(Chain, AShortCircuitRunsTheResponsePhaseOfThoseBeforeItOnly) {
  for (const std::size_t at : {0U, 1U, 2U}) {
    TestChain chain;
    chain.module("d", denying_tracer('d'), kUsesContext);
    std::string expected;
    for (std::size_t i = 0; i < 3; ++i) {
      const auto letter = static_cast<char>('a' + i);
      chain.module(std::string(1, letter), tracer(letter), kUsesContext);
      chain.middleware(i == at ? "d" : std::string(1, letter));
      if (i < at) expected += letter;
    }
    if (at > 0) expected += 'd';
    for (std::size_t i = at; i-- > 0;) expected += static_cast<char>('A' + i);
    const FakeExchange& answer = chain.ask("GET", "/x");
    EXPECT_EQ(answer.field("x-trace"), expected) << at;
    EXPECT_EQ(answer.sent(), "denied");
    EXPECT_EQ(answer.status(), at == 0 ? 403 : 200);
    EXPECT_EQ(answer.field("x-must-not"), "");
  }
}

TEST(Chain, InThePartialRunNobodySeesOrChangesTheBody) {
  JsonGuest nosy;
  nosy.on_response = "(if (i64.eq (call $body_len) (i64.const -1)) (then " +
                     nosy.output(R"({"status":201,"headers":{"x-saw":"nothing"}})") + "))" +
                     nosy.body("replaced") + constant(0);
  TestChain chain;
  chain.module("nosy", nosy.wasm(), {"body_access"}).module("d", denying_tracer('d'), kUsesContext);
  chain.middleware("nosy").middleware("d");
  const FakeExchange& answer = chain.ask("GET", "/x");
  EXPECT_EQ(answer.status(), 201);
  EXPECT_EQ(answer.field("x-saw"), "nothing");
  EXPECT_EQ(answer.sent(), "denied");
}

TEST(Chain, AHostMade500SkipsTheResponsePhaseOfAll) {
  JsonGuest bad;
  bad.on_request = "unreachable";
  TestChain chain;
  chain.module("a", tracer('a'), kUsesContext).module("bad", bad.wasm());
  chain.middleware("a").middleware("bad").middleware("a");
  const FakeExchange& answer = chain.ask("GET", "/x");
  EXPECT_EQ(answer.status(), 500);
  EXPECT_EQ(answer.field("x-trace"), "");
  EXPECT_EQ(answer.field("content-type"), "application/problem+json");
}

/// Counts its own calls in a global and shows the number, by `name`.
std::string counter(const std::string& name) {
  JsonGuest guest;
  guest.more = "(global $n (mut i32) (i32.const 0x30))";
  guest.on_request = "(global.set $n (i32.add (global.get $n) (i32.const 1))) (i32.const 0)";
  const std::string json = R"({"status":200,"headers":{")" + name + R"(":"_"}})";
  guest.on_response = "(memory.copy (i32.const 50000) " + guest.text(json) + ")" + "(i32.store8 " +
                      constant(50000 + static_cast<int>(json.find('_'))) +
                      " (global.get $n))(call $output (i32.const 50000) " +
                      constant(static_cast<int>(json.size())) + ")" + constant(0);
  return guest.wasm();
}

TEST(Chain, TwoEntriesOfOnePluginAndConfigDoNotShareAnInstance) {
  // Shared, the second call would be the second of the same global.
  TestChain chain;
  chain.module("n", counter("x-n")).middleware("n").middleware("n");
  EXPECT_THAT(chain.ask("GET", "/x").fields("x-n"), ElementsAre("1"));
  EXPECT_THAT(chain.ask("GET", "/x").fields("x-n"), ElementsAre("2"));
}

TEST(Chain, WhatAnArtifactDoesNotSayAModuleSaysItself) {
  // Artifacts of earlier compilers have no lists.
  const std::string module =
      tracer('a', describing_itself("context_get = true\ncontext_set = true"));
  TestChain silent;
  EXPECT_EQ(silent.module("n", module).middleware("n").ask("GET", "/x").field("x-trace"), "aA");
  TestChain enforced;
  EXPECT_THAT(enforced.module("n", module).middleware("n").enforce_capabilities().start(),
              HasSubstr("context_get"));
  TestChain listed;
  EXPECT_THAT(listed.module("n", module, {"log"}).middleware("n").start(),
              HasSubstr("context_get"));
}

TEST(Chain, AnInstanceWithMuchMemoryIsNotKept) {
  // POST makes it grow; afterwards its counter begins anew.
  JsonGuest guest;
  guest.more = "(global $n (mut i32) (i32.const 0x30))";
  guest.on_request =
      "(global.set $n (i32.add (global.get $n) (i32.const 1)))"
      "(if (i32.eq (i32.load8_u offset=11 (local.get $p)) (i32.const 0x50)) (then"
      "  (drop (memory.grow (i32.const 80)))))"
      "(i32.store8 (i32.const 40000) (global.get $n))"
      "(call $body_set (i32.const 40000) (i32.const 1))" +
      guest.output(R"({"status":200,"headers":{}})") + constant(1);
  TestChain chain;
  chain.module("n", guest.wasm()).middleware("n");
  EXPECT_EQ(chain.send("POST", "/x", "").sent(), "1");
  EXPECT_EQ(chain.send("POST", "/x", "").sent(), "1");
  TestChain other;
  other.module("n", guest.wasm()).middleware("n");
  EXPECT_EQ(other.ask("GET", "/x").sent(), "1");
  EXPECT_EQ(other.ask("GET", "/x").sent(), "2");
}

TEST(Chain, EachConfigHasInstancesOfItsOwn) {
  TestChain chain;
  chain.module("n", counter("x-n")).middleware("n", R"({"a":1})").middleware("n", R"({"a":2})");
  EXPECT_THAT(chain.ask("GET", "/x").fields("x-n"), ElementsAre("1"));
}

TEST(BodyAccess, OfMiddlewares) {
  // What the middleware replaces is what those behind it get, unless it has no access.
  for (const bool access : {false, true}) {
    JsonGuest guest;
    guest.on_request = guest.body("changed") + constant(0);
    JsonGuest echo;
    echo.dispatch =
        "(local.set $i (call $body_read (i32.const 40000) (i32.const 20000)))"
        "(call $body_set (i32.const 40000) (local.get $i))" +
        echo.output(R"({"status":200,"headers":{}})") + constant(0);
    TestChain chain;
    chain.module("m", guest.wasm(),
                 access ? std::vector<std::string>{"body_access"} : std::vector<std::string>{});
    chain.module("echo", echo.wasm()).middleware("m").dispatcher("echo");
    EXPECT_EQ(chain.send("POST", "/x", "sent").sent(), access ? "changed" : "sent");
  }
}

TEST(BodyAccess, ADispatcherNeedsNone) {
  JsonGuest echo;
  echo.dispatch =
      "(local.set $i (call $body_read (i32.const 40000) (i32.const 20000)))"
      "(call $body_set (i32.const 40000) (local.get $i))" +
      echo.output(R"({"status":200,"headers":{}})") + constant(0);
  TestChain chain;
  chain.module("echo", echo.wasm()).dispatcher("echo");
  EXPECT_EQ(chain.send("POST", "/x", "sent").sent(), "sent");
  JsonGuest silent;
  silent.dispatch = silent.output(R"({"status":200,"headers":{}})") + constant(0);
  TestChain other;
  other.module("silent", silent.wasm()).dispatcher("silent");
  EXPECT_EQ(other.send("POST", "/x", "sent").sent(), "");
}

TEST(Context, OfTheDispatcherIsVisibleToTheResponsePhase) {
  JsonGuest sets;
  sets.imports += kContext;
  sets.dispatch = "(call $set " + sets.text("trace") + sets.text("~") + ")" +
                  sets.output(R"({"status":200,"headers":{}})") + constant(0);
  TestChain chain;
  chain.module("a", tracer('a'), kUsesContext).module("sets", sets.wasm(), kUsesContext);
  chain.middleware("a").dispatcher("sets");
  EXPECT_EQ(chain.ask("GET", "/x").field("x-trace"), "~A");
  // A map for each request.
  EXPECT_EQ(chain.ask("GET", "/x").field("x-trace"), "~A");
}

}  // namespace
}  // namespace barbacane::gateway
