// Modules that others built: what SDK 0.8 makes, what compilers leave in, what is no SDK's work at
// all (plugin ABI, 2.2 to 2.4 and 3.1).

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/detail/guest_text.h"
#include "gateway/detail/test_chain.h"
#include "testkit/plugin_harness.h"

namespace barbacane::gateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testkit::PluginHarness;
using Verdict = PluginHarness::Exchange::Verdict;

std::string fixture(const std::string& name) {
  std::ifstream in(std::string(BARBACANE_PLUGIN_FIXTURES) + "/" + name);
  std::ostringstream text;
  text << in.rdbuf();
  auto bytes = wasm::assemble(text.str());
  if (!bytes) throw std::runtime_error(name + ": " + bytes.error().message);
  return *bytes;
}

/// Every value a byte can have, again and again.
std::string all_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i + i / 256);
  return bytes;
}

class SdkModule : public testing::TestWithParam<bool> {
 protected:
  static std::vector<std::string> capabilities() {
    return GetParam() ? std::vector<std::string>{"body_access"} : std::vector<std::string>{};
  }
};

TEST_P(SdkModule, PassesARequestAndItsResponse) {
  TestChain chain;
  chain.module("sdk", fixture("sdk08.wat"), capabilities()).middleware("sdk");
  chain.mock(R"({"status":201,"headers":{"x-own":"1"},"body":"hello"})");
  for (const char* path : {"/a", "/b", "/a"}) {
    const FakeExchange& answer = chain.ask("GET", path, {{"accept", "a"}, {"Accept", "b"}});
    EXPECT_EQ(answer.status(), 201);
    EXPECT_EQ(answer.field("x-sdk"), std::string(1, path[1]));
    EXPECT_EQ(answer.field("x-own"), "1");
    EXPECT_EQ(answer.sent(), "hello");
  }
}

TEST_P(SdkModule, TwoEntriesKeepTheirStateApart) {
  // The inner entry forbids; the outer one has passed and shows its own letter.
  JsonGuest rewrite;
  rewrite.on_request = rewrite.output(R"({"method":"GET","path":"/Zoo","query":null,"headers":{},)"
                                      R"("client_ip":"1.1.1.1","path_params":{}})") +
                       constant(0);
  TestChain chain;
  chain.module("sdk", fixture("sdk08.wat"), capabilities());
  chain.module("rewrite", rewrite.wasm());
  chain.middleware("sdk").middleware("rewrite").middleware("sdk");
  for (int i = 0; i < 3; ++i) {
    const FakeExchange& answer = chain.ask("GET", "/a");
    EXPECT_EQ(answer.status(), 403);
    EXPECT_THAT(answer.fields("x-sdk"), ElementsAre("a"));
  }
}

TEST_P(SdkModule, ShortCircuits) {
  TestChain chain;
  chain.module("sdk", fixture("sdk08.wat"), capabilities()).middleware("sdk");
  EXPECT_EQ(chain.ask("GET", "/Z").status(), 403);
  EXPECT_EQ(chain.ask("GET", "/a").status(), 200);
}

