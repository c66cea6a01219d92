// Every host function, called with whatever a guest may pass it, in every phase: none traps, none
// crashes, each answers with a number it may answer with (plugin ABI, 5 and 12.2).

#include <span>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/detail/guest_text.h"
#include "gateway/detail/host_import.h"
#include "testkit/plugin_harness.h"
#include "wasm/host_interface.h"

namespace barbacane::gateway {
namespace {

using testing::HasSubstr;
using testkit::PluginHarness;
using wasm::HostFunction;
using wasm::HostModule;
using wasm::ValueType;
using Verdict = PluginHarness::Exchange::Verdict;

constexpr int kMemory = 4 * 65536;

/// 2048 holds a short JSON object, 32768 text, 65536 the input.
constexpr std::int64_t kHostile[] = {
    0,          1,          2,           8,           255,        2048,
    kRoom,      65536,      kMemory - 8, kMemory - 1, kMemory,    kMemory + 1,
    0x7ffffffe, 0x7fffffff, 0x80000000,  0xfffffff8,  0xffffffff,
};

/// Of functions with more arguments, to keep the calls within the time of one phase.
constexpr std::int64_t kFewHostile[] = {0, 1, 2048, kMemory - 1, kMemory, 0x7fffffff, 0xffffffff};
constexpr std::int64_t kFewest[] = {0, 2048, kMemory - 1, 0x7fffffff, 0xffffffff};

std::span<const std::int64_t> values_for(std::size_t arguments) {
  if (arguments <= 2) return kHostile;
  if (arguments == 3) return kFewHostile;
  return kFewest;
}

/// What may come back, given a memory and texts as small as these.
struct Range {
  std::int64_t least;
  std::int64_t most;
};

Range range_of(const HostFunction& function) {
  if (function.module == HostModule::kDirect) return {-3, 1 << 20};
  if (function.module == HostModule::kWasi) return {0, 8};
  if (function.name.ends_with("_now") || function.name.ends_with("timestamp"))
    return {0, INT64_MAX};
  return {-1, 1 << 20};
}

/// A loop for each argument around the call; what it returns is checked in the guest, which notes
/// in a global when it is out of range.
std::string all_calls(const HostFunction& function) {
  const auto& type = function.signature.type();
  const std::size_t count = type.parameters.size();
  const auto values = values_for(count);
  std::string locals;
  std::string call = "(call $hostile";
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = std::to_string(i);
    locals += "(local $a" + name + " i32)";
    const std::string load =
        "(i32.load offset=16384 (i32.shl (local.get $a" + name + ") (i32.const 2)))";
    switch (type.parameters[i]) {
      case ValueType::kI64:
        call += "(i64.extend_i32_s " + load + ")";
        break;
      case ValueType::kF64:
        call += "(f64.reinterpret_i64 (i64.mul (i64.extend_i32_s " + load +
                ") (i64.const 0x100000001)))";
        break;
      default:
        call += load;
    }
  }
  call += ")";
  if (type.results.size() > 0) {
    if (type.results[0] == ValueType::kI32) call = "(i64.extend_i32_s " + call + ")";
    const Range range = range_of(function);
    call = "(local.set $r " + call + ") (if (i32.or (i64.lt_s (local.get $r) (i64.const " +
           std::to_string(range.least) + ")) (i64.gt_s (local.get $r) (i64.const " +
           std::to_string(range.most) +
           "))) (then (global.set $wrong (i32.const 1)) (global.set $result (local.get $r))))";
  }
  std::string code = call + "(global.set $calls (i32.add (global.get $calls) (i32.const 1)))";
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = std::to_string(i);
    code = "(local.set $a" + name + " (i32.const 0)) (loop $l" + name + " " + code + "(br_if $l" +
           name + " (i32.lt_u (local.tee $a" + name + " (i32.add (local.get $a" + name +
           ") (i32.const 1))) (i32.const " + std::to_string(values.size()) + "))))";
  }
  std::string table;
  for (const std::int64_t value : values) {
    const auto word = static_cast<std::uint32_t>(value);
    table += escaped({reinterpret_cast<const char*>(&word), sizeof word});
  }
  return "(data (i32.const 16384) \"" + table + "\")\n" +
         "(data (i32.const 2048) \"{\\22method\\22:\\22GET\\22,\\22url\\22:1}\")\n"
         "(data (i32.const 32768) \"some text of 30 bytes, ascii.\\00\")\n"
         "(global $wrong (mut i32) (i32.const 0)) (global $calls (mut i32) (i32.const 0))\n"
         "(global $result (mut i64) (i64.const 0))\n"
         "(func $try (local $r i64) " +
         locals + code +
         ")\n"
         // Once in each phase: some calls take their time.
         "(global $done (mut i32) (i32.const 0))\n"
         "(func $in_phase (param $phase i32) (if (i32.and (global.get $done) (local.get $phase))"
         " (then (return))) (global.set $done (i32.or (global.get $done) (local.get $phase)))"
         " (call $try))\n";
}

