#include "wasm/instance.h"

#include <array>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wasm/module.h"
#include "wasm/text_format.h"

namespace barbacane::wasm {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::uint64_t kTicks = 100;

/// What host functions do here: logged texts, and a wait that the test completes.
struct Owner {
  std::vector<std::string> logged;
  HostWait* waits_for = nullptr;
  bool answer_at_once = false;
};

HostEnd log_text(Instance& caller, Value* values) {
  const auto text = caller.memory().read(values[1].u32(), values[2].u32());
  static_cast<Owner*>(caller.owner())->logged.emplace_back(text ? *text : "outside");
  return HostEnd::kReturn;
}

HostEnd refuse(Instance& caller, Value*) {
  caller.explain_trap("proc_exit was called");
  return HostEnd::kTrap;
}

HostEnd nothing(Instance&, Value*) { return HostEnd::kReturn; }

void wait_for_test(Instance& caller, const Value* arguments, HostWait& wait) {
  auto& owner = *static_cast<Owner*>(caller.owner());
  owner.waits_for = &wait;
  Value seven;
  seven.i32 = arguments[0].i32 + 7;
  if (owner.answer_at_once) wait.complete(seven);
}

HostBindings bindings() {
  HostBindings all;
  for (std::size_t i = 0; i < kHostFunctionCount; ++i) {
    if (kHostFunctions[i].answer == Answer::kMayWait) {
      all[i].may_wait = wait_for_test;
    } else {
      all[i].at_once = nothing;
    }
  }
  all[host_index(HostModule::kBarbacane, "host_log")].at_once = log_text;
  all[host_index(HostModule::kWasi, "proc_exit")].at_once = refuse;
  return all;
}

Engine& engine() {
  static const auto made = Engine::create({.instances = 64}, bindings());
  return **made;
}

enum Export : std::size_t { kRun, kAdd };
constexpr std::array<WantedExport, 2> kWanted = {
    {{"run", "() -> i32"}, {"add", "(i32, i32) -> i32"}}};

std::shared_ptr<const Module> module_of(std::string_view text) {
  const auto bytes = assemble(text);
  if (!bytes) throw std::runtime_error(bytes.error().message);
  const auto loaded = engine().load(*bytes, kWanted, nullptr);
  if (!loaded) throw std::runtime_error(loaded.error().message);
  return *loaded;
}

/// A module whose `run` has this body.
std::string running(std::string_view body, std::string_view imports = "") {
  return "(module " + std::string(imports) + " (memory (export \"memory\") 1)" +
         " (func $again (export \"run\") (result i32) " + std::string(body) + "))";
}

constexpr std::string_view kLog =
    R"((import "barbacane" "host_log" (func $log (param i32 i32 i32))))";
constexpr std::string_view kCall =
    R"((import "barbacane" "host_http_call" (func $call (param i32 i32) (result i32))))";

class InstanceTest : public testing::Test {
 protected:
  std::unique_ptr<Instance> instance_of(std::string_view text) {
    auto made = Instance::create(module_of(text), &owner, kTicks);
    if (!made) throw std::runtime_error(made.error().text);
    return std::move(*made);
  }

  /// What `run` returns; the trap's text when it does not.
  std::string run(std::string_view text) {
    const auto instance = instance_of(text);
    std::array<Value, 1> values;
    instance->arm(kTicks);
    if (!instance->call(kRun, values)) return instance->trap().text;
    return std::to_string(values[0].i32);
  }

  Owner owner;
};

TEST_F(InstanceTest, CallsExportsWithArgumentsAndResults) {
  const auto instance = instance_of(
      R"((module (func (export "add") (param i32 i32) (result i32)
           (i32.add (local.get 0) (local.get 1)))))");
  EXPECT_TRUE(instance->has(kAdd));
  EXPECT_FALSE(instance->has(kRun));
  std::array<Value, 2> values;
  values[0].i32 = 40;
  values[1].i32 = 2;
  instance->arm(kTicks);
  ASSERT_TRUE(instance->call(kAdd, values));
  EXPECT_EQ(values[0].i32, 42);
  EXPECT_EQ(instance->memory_size(), 0U);
}

TEST_F(InstanceTest, AnExportOfAnotherTypeIsNotThere) {
  const auto instance = instance_of(
      R"((module (func (export "run") (param i64)) (func (export "add") (result i32) i32.const 1)))");
  EXPECT_FALSE(instance->has(kRun));
  EXPECT_FALSE(instance->has(kAdd));
}

TEST_F(InstanceTest, KeepsMemoryBetweenCalls) {
  const auto instance = instance_of(
      running("(i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1)))"
              "(i32.load (i32.const 8))"));
  std::array<Value, 1> values;
  for (int i = 1; i <= 3; ++i) {
    instance->arm(kTicks);
    ASSERT_TRUE(instance->call(kRun, values));
    EXPECT_EQ(values[0].i32, i);
  }
}