TEST_P(SdkModule, BodiesSurviveByteForByte) {
  TestChain chain;
  chain.module("sdk", fixture("sdk08.wat"), capabilities());
  chain.middleware("sdk").middleware("sdk").dispatcher("sdk");
  for (const std::size_t size : {0, 1, 255, 256, 65'536, 1'048'576}) {
    const std::string body = all_bytes(size);
    const FakeExchange& answer = chain.send("POST", "/a", body);
    EXPECT_EQ(answer.status(), 200) << size;
    EXPECT_EQ(answer.field("x-dispatch"), "sdk");
    EXPECT_TRUE(answer.sent() == body) << size << " bytes, " << answer.sent().size() << " back";
  }
}

INSTANTIATE_TEST_SUITE_P(BodyAccess, SdkModule, testing::Bool(), [](const auto& access) {
  return std::string(access.param ? "Yes" : "No");
});

TEST(ForeignModule, AThousandRequestsDoNotGrowItsMemory) {
  std::ifstream in(std::string(BARBACANE_PLUGIN_FIXTURES) + "/sdk08.wat");
  std::ostringstream text;
  text << in.rdbuf();
  std::string source = text.str();
  // The letter it shows tells its pages instead.
  const std::string shown = "(i32.store8 offset=34 (local.get $out) (global.get $letter))";
  const std::size_t at = source.find(shown);
  ASSERT_NE(at, std::string::npos);
  source.replace(
      at, shown.size(),
      "(i32.store8 offset=34 (local.get $out) (i32.add (i32.const 0x30) (memory.size)))");
  TestChain chain;
  chain.module("sdk", *wasm::assemble(source), {"body_access"}).middleware("sdk");
  std::string first;
  const std::string body = all_bytes(30'000);
  for (int i = 0; i < 1000; ++i) {
    const FakeExchange& answer = chain.send("POST", "/a", body, {{"x-filler", "0123456789"}});
    ASSERT_EQ(answer.status(), 200);
    if (i == 10) first = answer.field("x-sdk");
    ASSERT_EQ(answer.field("x-sdk"), i < 10 ? answer.field("x-sdk") : first) << i;
  }
}

TEST(ForeignModule, GrowingMemoryDuringACallIsFine) {
  // The input lies in memory that moves, or grows, under the host between calls.
  JsonGuest guest;
  guest.alloc =
      "(drop (memory.grow (i32.const 1)))"
      "(i32.sub (i32.shl (memory.size) (i32.const 16)) (local.get $n))";
  guest.on_request =
      "(drop (memory.grow (i32.const 1)))"
      "(call $body_set (local.get $p) (local.get $n))" +
      guest.output(R"({"status":200,"headers":{}})") + constant(1);
  PluginHarness harness("hand-made", guest.wasm(), "{}", {});
  ASSERT_EQ(harness.error(), "");
  for (int i = 0; i < 20; ++i) {
    auto exchange = harness.exchange();
    EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
    EXPECT_THAT(exchange.response().body.value_or(""), HasSubstr(R"({"method":"GET")"));
  }
}

constexpr const char* kWasi = R"(
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get"
    (func $clock (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get"
    (func $environ_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get"
    (func $args_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_seek"
    (func $seek (param i32 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read"
    (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $stat (param i32 i32) (result i32)))
)";

TEST(ForeignModule, WasiAnswersAsTheContractSays) {
  JsonGuest guest;
  guest.imports += kWasi;
  guest.more =
      "(data (i32.const 30000) \"\\40\\75\\00\\00\\05\\00\\00\\00\")"  // 30016, 5
      "(data (i32.const 30016) \"hello\")";
  guest.on_request =
      "(i32.store (i32.const 40040) (i32.const 77)) (i32.store (i32.const 40044) (i32.const 77))" +
      guest.report(
          {"(call $random (i32.const 40000) (i32.const 16))",
           "(i64.ne (i64.load (i32.const 40000)) (i64.load (i32.const 40008)))",
           "(call $random (i32.const 262140) (i32.const 5))",
           "(call $clock (i32.const 0) (i64.const 0) (i32.const 40016))",
           "(i64.gt_u (i64.load (i32.const 40016)) (i64.const 1700000000000000000))",
           "(call $clock (i32.const 1) (i64.const 0) (i32.const 40016))",
           "(call $clock (i32.const 0) (i64.const 0) (i32.const 262137))",
           "(call $write (i32.const 1) (i32.const 30000) (i32.const 1) (i32.const 40024))",
           "(i32.load (i32.const 40024))",
           "(call $write (i32.const 2) (i32.const 262140) (i32.const 1) (i32.const 40024))",
           "(call $environ_sizes (i32.const 40040) (i32.const 40044))",
           "(i32.or (i32.load (i32.const 40040)) (i32.load (i32.const 40044)))",
           "(call $environ (i32.const 0) (i32.const 0))",
           "(call $args_sizes (i32.const 40040) (i32.const 40044))",
           "(call $args (i32.const 0) (i32.const 0))",
           "(call $yield)",
           "(call $close (i32.const 3))",
           "(call $seek (i32.const 3) (i64.const 0) (i32.const 0) (i32.const 0))",
           "(call $read (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))",
           "(call $stat (i32.const 1) (i32.const 0))"});
  PluginHarness harness("hand-made", guest.wasm(), "{}", {});
  ASSERT_EQ(harness.error(), "");
  auto exchange = harness.exchange();
  EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
  EXPECT_THAT(numbers_of(exchange.response().body.value_or("")),
              ElementsAre(0, 1, 1, 0, 1, 0, 1, 0, 5, 1, 0, 0, 0, 0, 0, 0, 8, 8, 8, 8));
  EXPECT_THAT(harness.logs(), testing::Contains(testing::Pair("debug", "hello")));
}

TEST(ForeignModule, ProcExitIsATrap) {
  JsonGuest guest;
  guest.imports += kWasi;
  guest.on_request = "(call $exit (i32.const 0)) (i32.const 0)";
  PluginHarness harness("hand-made", guest.wasm(), "{}", {});
  auto exchange = harness.exchange();
  EXPECT_EQ(exchange.on_request(), Verdict::kFailed);
  EXPECT_THAT(exchange.response().body.value_or(""), HasSubstr("proc_exit(0)"));
  guest.on_request = "(i32.const 0)";
  guest.init = "(call $exit (i32.const 3)) (i32.const 0)";
  EXPECT_THAT(PluginHarness("hand-made", guest.wasm(), "{}", {}).error(),
              HasSubstr("proc_exit(3)"));
}

TEST(ForeignModule, InitializeRunsOnceBeforeInit) {
  JsonGuest guest;
  guest.more = R"((global $n (mut i32) (i32.const 0))
    (func (export "_initialize") (global.set $n (i32.add (global.get $n) (i32.const 1)))))";
  guest.init = "(i32.ne (global.get $n) (i32.const 1))";
  guest.on_request = guest.report({"(global.get $n)"});
  PluginHarness harness("hand-made", guest.wasm(), "{}", {});
  ASSERT_EQ(harness.error(), "");
  for (int i = 0; i < 2; ++i) {
    auto exchange = harness.exchange();
    EXPECT_EQ(exchange.on_request(), Verdict::kRespond);
    EXPECT_THAT(numbers_of(exchange.response().body.value_or("")), ElementsAre(1));
  }
}

TEST(ForeignModule, AStartFunctionRunsUnderTheLimitsOfInit) {
  for (const char* body : {"(loop $l (br $l))", "unreachable", "(call $s)"}) {
    JsonGuest guest;
    guest.more = "(func $s " + std::string(body) + ") (start $s)";
    EXPECT_NE(PluginHarness("hand-made", guest.wasm(), "{}", {}).error(), "") << body;
  }
}

}  // namespace
}  // namespace barbacane::gateway