std::vector<std::string> everything() {
  std::vector<std::string> all(std::begin(wasm::kCapabilityNames),
                               std::end(wasm::kCapabilityNames));
  all.emplace_back("body_access");
  return all;
}

enum class Start { kNo, kYes };

std::string json_module(const HostFunction& function, Start start, bool dispatcher) {
  JsonGuest guest;
  // Its own name for the function under test, which may be a core function.
  guest.imports += host_import(function, "$hostile");
  guest.more = all_calls(function);
  if (start == Start::kYes) guest.more += "(start $try)";
  guest.init = "(call $in_phase (i32.const 1)) (global.get $wrong)";
  guest.alloc = "(call $in_phase (i32.const 2)) (i32.const 65536)";
  guest.on_request =
      "(call $in_phase (i32.const 4)) (call $body_clear)"
      "(call $output (i32.const 0) (i32.const 0)) (global.get $wrong)";
  guest.on_response =
      "(call $in_phase (i32.const 8)) (call $body_clear) (call $output (i32.const 0) "
      "(i32.const 0)) (if (global.get $wrong) (then unreachable)) (i32.const 0)";
  if (dispatcher) {
    // Kept where no host function can write.
    guest.more += R"((data $kept "{\22status\22:200,\22headers\22:{}}"))";
    guest.dispatch =
        "(call $in_phase (i32.const 4)) (call $body_clear)"
        "(memory.init $kept (i32.const 40000) (i32.const 0) (i32.const 27))"
        "(call $output (i32.const 40000) (i32.const 27)) (global.get $wrong)";
  }
  return guest.wasm();
}

std::string direct_module(const HostFunction& function, Start start, bool dispatcher) {
  std::string text = "(module " + host_import(function, "$hostile") +
                     R"((memory (export "memory") 4))" + all_calls(function) +
                     (start == Start::kYes ? "(start $try)" : "") +
                     R"((func (export "init") (result i32)
                          (call $in_phase (i32.const 1)) (global.get $wrong)))";
  const auto handler = [&](const char* name, const char* phase) {
    text += "(func (export \"" + std::string(name) +
            "\") (result i32) (call $in_phase (i32.const " + phase +
            ")) (if (global.get $wrong) (then unreachable)) (i32.const 0))";
  };
  if (dispatcher) {
    handler("dispatch", "4");
  } else {
    handler("on_request", "4");
    handler("on_response", "8");
  }
  auto bytes = wasm::assemble(text + ")");
  if (!bytes) throw std::runtime_error(bytes.error().message + text);
  return *bytes;
}

class HostFunctionTest : public testing::TestWithParam<std::size_t> {};

/// Ends with `proc_exit`, whose purpose that is.
bool always_traps(const HostFunction& function) { return function.name == "proc_exit"; }

