// What it costs to enter a guest, and to wait in it.

#include <array>

#include <benchmark/benchmark.h>

#include "wasm/instance.h"
#include "wasm/module.h"
#include "wasm/text_format.h"

namespace barbacane::wasm {
namespace {

constexpr std::uint64_t kTicks = 100;
constexpr std::array<WantedExport, 1> kWanted = {{{"run", "() -> i32"}}};

enum class Answering { kAtOnce, kLater };

struct Owner {
  Answering answering = Answering::kAtOnce;
  HostWait* waits_for = nullptr;
};

HostEnd nothing(Instance&, Value*) { return HostEnd::kReturn; }

void wait(Instance& caller, const Value*, HostWait& waiting) {
  auto& owner = *static_cast<Owner*>(caller.owner());
  owner.waits_for = &waiting;
  if (owner.answering == Answering::kAtOnce) waiting.complete({});
}

HostBindings bindings() {
  HostBindings all;
  for (std::size_t i = 0; i < kHostFunctionCount; ++i) {
    if (kHostFunctions[i].answer == Answer::kMayWait) {
      all[i].may_wait = wait;
    } else {
      all[i].at_once = nothing;
    }
  }
  return all;
}

std::shared_ptr<const Module> module_of(const std::string& body) {
  static const auto engine = Engine::create({.instances = 64}, bindings()).value();
  const std::string text = R"((module
      (import "barbacane" "host_http_call" (func $call (param i32 i32) (result i32)))
      (memory (export "memory") 1)
      (func (export "run") (result i32) )" +
                           body + "))";
  return engine->load(assemble(text).value(), kWanted, nullptr).value();
}

std::shared_ptr<const Module> plain_module() {
  static const auto engine = Engine::create({.instances = 64}, bindings()).value();
  return engine
      ->load(assemble("(module (memory (export \"memory\") 1)"
                      "(func (export \"run\") (result i32) (i32.const 0)))")
                 .value(),
             kWanted, nullptr)
      .value();
}

void BM_Call(benchmark::State& state) {
  Owner owner;
  const auto instance = Instance::create(plain_module(), &owner, kTicks).value();
  std::array<Value, 1> values;
  for ([[maybe_unused]] auto _ : state) {
    instance->arm(kTicks);
    benchmark::DoNotOptimize(instance->call(0, values));
  }
}
BENCHMARK(BM_Call);

void BM_CallOnFiber(benchmark::State& state, const char* body, Answering answering) {
  Owner owner{.answering = answering};
  const auto instance = Instance::create(module_of(body), &owner, kTicks).value();
  for ([[maybe_unused]] auto _ : state) {
    instance->arm(kTicks);
    auto progress = instance->begin(0, {});
    while (progress == Instance::Progress::kWaits) {
      owner.waits_for->complete({});
      progress = instance->resume();
    }
    benchmark::DoNotOptimize(progress);
  }
}
constexpr const char* kNothing = "(i32.const 0)";
constexpr const char* kCall = "(call $call (i32.const 0) (i32.const 0))";
BENCHMARK_CAPTURE(BM_CallOnFiber, nothing, kNothing, Answering::kAtOnce);
BENCHMARK_CAPTURE(BM_CallOnFiber, answered_at_once, kCall, Answering::kAtOnce);
BENCHMARK_CAPTURE(BM_CallOnFiber, suspended_once, kCall, Answering::kLater);

void BM_NewInstance(benchmark::State& state) {
  Owner owner;
  const auto module = plain_module();
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(Instance::create(module, &owner, kTicks));
  }
}
BENCHMARK(BM_NewInstance);

}  // namespace
}  // namespace barbacane::wasm
