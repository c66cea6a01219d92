#include "wasm/instance.h"

#include <array>
#include <cassert>
#include <optional>
#include <string>
#include <utility>

#include "wasm/detail/host_call.h"
#include "wasm/detail/wasmtime.h"
#include "wasm/module.h"

namespace barbacane::wasm {
namespace {

constexpr std::string_view kMemory = "memory";
constexpr std::size_t kMostArguments = 8;
constexpr std::uint64_t kPage = 64 * 1024;

static_assert(sizeof(Value) == sizeof(wasmtime_val_raw_t));
static_assert(alignof(Value) == alignof(wasmtime_val_raw_t));

wasmtime_val_raw_t* raw(Value* values) { return reinterpret_cast<wasmtime_val_raw_t*>(values); }

Value untagged(const wasmtime_val_t& value) {
  Value result;
  switch (value.kind) {
    case WASMTIME_I64:
      result.i64 = value.of.i64;
      break;
    case WASMTIME_F32:
      result.f32 = value.of.f32;
      break;
    case WASMTIME_F64:
      result.f64 = value.of.f64;
      break;
    default:
      result.i32 = value.of.i32;
  }
  return result;
}

wasmtime_val_t tagged_i32(std::int32_t number) {
  wasmtime_val_t value{};
  value.kind = WASMTIME_I32;
  value.of.i32 = number;
  return value;
}

}  // namespace

/// Everything in here stays where it is while a call is under way.
struct Instance::State {
  StorePtr store;
  wasmtime_context_t* context = nullptr;
  wasmtime_memory_t memory{};
  bool has_memory = false;
  std::array<std::optional<wasmtime_func_t>, Module::kMostExports> exports;
  Trap trap;
  std::string explanation;  ///< of a host function that traps

  // Of a call that may wait.
  std::array<wasmtime_val_t, kMostArguments> arguments{};
  wasmtime_val_t result{};
  wasm_trap_t* trapped = nullptr;
  wasmtime_error_t* failed = nullptr;
  HostWait wait;
  wasmtime_val_t* wait_result = nullptr;
  std::uint64_t budget = 0;  ///< ticks since `arm`
  std::uint64_t used = 0;    ///< of them, before `resumed_at`
  std::uint64_t resumed_at = 0;
  bool out_of_time = false;
  FuturePtr future;  ///< last: gone before what it looks at

  bool collect_trap(const TrapPtr& caught, const ErrorPtr& error) {
    trap = trap_of(caught.get(), error.get());
    if (out_of_time) trap.kind = Trap::Kind::kOutOfTime, trap.text = "ran out of time";
    if (!explanation.empty()) trap = {Trap::Kind::kHost, std::exchange(explanation, {})};
    return false;
  }
};

// ---- what guests call -----------------------------------------------------------------------

namespace {

Instance& instance_of(wasmtime_caller_t* caller) {
  return *static_cast<Instance*>(wasmtime_context_get_data(wasmtime_caller_context(caller)));
}

}  // namespace

wasm_trap_t* call_host(void* binding, wasmtime_caller_t* caller, wasmtime_val_raw_t* values,
                       std::size_t) {
  const auto& host = *static_cast<const HostBinding*>(binding);
  const HostEnd end = host.at_once(instance_of(caller), reinterpret_cast<Value*>(values));
  if (end == HostEnd::kReturn) return nullptr;
  return wasmtime_trap_new_code(WASMTIME_TRAP_CODE_UNREACHABLE_CODE_REACHED);
}

/// The engine asks for completion by the address of the instance's state.
struct WaitingCall {
  static void begin(const HostBinding& host, Instance& caller, const wasmtime_val_t* arguments,
                    std::size_t count, wasmtime_val_t* results) {
    Instance::State& state = *caller.state_;
    std::array<Value, kMostArguments> values;
    for (std::size_t i = 0; i < count && i < values.size(); ++i) values[i] = untagged(arguments[i]);
    state.wait.completed_ = false;
    state.wait_result = results;
    host.may_wait(caller, values.data(), state.wait);
  }