TEST_P(HostFunctionTest, SurvivesHostileArguments) {
  const HostFunction& function = wasm::kHostFunctions[GetParam()];
  const bool direct = function.module == HostModule::kDirect;
  for (const bool dispatcher : {false, true}) {
    for (const Start start : {Start::kNo, Start::kYes}) {
      SCOPED_TRACE(testing::Message() << (dispatcher ? "dispatcher" : "middleware")
                                      << (start == Start::kYes ? " with start function" : ""));
      PluginHarness harness("hostile",
                            direct ? direct_module(function, start, dispatcher)
                                   : json_module(function, start, dispatcher),
                            "{}", everything());
      if (always_traps(function)) {
        EXPECT_THAT(harness.error(), HasSubstr("proc_exit"));
        continue;
      }
      ASSERT_EQ(harness.error(), "");
      // Twice: the first call must leave the instance fit for another.
      for (int i = 0; i < 2; ++i) {
        auto exchange = harness.exchange({.method = "POST",
                                          .path = "/a",
                                          .query = "b=c&d",
                                          .headers = {{"x-one", "1"}},
                                          .path_params = {{"id", "7"}},
                                          .body = "a body"});
        if (dispatcher) {
          EXPECT_NE(exchange.dispatch(), Verdict::kFailed) << exchange.response().body.value_or("");
          continue;
        }
        ASSERT_EQ(exchange.on_request(), Verdict::kContinue)
            << exchange.response().body.value_or("");
        exchange.on_response({.headers = {{"x-two", "2"}}, .body = "another"});
      }
      for (const auto& [level, text] : harness.logs()) {
        EXPECT_NE(text, "plugin_failed");
        EXPECT_NE(text, "plugin_instance_failed");
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, HostFunctionTest,
                         testing::Range<std::size_t>(0, wasm::kHostFunctionCount),
                         [](const auto& index) {
                           const HostFunction& function = wasm::kHostFunctions[index.param];
                           return std::string(function.module == HostModule::kDirect ? "direct_"
                                                                                     : "") +
                                  std::string(function.name);
                         });

// ---- calls at odd times ---------------------------------------------------------------------

TEST(OddTimes, AllocMayCallTheHostWhateverItDoes) {
  // Writes output and bodies before the handler that would do so.
  JsonGuest guest;
  guest.alloc = guest.output(R"({"status":200,"headers":{}})") + guest.body("from alloc") +
                "(drop (call $body_read (i32.const 40000) (i32.const 100))) (i32.const 65536)";
  guest.on_request = "(i32.const 1)";
  PluginHarness harness("hand-made", guest.wasm(), "{}", {"body_access"});
  auto exchange = harness.exchange({.body = "hello"});
  EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
  EXPECT_EQ(exchange.response().body, "from alloc");
}

TEST(OddTimes, AllocMayWait) {
  JsonGuest guest;
  guest.imports +=
      R"((import "barbacane" "host_http_call" (func $http (param i32 i32) (result i32))))";
  // Nothing listens there.
  guest.alloc = "(drop (call $http " +
                guest.text(R"({"method":"GET","url":"http://127.0.0.1:1/"})") +
                "))(i32.const 65536)";
  guest.on_request = guest.report({"(local.get $n)"});
  PluginHarness harness("hand-made", guest.wasm(), "{}", {"http_call"});
  ASSERT_EQ(harness.error(), "");
  auto exchange = harness.exchange();
  EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
}

TEST(OddTimes, AStartFunctionFindsNoMemoryAndNoRequest) {
  JsonGuest guest;
  guest.imports +=
      R"((import "barbacane" "host_http_call" (func $http (param i32 i32) (result i32)))
         (import "barbacane" "host_log" (func $log (param i32 i32 i32)))
         (import "barbacane" "host_context_get" (func $get (param i32 i32) (result i32))))";
  guest.more =
      "(global $results (mut i32) (i32.const 0))"
      "(func $s (call $log (i32.const 0) (i32.const 0) (i32.const 4))"
      " (call $output (i32.const 0) (i32.const 4)) (call $body_clear)"
      " (global.set $results (i32.add (i32.add (call $http " +
      guest.text(R"({"method":"GET","url":"http://127.0.0.1:1/"})") +
      ") (call $get (i32.const 0) (i32.const 1)))"
      " (i32.wrap_i64 (call $body_len))))) (start $s)";
  guest.init = "(i32.add (global.get $results) (i32.const 3))";
  PluginHarness harness("hand-made", guest.wasm(), "{}", {"http_call", "log", "context_get"});
  EXPECT_EQ(harness.error(), "");
}

TEST(OddTimes, AGuestMayCallItsOwnHandlers) {
  // From within, which is nobody's business but its own.
  JsonGuest guest;
  guest.more = R"((func $inner (export "inner") (param i32 i32) (result i32)
    (call $output (i32.const 0) (i32.const 0)) (i32.const 0)))";
  guest.on_request = "(call $inner (local.get $p) (local.get $n))";
  PluginHarness harness("hand-made", guest.wasm(), "{}", {});
  auto exchange = harness.exchange();
  EXPECT_EQ(exchange.on_request(), Verdict::kContinue);
}

TEST(OddTimes, ThousandsOfHeaderLinesAreRefusedInTime) {
  // Each line is one byte; a request with a million of them would never be written as JSON.
  auto bytes = wasm::assemble(R"((module
    (import "barbacane_direct" "header_add"
      (func $add (param i32 i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1) (data (i32.const 0) "x")
    (func $fill (param $message i32) (result i32) (local $i i32)
      (loop $l
        (if (i32.eqz (call $add (local.get $message) (i32.const 0) (i32.const 1) (i32.const 0)
                       (i32.const 0)))
          (then (local.set $i (i32.add (local.get $i) (i32.const 1))) (br $l))))
      (i32.const 0))
    (func (export "init") (result i32) (i32.const 0))
    (func (export "on_request") (result i32) (call $fill (i32.const 0)))
    (func (export "on_response") (result i32) (call $fill (i32.const 1)))))");
  ASSERT_TRUE(bytes);
  PluginHarness harness("hand-made", *bytes, "{}", {});
  auto exchange = harness.exchange();
  EXPECT_EQ(exchange.on_request(), Verdict::kContinue);
  EXPECT_LE(exchange.request().headers.size(), 1024U);
  exchange.on_response({});
  EXPECT_LE(exchange.response().headers.size(), 1024U);
  EXPECT_GE(exchange.response().headers.size(), 1000U);
}

}  // namespace
}  // namespace barbacane::gateway