TEST_F(InstanceTest, HostFunctionsSeeTheGuestsMemory) {
  EXPECT_EQ(run(running("(i32.store (i32.const 0) (i32.const 0x6f6c6c41))"
                        "(call $log (i32.const 1) (i32.const 0) (i32.const 4)) (i32.const 0)",
                        kLog)),
            "0");
  EXPECT_THAT(owner.logged, testing::ElementsAre("Allo"));
}

TEST_F(InstanceTest, RangesOutsideMemoryAreTold) {
  for (const char* range : {"(i32.const 65536) (i32.const 1)", "(i32.const -1) (i32.const 1)",
                            "(i32.const 0) (i32.const -1)", "(i32.const 65535) (i32.const 2)"}) {
    owner.logged.clear();
    run(running("(call $log (i32.const 1) " + std::string(range) + ") (i32.const 0)", kLog));
    EXPECT_THAT(owner.logged, testing::ElementsAre("outside")) << range;
  }
}

TEST_F(InstanceTest, TrapsAreToldApart) {
  struct Case {
    const char* body;
    Trap::Kind kind;
    const char* words;
  };
  constexpr Case kCases[] = {
      {"(loop $l (br $l)) (i32.const 0)", Trap::Kind::kOutOfTime, "ran out of time"},
      {"(call $again)", Trap::Kind::kStackOverflow, "overflowed its stack"},
      {"unreachable", Trap::Kind::kUnreachable, "aborted"},
      {"(i32.load (i32.const -8))", Trap::Kind::kMemory, "accessed memory"},
      {"(i32.div_u (i32.const 1) (i32.const 0))", Trap::Kind::kArithmetic, "divided by zero"},
  };
  for (const Case& each : kCases) {
    const auto instance = instance_of(running(each.body));
    std::array<Value, 1> values;
    instance->arm(kTicks);
    ASSERT_FALSE(instance->call(kRun, values)) << each.body;
    EXPECT_EQ(instance->trap().kind, each.kind) << instance->trap().text;
    EXPECT_THAT(instance->trap().text, StartsWith(each.words));
  }
}

TEST_F(InstanceTest, TheTraceNamesFunctions) {
  EXPECT_THAT(run(running("unreachable")), HasSubstr("again"));
}

TEST_F(InstanceTest, AHostFunctionMayEndTheCall) {
  const auto instance = instance_of(
      running("(call $exit (i32.const 1)) (i32.const 0)",
              R"((import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))))"));
  std::array<Value, 1> values;
  instance->arm(kTicks);
  ASSERT_FALSE(instance->call(kRun, values));
  EXPECT_EQ(instance->trap().kind, Trap::Kind::kHost);
  EXPECT_EQ(instance->trap().text, "proc_exit was called");
}

TEST_F(InstanceTest, AViewOfItsMemoryGrowsWithIt) {
  constexpr std::uint32_t kPage = 64 * 1024;
  const auto instance =
      instance_of(running("(i32.store8 (i32.const 7) (i32.const 65)) (memory.grow (i32.const 2))"));
  const GuestMemory memory = instance->memory();
  EXPECT_FALSE(memory.read(kPage, 1));
  std::array<Value, 1> values;
  instance->arm(kTicks);
  ASSERT_TRUE(instance->call(kRun, values));
  EXPECT_EQ(memory.read(7, 1), "A");
  EXPECT_TRUE(memory.write(3 * kPage - 1, 1, "Z"));
  EXPECT_EQ(instance->memory().read(3 * kPage - 1, 1), "Z");
  EXPECT_FALSE(memory.room(3 * kPage, 1));
}

TEST_F(InstanceTest, MemoryGrowsUpToTheLimitAndNoFurther) {
  // 16 MiB are 256 pages, of which the module has one.
  EXPECT_EQ(run(running("(memory.grow (i32.const 255))")), "1");
  EXPECT_EQ(run(running("(memory.grow (i32.const 256))")), "-1");
}

TEST_F(InstanceTest, ALargerInitialMemoryIsRefused) {
  const auto bytes = assemble(R"((module (memory (export "memory") 257)))");
  const auto loaded = engine().load(*bytes, kWanted, nullptr);
  if (loaded) {
    const auto made = Instance::create(*loaded, &owner, kTicks);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, Trap::Kind::kNoInstance);
  } else {
    EXPECT_THAT(loaded.error().message, HasSubstr("memory"));
  }
}

TEST_F(InstanceTest, AStartFunctionRunsWithinItsTimeAndSeesNoMemoryFromTheHost) {
  const auto made = Instance::create(
      module_of("(module (func $loop (loop $l (br $l))) (start $loop))"), &owner, 5);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, Trap::Kind::kOutOfTime);
  instance_of("(module " + std::string(kLog) +
              R"((memory (export "memory") 1)
                 (func $start (call $log (i32.const 1) (i32.const 0) (i32.const 1)))
                 (start $start)))");
  EXPECT_THAT(owner.logged, testing::ElementsAre("outside"));
}

TEST_F(InstanceTest, ModulesThatAreNoneAreRefused) {
  for (const std::string& bytes : {std::string(), std::string("\0asm", 4),
                                   std::string("\0asm\1\0\0\0\xff", 9), std::string("hello")}) {
    EXPECT_FALSE(engine().load(bytes, kWanted, nullptr));
  }
}