  static bool is_over(void* instance) {
    Instance::State& state = *static_cast<Instance*>(instance)->state_;
    if (!state.wait.completed_) return false;
    *state.wait_result = tagged_i32(state.wait.result_.i32);
    return true;
  }
};

void call_waiting_host(void* binding, wasmtime_caller_t* caller, const wasmtime_val_t* arguments,
                       std::size_t argument_count, wasmtime_val_t* results, std::size_t,
                       wasm_trap_t**, wasmtime_async_continuation_t* continuation) {
  Instance& instance = instance_of(caller);
  WaitingCall::begin(*static_cast<const HostBinding*>(binding), instance, arguments, argument_count,
                     results);
  *continuation = {WaitingCall::is_over, &instance, nullptr};
}

// ---- life -----------------------------------------------------------------------------------

/// What has to reach the private state.
struct HostCall {
  /// Called in a guest whose deadline has come: the time it waited does not count.
  static wasmtime_error_t* deadline(wasmtime_context_t*, void* instance, std::uint64_t* more,
                                    wasmtime_update_deadline_kind_t* kind) {
    Instance& self = *static_cast<Instance*>(instance);
    Instance::State& state = *self.state_;
    const std::uint64_t running =
        state.used + (self.module_->engine().ticker().now() - state.resumed_at);
    if (running >= state.budget) {
      state.out_of_time = true;
      return wasmtime_error_new("ran out of time");
    }
    *more = state.budget - running;
    *kind = WASMTIME_UPDATE_DEADLINE_CONTINUE;
    return nullptr;
  }
};

Instance::Instance(std::shared_ptr<const Module> module, void* owner)
    : module_(std::move(module)), owner_(owner), state_(std::make_unique<State>()) {
  const Engine& engine = module_->engine();
  state_->store.reset(wasmtime_store_new(engine.handle().engine.get(), this, nullptr));
  state_->context = wasmtime_store_context(state_->store.get());
  const auto memory = static_cast<std::int64_t>(engine.options().memory_bytes);
  wasmtime_store_limiter(state_->store.get(), memory, engine.options().table_elements, 1, 1, 1);
  if (module_->may_wait()) {
    wasmtime_store_epoch_deadline_callback(state_->store.get(), HostCall::deadline, this, nullptr);
  }
}

Instance::~Instance() = default;

std::expected<std::unique_ptr<Instance>, Trap> Instance::create(
    std::shared_ptr<const Module> module, void* owner, std::uint64_t ticks) {
  std::unique_ptr<Instance> instance(new Instance(std::move(module), owner));
  if (!instance->start(ticks)) return std::unexpected(std::move(instance->state_->trap));
  return instance;
}

bool Instance::start(std::uint64_t ticks) {
  State& state = *state_;
  wasmtime_instance_t instance;
  arm(ticks);
  if (module_->may_wait()) {
    FuturePtr future(wasmtime_instance_pre_instantiate_async(
        module_->handle().pre.get(), state.context, &instance, &state.trapped, &state.failed));
    const bool over = wasmtime_call_future_poll(future.get());
    future.reset();
    if (!over) {
      state.trap = {Trap::Kind::kNoInstance, "waits in its start function"};
      return false;
    }
  } else {
    state.failed = wasmtime_instance_pre_instantiate(module_->handle().pre.get(), state.context,
                                                     &instance, &state.trapped);
  }
  const TrapPtr trap(std::exchange(state.trapped, nullptr));
  const ErrorPtr error(std::exchange(state.failed, nullptr));
  if (trap || error) {
    const bool trapped = trap != nullptr || state.out_of_time || !state.explanation.empty();
    state.collect_trap(trap, error);
    if (!trapped) state.trap.kind = Trap::Kind::kNoInstance;
    return false;
  }
  wasmtime_extern_t item;
  if (wasmtime_instance_export_get(state.context, &instance, kMemory.data(), kMemory.size(),
                                   &item)) {
    if (item.kind == WASMTIME_EXTERN_MEMORY) {
      state.memory = item.of.memory;
      state.has_memory = true;
      memory_ = {reinterpret_cast<char*>(wasmtime_memory_data(state.context, &state.memory)),
                 memory_size(), this};
    }
  }
  const auto wanted = module_->wanted();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!module_->has(i)) continue;
    if (wasmtime_instance_export_get(state.context, &instance, wanted[i].name.data(),
                                     wanted[i].name.size(), &item)) {
      state.exports[i] = item.of.func;
    }
  }
  return true;
}

