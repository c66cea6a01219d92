#include "wasm/module_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testkit/wasm_builder.h"

namespace barbacane::wasm {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testkit::WasmBuilder;
namespace code = testkit::code;

constexpr std::string_view kJson = "(i32, i32) -> i32";
constexpr std::string_view kDirect = "() -> i32";

std::expected<ModuleFacts, ModuleFaults> check(const WasmBuilder& builder,
                                               const Expectation& expectation = {}) {
  const std::string module = builder.build();
  return check_module(outline_of(module), expectation);
}

ModuleFaults faults(const WasmBuilder& builder, const Expectation& expectation = {}) {
  const auto result = check(builder, expectation);
  return result ? ModuleFaults{} : result.error();
}

/// A JSON middleware that imports one function.
WasmBuilder importing(std::string_view module, std::string_view name, std::string_view type,
                      std::string_view handler = kJson) {
  WasmBuilder builder;
  builder.import_function(module, name, type);
  const auto f = builder.function(handler, code::i32_const(0));
  builder.memory(1).export_memory("memory");
  for (const char* one : {"init", "on_request", "on_response"}) builder.export_function(one, f);
  return builder;
}

TEST(ModuleCheck, TellsKindAndAbiFromTheExports) {
  const auto middleware = check(testkit::json_plugin("middleware"));
  ASSERT_TRUE(middleware);
  EXPECT_EQ(middleware->abi, Abi::kJson);
  EXPECT_EQ(middleware->kind, Kind::kMiddleware);
  EXPECT_TRUE(middleware->has_alloc);
  EXPECT_TRUE(middleware->skips_on_response);
  EXPECT_FALSE(middleware->may_wait);
  EXPECT_FALSE(middleware->has_initialize);
  const auto dispatcher = check(testkit::direct_plugin("dispatcher"));
  ASSERT_TRUE(dispatcher);
  EXPECT_EQ(dispatcher->abi, Abi::kDirect);
  EXPECT_EQ(dispatcher->kind, Kind::kDispatcher);
  EXPECT_FALSE(dispatcher->has_alloc);
  EXPECT_FALSE(dispatcher->skips_on_response);
}

TEST(ModuleCheck, LeavesTheKindOpenWhenAllHandlersAreThere) {
  WasmBuilder both = testkit::json_plugin("middleware");
  both.handler("dispatch", kJson, code::i32_const(0));
  ASSERT_TRUE(check(both));
  EXPECT_EQ(check(both)->kind, std::nullopt);
  const auto declared = check(both, {.capabilities = {}, .kind = Kind::kDispatcher, .limits = {}});
  ASSERT_TRUE(declared);
  EXPECT_EQ(declared->kind, Kind::kDispatcher);
}

TEST(ModuleCheck, HoldsExportsAgainstTheDeclaredKind) {
  EXPECT_THAT(faults(testkit::json_plugin("dispatcher"),
                     {.capabilities = {}, .kind = Kind::kMiddleware, .limits = {}}),
              ElementsAre("it does not export 'on_request'", "it does not export 'on_response'"));
}

TEST(ModuleCheck, NamesMissingAndMistypedExports) {
  EXPECT_THAT(faults(WasmBuilder()),
              ElementsAre("it exports neither 'on_request' nor 'dispatch' and so is no plugin",
                          "it does not export 'memory'", "it does not export 'init'"));
  WasmBuilder odd;
  odd.memory(1).table(1).export_table("memory");
  odd.handler("init", kJson, code::i32_const(0));
  odd.handler("dispatch", "(i32) -> i64", code::i64_const(0));
  odd.handler("_initialize", "() -> i32", code::i32_const(0));
  odd.handler("alloc", "()", "");
  EXPECT_THAT(
      faults(odd),
      ElementsAre("its export 'memory' is a table",
                  "its export 'dispatch' has the type (i32) -> i64 instead of (i32, i32) -> i32",
                  "its export '_initialize' has the type () -> i32 instead of () -> ()",
                  "its export 'alloc' has the type () -> () instead of (i32) -> i32"));
}

TEST(ModuleCheck, IgnoresExportsItDoesNotNeed) {
  WasmBuilder module = testkit::direct_plugin("dispatcher");
  module.handler("alloc", "()", "").handler("other", "(f64)", "");
  EXPECT_TRUE(check(module));
}

TEST(ModuleCheck, RefusesHandlersOfBothAbis) {
  WasmBuilder module;
  module.memory(1).export_memory("memory");
  module.handler("init", kJson, code::i32_const(0));
  module.handler("dispatch", kDirect, code::i32_const(0));
  EXPECT_THAT(faults(module), ElementsAre("its handlers mix the ABIs: 'init' is of the JSON ABI, "
                                          "'dispatch' of the direct one"));
}

TEST(ModuleCheck, RefusesImportsThatNobodyOffers) {
  EXPECT_THAT(faults(importing("env", "log", "()")),
              ElementsAre("it imports 'log' of module 'env', which no host offers"));
  EXPECT_THAT(faults(importing("barbacane", "host_lgo", "()")),
              ElementsAre("it imports 'host_lgo' of module 'barbacane', which no host offers; did "
                          "you mean 'host_log'?"));
  EXPECT_THAT(faults(importing("wasi_snapshot_preview1", "path_open", "()")),
              ElementsAre(::testing::StartsWith(
                  "it imports 'path_open' of module 'wasi_snapshot_preview1', which no host")));
  WasmBuilder memory = testkit::json_plugin("middleware");
  memory.import_global("env", "base");
  EXPECT_THAT(faults(memory), ElementsAre("it imports the global 'base' of module 'env'; only "
                                          "functions can be imported"));
}

TEST(ModuleCheck, RefusesImportsOfAnotherType) {
  EXPECT_THAT(faults(importing("wasi_snapshot_preview1", "random_get", "(i32) -> i32")),
              ElementsAre("it imports 'random_get' of module 'wasi_snapshot_preview1' with the "
                          "type (i32) -> i32 instead of (i32, i32) -> i32"));
}

TEST(ModuleCheck, RefusesImportsThatNoCapabilityCovers) {
  const WasmBuilder log = importing("barbacane", "host_log", "(i32, i32, i32)");
  EXPECT_THAT(faults(log), ElementsAre("it imports 'host_log' of module 'barbacane' without "
                                       "declaring the capability 'log'"));
  EXPECT_TRUE(check(log, {.capabilities = {Capability::kLog}, .kind = {}, .limits = {}}));
  const WasmBuilder slot = importing("barbacane", "host_broker_read_result", "(i32, i32) -> i32");
  EXPECT_THAT(faults(slot),
              ElementsAre("it imports 'host_broker_read_result' of module "
                          "'barbacane' without declaring the capability 'kafka_publish' or "
                          "'nats_publish'"));
  EXPECT_TRUE(check(slot, {.capabilities = {Capability::kNatsPublish}, .kind = {}, .limits = {}}));
}

TEST(ModuleCheck, KeepsTheAbisApart) {
  EXPECT_THAT(faults(importing("barbacane", "host_set_output", "(i32, i32)", kDirect)),
              ElementsAre("it imports 'host_set_output' of module 'barbacane', which only the JSON "
                          "ABI may use; its handlers are of the direct ABI"));
  EXPECT_THAT(faults(importing("barbacane_direct", "status_get", "() -> i32")),
              ElementsAre("it imports 'status_get' of module 'barbacane_direct', which only the "
                          "direct ABI may use; its handlers are of the JSON ABI"));
  EXPECT_TRUE(check(importing("barbacane_direct", "status_get", "() -> i32", kDirect)));
  EXPECT_THAT(
      faults(importing("barbacane_direct", "context_get", "(i32, i32, i32, i32) -> i32", kDirect)),
      ElementsAre("it imports 'context_get' of module 'barbacane_direct' without declaring the "
                  "capability 'context_get'"));
}

TEST(ModuleCheck, FindsOutWhetherAModuleCanWait) {
  const auto waits = check(importing("barbacane", "host_http_call", "(i32, i32) -> i32"),
                           {.capabilities = CapabilitySet::all(), .kind = {}, .limits = {}});
  ASSERT_TRUE(waits);
  EXPECT_TRUE(waits->may_wait);
  const auto looks = check(importing("barbacane", "host_cache_get", "(i32, i32) -> i32"),
                           {.capabilities = CapabilitySet::all(), .kind = {}, .limits = {}});
  ASSERT_TRUE(looks);
  EXPECT_FALSE(looks->may_wait);
}

TEST(ModuleCheck, HoldsMemoriesAndTablesToTheLimits) {
  const Expectation small{.capabilities = {},
                          .kind = {},
                          .limits = {.memory_bytes = 16 << 20, .table_elements = 10'000}};
  const auto with = [](auto change) {
    WasmBuilder module = testkit::json_plugin("middleware");
    change(module);
    return module;
  };
  EXPECT_THAT(faults(with([](WasmBuilder& m) { m.memory(1); }), small),
              ElementsAre("it has 2 memories; one is allowed"));
  EXPECT_THAT(faults(with([](WasmBuilder& m) { m.table(10'001); }), small),
              ElementsAre("a table begins with 10001 elements; the limit is 10000"));
  EXPECT_THAT(faults(with([](WasmBuilder& m) { m.table(10'000); }), small), IsEmpty());

  const auto memory = [&](std::uint32_t pages, WasmBuilder::Shared shared,
                          WasmBuilder::AddressedBy width) {
    WasmBuilder module;
    module.memory(pages, 60'000, shared, width).export_memory("memory");
    module.handler("init", kJson, code::i32_const(0));
    module.handler("dispatch", kJson, code::i32_const(0));
    return faults(module, small);
  };
  using Shared = WasmBuilder::Shared;
  using Width = WasmBuilder::AddressedBy;
  EXPECT_THAT(memory(256, Shared::kNo, Width::k32Bits), IsEmpty());
  EXPECT_THAT(memory(257, Shared::kNo, Width::k32Bits),
              ElementsAre("its memory begins with 17 MiB; the limit is 16 MiB"));
  EXPECT_THAT(memory(1, Shared::kYes, Width::k32Bits),
              ElementsAre("its memory is shared between threads, of which there are none"));
  EXPECT_THAT(memory(1, Shared::kNo, Width::k64Bits),
              ElementsAre("its memory is addressed by 64 bits; only 32 are supported"));
}

TEST(ModuleCheck, SaysWhyAModuleCannotBeRead) {
  const std::string module = testkit::wasm_magic() + "\x07\x7F";
  const auto result = check_module(outline_of(module), {});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error(), ElementsAre("a section is longer than the module"));
}

TEST(ModuleCheck, NamesFromAModuleCannotDisturbATerminal) {
  EXPECT_THAT(faults(importing("env", "\x1B[31m\n", "()")),
              ElementsAre("it imports '?[31m?' of module 'env', which no host offers"));
  EXPECT_THAT(faults(importing("env", "\xFF", "()")),
              ElementsAre("it imports '?' of module 'env', which no host offers"));
}

}  // namespace
}  // namespace barbacane::wasm
