// The direct ABI (plugin ABI, 12), with modules written by hand.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testkit/plugin_harness.h"
#include "wasm/text_format.h"

namespace barbacane::gateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testkit::PluginHarness;
using testkit::PluginRequest;
using testkit::PluginResponse;
using Verdict = PluginHarness::Exchange::Verdict;

/// Every import there is for direct modules, so that bodies can call what they like. Memory: texts
/// from 1024 on, as `data` puts them there; a buffer at 4096.
constexpr std::string_view kImports = R"(
  (import "barbacane_direct" "field_get" (func $field_get (param i32 i32 i32) (result i32)))
  (import "barbacane_direct" "field_set" (func $field_set (param i32 i32 i32) (result i32)))
  (import "barbacane_direct" "status_get" (func $status_get (result i32)))
  (import "barbacane_direct" "status_set" (func $status_set (param i32) (result i32)))
  (import "barbacane_direct" "header_get"
    (func $header_get (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "barbacane_direct" "header_set"
    (func $header_set (param i32 i32 i32 i32 i32) (result i32)))
  (import "barbacane_direct" "header_add"
    (func $header_add (param i32 i32 i32 i32 i32) (result i32)))
  (import "barbacane_direct" "header_remove" (func $header_remove (param i32 i32 i32) (result i32)))
  (import "barbacane_direct" "headers_read" (func $headers_read (param i32 i32 i32) (result i32)))
  (import "barbacane_direct" "path_param_get"
    (func $path_param_get (param i32 i32 i32 i32) (result i32)))
  (import "barbacane_direct" "query_param_get"
    (func $query_param_get (param i32 i32 i32 i32 i32) (result i32)))
  (import "barbacane_direct" "context_get"
    (func $context_get (param i32 i32 i32 i32) (result i32)))
  (import "barbacane_direct" "context_set"
    (func $context_set (param i32 i32 i32 i32) (result i32)))
  (import "barbacane_direct" "state_get" (func $state_get (param i32 i32) (result i32)))
  (import "barbacane_direct" "state_set" (func $state_set (param i32 i32) (result i32)))
  (import "barbacane_direct" "body_length" (func $body_length (param i32) (result i64)))
  (import "barbacane_direct" "body_read"
    (func $body_read (param i32 i64 i32 i32) (result i32)))
  (import "barbacane_direct" "body_set" (func $body_set (param i32 i32 i32) (result i32)))
  (import "barbacane_direct" "body_clear" (func $body_clear (param i32) (result i32)))
)";

struct Bodies {
  std::string_view on_request = "(i32.const 0)";
  std::string_view on_response = "(i32.const 0)";
  std::string_view init = "(i32.const 0)";
  std::string_view data = "";
};

/// A middleware; `$text NAME` is not a thing, so texts are addressed by hand.
std::string middleware(const Bodies& bodies) {
  const std::string text =
      "(module " + std::string(kImports) +
      R"((memory (export "memory") 2) (global $n (mut i32) (i32.const 0)))" +
      R"((data (i32.const 1024) ")" + std::string(bodies.data) + "\")" +
      R"((func (export "init") (result i32) )" + std::string(bodies.init) +
      R"() (func (export "on_request") (result i32) )" + std::string(bodies.on_request) +
      R"() (func (export "on_response") (result i32) )" + std::string(bodies.on_response) + "))";
  auto bytes = wasm::assemble(text);
  if (!bytes) throw std::runtime_error(bytes.error().message + "\n" + text);
  return *bytes;
}

PluginHarness harness_of(const Bodies& bodies,
                         std::vector<std::string> capabilities = {"context_get", "context_set"},
                         const std::string& config = "{}") {
  return {"hand-made", middleware(bodies), config, std::move(capabilities)};
}

TEST(DirectAbi, AMiddlewareThatReturnsZeroChangesNothing) {
  auto harness = harness_of({});
  ASSERT_EQ(harness.error(), "");
  auto exchange = harness.exchange({.path = "/a", .query = "b=c", .headers = {{"X-One", "1"}}});
  EXPECT_EQ(exchange.on_request(), Verdict::kContinue);
  EXPECT_EQ(exchange.request().path, "/a");
  EXPECT_EQ(exchange.request().query, "b=c");
  EXPECT_THAT(exchange.request().headers, ElementsAre(Pair("X-One", "1")));
  exchange.on_response({.status = 201, .headers = {{"a", "b"}}, .body = "body"});
  EXPECT_EQ(exchange.response().status, 201);
  EXPECT_THAT(exchange.response().headers, ElementsAre(Pair("a", "b")));
  EXPECT_EQ(exchange.response().body, "body");
}

TEST(DirectAbi, AFailingInitIsTold) {
  EXPECT_THAT(harness_of({.init = "(i32.const 3)"}).error(), HasSubstr("init returned 3"));
  EXPECT_THAT(harness_of({.init = "unreachable"}).error(), HasSubstr("aborted"));
}