std::size_t Instance::memory_size() const {
  return state_->has_memory ? wasmtime_memory_data_size(state_->context, &state_->memory) : 0;
}

bool GuestMemory::has_grown_to(std::uint64_t end) const {
  return instance_ != nullptr && end <= instance_->memory_size();
}

std::optional<std::uint32_t> Instance::grow_memory(std::uint32_t pages) {
  if (!state_->has_memory) return std::nullopt;
  std::uint64_t before = 0;
  const ErrorPtr error(wasmtime_memory_grow(state_->context, &state_->memory, pages, &before));
  if (error) return std::nullopt;
  return static_cast<std::uint32_t>(before * kPage);
}

bool Instance::has(std::size_t exported) const { return module_->has(exported); }

// ---- calls ----------------------------------------------------------------------------------

void Instance::arm(std::uint64_t ticks) {
  Ticker& ticker = module_->engine().ticker();
  ticker.entered();
  // The tick under way is not a whole one.
  wasmtime_context_set_epoch_deadline(state_->context, ticks + 1);
  state_->budget = ticks + 1;
  state_->used = 0;
  state_->resumed_at = ticker.now();
}

bool Instance::call(std::size_t exported, std::span<Value> values) {
  assert(has(exported) && !module_->may_wait());
  wasm_trap_t* trapped = nullptr;
  wasmtime_error_t* failed = wasmtime_func_call_unchecked(
      state_->context, &*state_->exports[exported], raw(values.data()), values.size(), &trapped);
  if (failed == nullptr && trapped == nullptr) [[likely]] {
    return true;
  }
  return state_->collect_trap(TrapPtr(trapped), ErrorPtr(failed));
}

Instance::Progress Instance::begin(std::size_t exported, std::span<const Value> arguments) {
  assert(has(exported) && module_->may_wait() && !state_->future);
  State& state = *state_;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    state.arguments[i] = tagged_i32(arguments[i].i32);
  }
  const Signature& type = module_->wanted()[exported].type;
  state.future.reset(wasmtime_func_call_async(
      state.context, &*state.exports[exported], state.arguments.data(), arguments.size(),
      &state.result, type.type().results.size(), &state.trapped, &state.failed));
  return resume();
}

Instance::Progress Instance::resume() {
  State& state = *state_;
  Ticker& ticker = module_->engine().ticker();
  ticker.entered();
  state.resumed_at = ticker.now();
  const bool over = wasmtime_call_future_poll(state.future.get());
  state.used += ticker.now() - state.resumed_at;
  state.resumed_at = ticker.now();
  if (!over) return Progress::kWaits;
  state.future.reset();
  const TrapPtr trap(std::exchange(state.trapped, nullptr));
  const ErrorPtr error(std::exchange(state.failed, nullptr));
  if (!trap && !error) return Progress::kReturned;
  state.collect_trap(trap, error);
  return Progress::kTrapped;
}

Value Instance::result() const { return untagged(state_->result); }

const Trap& Instance::trap() const { return state_->trap; }

void Instance::explain_trap(std::string_view reason) { state_->explanation = reason; }

}  // namespace barbacane::wasm