TEST_F(InstanceTest, AnUnknownImportIsRefused) {
  const auto bytes = assemble(R"((module (import "env" "time" (func))))");
  const auto loaded = engine().load(*bytes, kWanted, nullptr);
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, HasSubstr("env"));
}

TEST_F(InstanceTest, AFunctionWithTwoTypesLinksWithEither) {
  for (const char* result : {"(result i32)", ""}) {
    const std::string text = std::string(R"((module (import "barbacane" "host_span_start"
        (func (param i32 i32) )") +
                             result + ")))";
    EXPECT_TRUE(engine().load(*assemble(text), kWanted, nullptr)) << text;
  }
}

// ---- waiting --------------------------------------------------------------------------------

TEST_F(InstanceTest, AWaitThatIsAnsweredAtOnceDoesNotSuspend) {
  owner.answer_at_once = true;
  const auto instance = instance_of(running("(call $call (i32.const 35) (i32.const 0))", kCall));
  EXPECT_TRUE(instance->module().may_wait());
  instance->arm(kTicks);
  ASSERT_EQ(instance->begin(kRun, {}), Instance::Progress::kReturned);
  EXPECT_EQ(instance->result().i32, 42);
}

TEST_F(InstanceTest, AWaitSuspendsTheGuestUntilItIsCompleted) {
  const auto instance =
      instance_of(running("(i32.add (call $call (i32.const 1) (i32.const 0))"
                          "         (call $call (i32.const 2) (i32.const 0)))",
                          kCall));
  instance->arm(kTicks);
  auto progress = instance->begin(kRun, {});
  for (int answer : {20, 22}) {
    ASSERT_EQ(progress, Instance::Progress::kWaits);
    Value value;
    value.i32 = answer;
    owner.waits_for->complete(value);
    progress = instance->resume();
  }
  ASSERT_EQ(progress, Instance::Progress::kReturned);
  EXPECT_EQ(instance->result().i32, 42);
}

TEST_F(InstanceTest, WaitingCostsNoTimeButRunningOnDoes) {
  const auto instance = instance_of(running(
      "(drop (call $call (i32.const 1) (i32.const 0))) (loop $l (br $l)) (i32.const 0)", kCall));
  instance->arm(20);
  ASSERT_EQ(instance->begin(kRun, {}), Instance::Progress::kWaits);
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  owner.waits_for->complete({});
  const std::uint64_t resumed = engine().ticker().now();
  EXPECT_EQ(instance->resume(), Instance::Progress::kTrapped);
  EXPECT_GE(engine().ticker().now() - resumed, 15U);
  EXPECT_EQ(instance->trap().kind, Trap::Kind::kOutOfTime);
}

TEST_F(InstanceTest, AnInstanceMayDieWhileItWaits) {
  auto instance = instance_of(running("(call $call (i32.const 1) (i32.const 0))", kCall));
  instance->arm(kTicks);
  ASSERT_EQ(instance->begin(kRun, {}), Instance::Progress::kWaits);
  instance.reset();
}

TEST_F(InstanceTest, TrapsOnAFiberAreToldApartToo) {
  for (const auto& [body, kind] : std::map<const char*, Trap::Kind>{
           {"(call $again)", Trap::Kind::kStackOverflow},
           {"(loop $l (br $l)) (i32.const 0)", Trap::Kind::kOutOfTime},
           {"unreachable", Trap::Kind::kUnreachable}}) {
    const auto instance = instance_of(running(body, kCall));
    instance->arm(kTicks);
    ASSERT_EQ(instance->begin(kRun, {}), Instance::Progress::kTrapped);
    EXPECT_EQ(instance->trap().kind, kind) << instance->trap().text;
  }
}

TEST_F(InstanceTest, ManyInstancesOfOneModuleShareNothing) {
  const auto module =
      module_of(running("(i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1)))"
                        "(i32.load (i32.const 8))"));
  std::vector<std::unique_ptr<Instance>> instances;
  for (int i = 0; i < 20; ++i) {
    instances.push_back(*Instance::create(module, &owner, kTicks));
  }
  for (const auto& instance : instances) {
    std::array<Value, 1> values;
    instance->arm(kTicks);
    ASSERT_TRUE(instance->call(kRun, values));
    EXPECT_EQ(values[0].i32, 1);
  }
}

TEST_F(InstanceTest, WhenThePoolIsUsedUpThatIsSaid) {
  const auto module = module_of(running("(i32.const 0)"));
  std::vector<std::unique_ptr<Instance>> instances;
  for (;;) {
    auto made = Instance::create(module, &owner, kTicks);
    if (!made) {
      EXPECT_EQ(made.error().kind, Trap::Kind::kNoInstance);
      break;
    }
    instances.push_back(std::move(*made));
    ASSERT_LE(instances.size(), engine().capacity());
  }
  EXPECT_EQ(instances.size(), engine().capacity());
}

}  // namespace
}  // namespace barbacane::wasm