TEST(DirectAbi, InitReadsTheConfigAndNothingOfARequest) {
  // {"a":1} is seven bytes; a method there is none yet.
  auto harness = harness_of(
      {.init = "(i32.or (i32.ne (call $field_get (i32.const 7) (i32.const 4096) (i32.const 99))"
               "                (i32.const 7))"
               "        (i32.ne (call $field_get (i32.const 0) (i32.const 4096) (i32.const 99))"
               "                (i32.const -3)))"},
      {"context_get", "context_set"}, R"({"a":1})");
  EXPECT_EQ(harness.error(), "");
}

TEST(DirectAbi, HeadersAreReadAndSet) {
  // Copies x-one to x-two.
  auto harness = harness_of(
      {.on_request = "(drop (call $header_set (i32.const 0) (i32.const 1029) (i32.const 5)"
                     " (i32.const 4096)"
                     " (call $header_get (i32.const 0) (i32.const 1024) (i32.const 5)"
                     "   (i32.const 0) (i32.const 4096) (i32.const 64)))) (i32.const 0)",
       .data = "x-oneX-Two"});
  auto exchange = harness.exchange({.headers = {{"X-One", "here"}, {"x-two", "gone"}}});
  EXPECT_EQ(exchange.on_request(), Verdict::kContinue);
  EXPECT_THAT(exchange.request().headers,
              ElementsAre(Pair("X-One", "here"), Pair("x-two", "here")));
}

TEST(DirectAbi, OneRespondsWithWhatWasBuilt) {
  auto harness = harness_of(
      {.on_request = "(drop (call $status_set (i32.const 418)))"
                     "(drop (call $header_add (i32.const 1) (i32.const 1024) (i32.const 3)"
                     "  (i32.const 1027) (i32.const 2)))"
                     "(drop (call $body_set (i32.const 1) (i32.const 1024) (i32.const 5)))"
                     "(i32.const 1)",
       .data = "x-aok"});
  auto exchange = harness.exchange();
  EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
  EXPECT_EQ(exchange.response().status, 418);
  EXPECT_THAT(exchange.response().headers, ElementsAre(Pair("x-a", "ok")));
  EXPECT_EQ(exchange.response().body, "x-aok");
}

TEST(DirectAbi, AnythingElseAndTrapsAre500) {
  for (const char* body :
       {"(i32.const 2)", "(i32.const -1)", "unreachable", "(loop $l (br $l)) (i32.const 0)"}) {
    auto harness = harness_of({.on_request = body});
    auto exchange = harness.exchange();
    EXPECT_EQ(exchange.on_request(), Verdict::kFailed) << body;
    EXPECT_EQ(exchange.response().status, 500) << body;
    auto next = harness.exchange();
    EXPECT_EQ(next.on_request(), Verdict::kFailed) << body;
  }
}

TEST(DirectAbi, ATrapInOnResponseUndoesItsChanges) {
  for (const char* end : {"unreachable", "(i32.const 1)"}) {
    const std::string body =
        "(drop (call $status_set (i32.const 299)))"
        "(drop (call $header_set (i32.const 1) (i32.const 1024) (i32.const 1)"
        "  (i32.const 1025) (i32.const 1)))"
        "(drop (call $header_remove (i32.const 1) (i32.const 1026) (i32.const 4)))"
        "(drop (call $context_set (i32.const 1024) (i32.const 1) (i32.const 1025) (i32.const 1)))" +
        std::string(end);
    auto harness = harness_of({.on_response = body, .data = "abkeep"});
    auto exchange = harness.exchange();
    exchange.set_context("a", "before");
    EXPECT_EQ(exchange.on_request(), Verdict::kContinue);
    exchange.on_response({.status = 200, .headers = {{"keep", "1"}}, .body = "body"});
    EXPECT_EQ(exchange.response().status, 200) << end;
    EXPECT_THAT(exchange.response().headers, ElementsAre(Pair("keep", "1"))) << end;
    EXPECT_EQ(exchange.context("a"), "before") << end;
  }
}

TEST(DirectAbi, StateLastsFromPhaseToPhase) {
  auto harness = harness_of(
      {.on_request = "(drop (call $state_set (i32.const 1024) (i32.const 5))) (i32.const 0)",
       .on_response = "(drop (call $header_set (i32.const 1) (i32.const 1029) (i32.const 1)"
                      "  (i32.const 4096) (call $state_get (i32.const 4096) (i32.const 64))))"
                      "(i32.const 0)",
       .data = "stateh"});
  auto exchange = harness.exchange();
  EXPECT_EQ(exchange.on_request(), Verdict::kContinue);
  exchange.on_response({});
  EXPECT_EQ(exchange.response().header("h"), "state");
}

TEST(DirectAbi, AStatusThatIsNoAnswerIs500) {
  auto harness =
      harness_of({.on_request = "(drop (call $status_set (i32.const 101))) (i32.const 1)"});
  auto exchange = harness.exchange();
  EXPECT_EQ(exchange.on_request(), Verdict::kFailed);
}

}  // namespace
}  // namespace barbacane::gateway
