#include "wasm/engine.h"

#include <algorithm>
#include <functional>
#include <utility>

#include <sys/mman.h>

#if defined(__x86_64__)
#include <cpuid.h>
#else
#include <sys/auxv.h>
#endif

#include "base/hash.h"
#include "wasm/detail/host_call.h"
#include "wasm/detail/wasmtime.h"
#include "wasm/module.h"
#include "wasm/module_cache.h"

namespace barbacane::wasm {
namespace {

/// As much as a 32-bit pointer can reach, so that the hardware checks every access.
constexpr std::uint64_t kReservation = std::uint64_t{4} << 30;
constexpr std::uint64_t kGuard = std::uint64_t{32} << 20;
/// Of machines that cannot reserve that much: accesses are checked by code.
constexpr std::uint64_t kSmallGuard = std::uint64_t{64} << 10;
constexpr std::uint64_t kPage = std::uint64_t{64} << 10;
constexpr std::size_t kGuestStack = std::size_t{1} << 20;
/// Guest and host functions together.
constexpr std::size_t kFiberStack = kGuestStack + (std::size_t{512} << 10);
/// What a fresh instance may dirty before giving its memory back costs a system call.
constexpr std::size_t kKeptResident = std::size_t{64} << 10;
constexpr unsigned kFewestSlots = 8;
/// Half of the address space of a process.
constexpr std::uint64_t kMostReserved = std::uint64_t{64} << 40;

bool can_reserve(std::uint64_t bytes) {
  void* range =
      ::mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (range == MAP_FAILED) return false;
  ::munmap(range, bytes);
  return true;
}

/// The engine ends the process when its pool cannot be mapped, so it is tried out first. 0: none.
unsigned slots_that_fit(unsigned asked) {
  constexpr std::uint64_t kSlot = kReservation + kGuard + 2 * kFiberStack;
  unsigned slots = std::clamp(asked, kFewestSlots, static_cast<unsigned>(kMostReserved / kSlot));
  while (slots >= kFewestSlots) {
    if (can_reserve(slots * kSlot + kGuard)) return slots;
    slots /= 2;
  }
  return 0;
}

void use_pool(wasm_config_t& config, const EngineOptions& options, unsigned slots) {
  const PoolingPtr pool(wasmtime_pooling_allocation_config_new());
  auto* raw = pool.get();
  wasmtime_pooling_allocation_config_total_core_instances_set(raw, slots);
  wasmtime_pooling_allocation_config_total_memories_set(raw, slots);
  wasmtime_pooling_allocation_config_total_tables_set(raw, slots);
  wasmtime_pooling_allocation_config_total_stacks_set(raw, slots);
  wasmtime_pooling_allocation_config_max_memories_per_module_set(raw, 1);
  wasmtime_pooling_allocation_config_max_tables_per_module_set(raw, 1);
  wasmtime_pooling_allocation_config_max_memory_size_set(raw, options.memory_bytes);
  wasmtime_pooling_allocation_config_table_elements_set(raw, options.table_elements);
  wasmtime_pooling_allocation_config_linear_memory_keep_resident_set(raw, kKeptResident);
  wasmtime_pooling_allocation_config_async_stack_keep_resident_set(raw, kKeptResident);
  wasmtime_pooling_allocation_strategy_set(&config, raw);
}

ConfigPtr make_config(std::uint64_t reservation, std::uint64_t guard) {
  ConfigPtr config(wasm_config_new());
  auto* raw = config.get();
  wasmtime_config_epoch_interruption_set(raw, true);
  wasmtime_config_max_wasm_stack_set(raw, kGuestStack);
  wasmtime_config_async_stack_size_set(raw, kFiberStack);
  wasmtime_config_memory_reservation_set(raw, reservation);
  wasmtime_config_memory_guard_size_set(raw, guard);
  wasmtime_config_memory_may_move_set(raw, false);
  wasmtime_config_memory_init_cow_set(raw, true);
  wasmtime_config_cranelift_opt_level_set(raw, WASMTIME_OPT_LEVEL_SPEED);
  // Registering it would make C++ exceptions take a global lock, and nobody unwinds guests.
  wasmtime_config_native_unwind_info_set(raw, false);
  // WebAssembly 2.0 is what plugins are promised.
  wasmtime_config_wasm_multi_memory_set(raw, false);
  wasmtime_config_wasm_memory64_set(raw, false);
  wasmtime_config_wasm_relaxed_simd_set(raw, false);
  return config;
}

/// What native code may rely on besides the engine's version.
std::string processor() {
  std::string text;
#if defined(__x86_64__)
  for (const auto& [leaf, subleaf] : {std::pair{1U, 0U}, {7U, 0U}, {7U, 1U}, {0x80000001U, 0U}}) {
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    __get_cpuid_count(leaf, subleaf, &a, &b, &c, &d);
    // The second word of the first leaf tells which core this runs on.
    if (leaf == 1) b = 0;
    for (const unsigned word : {b, c, d}) text += std::to_string(word) + '.';
  }
#else
  text = std::to_string(::getauxval(AT_HWCAP)) + '.' + std::to_string(::getauxval(AT_HWCAP2));
#endif
  return text;
}

wasm_valkind_t kind_of(ValueType type) {
  switch (type) {
    case ValueType::kI64:
      return WASM_I64;
    case ValueType::kF32:
      return WASM_F32;
    case ValueType::kF64:
      return WASM_F64;
    default:
      return WASM_I32;
  }
}

wasm_valtype_vec_t vector_of(ValueTypes types) {
  wasm_valtype_vec_t vector;
  wasm_valtype_vec_new_uninitialized(&vector, types.size());
  for (std::size_t i = 0; i < types.size(); ++i)
    vector.data[i] = wasm_valtype_new(kind_of(types[i]));
  return vector;
}

FuncTypePtr type_of(const FunctionType& type) {
  wasm_valtype_vec_t parameters = vector_of(type.parameters);
  wasm_valtype_vec_t results = vector_of(type.results);
  return FuncTypePtr(wasm_functype_new(&parameters, &results));
}

base::Result<> define(wasmtime_linker_t& linker, const HostFunction& host, const Signature& type,
                      const HostBinding& binding) {
  const std::string_view module = to_string(host.module);
  const FuncTypePtr made = type_of(type.type());
  auto* data = const_cast<HostBinding*>(&binding);
  ErrorPtr error;
  if (host.answer == Answer::kMayWait && binding.may_wait != nullptr) {
    error.reset(wasmtime_linker_define_async_func(&linker, module.data(), module.size(),
                                                  host.name.data(), host.name.size(), made.get(),
                                                  call_waiting_host, data, nullptr));
  } else if (host.answer == Answer::kAtOnce && binding.at_once != nullptr) {
    error.reset(wasmtime_linker_define_func_unchecked(&linker, module.data(), module.size(),
                                                      host.name.data(), host.name.size(),
                                                      made.get(), call_host, data, nullptr));
  } else {
    return base::fail("the host function " + std::string(host.name) + " has no body");
  }
  if (error) return base::fail(message_of(*error));
  return {};
}

bool waits(const wasm_importtype_t& import) {
  const wasm_name_t* module = wasm_importtype_module(&import);
  const wasm_name_t* name = wasm_importtype_name(&import);
  const auto found_module = find_host_module({module->data, module->size});
  if (!found_module) return false;
  const auto found = find_host_function(*found_module, {name->data, name->size});
  return found && kHostFunctions[*found].answer == Answer::kMayWait;
}

bool imports_a_wait(const wasmtime_module_t& module) {
  wasm_importtype_vec_t imports;
  wasmtime_module_imports(&module, &imports);
  const bool result = std::any_of(imports.data, imports.data + imports.size,
                                  [](const wasm_importtype_t* each) { return waits(*each); });
  wasm_importtype_vec_delete(&imports);
  return result;
}

bool is_type(const wasm_functype_t& type, const Signature& wanted) {
  const auto same = [](const wasm_valtype_vec_t& are, ValueTypes should) {
    if (are.size != should.size()) return false;
    for (std::size_t i = 0; i < are.size; ++i) {
      if (wasm_valtype_kind(are.data[i]) != kind_of(should[i])) return false;
    }
    return true;
  };
  return same(*wasm_functype_params(&type), wanted.type().parameters) &&
         same(*wasm_functype_results(&type), wanted.type().results);
}

Module::Exports present_exports(const wasmtime_module_t& module,
                                std::span<const WantedExport> wanted) {
  Module::Exports present;
  wasm_exporttype_vec_t exports;
  wasmtime_module_exports(&module, &exports);
  for (std::size_t i = 0; i < exports.size; ++i) {
    const wasm_name_t* name = wasm_exporttype_name(exports.data[i]);
    const auto* type = wasm_externtype_as_functype_const(wasm_exporttype_type(exports.data[i]));
    for (std::size_t k = 0; type != nullptr && k < wanted.size(); ++k) {
      if (wanted[k].name != std::string_view(name->data, name->size)) continue;
      present[k] = is_type(*type, wanted[k].type);
    }
  }
  wasm_exporttype_vec_delete(&exports);
  return present;
}

ModulePtr deserialize(wasm_engine_t& engine, std::string_view code) {
  wasmtime_module_t* module = nullptr;
  const ErrorPtr error(wasmtime_module_deserialize(
      &engine, reinterpret_cast<const std::uint8_t*>(code.data()), code.size(), &module));
  return ModulePtr(error ? nullptr : module);
}

std::string serialize(const wasmtime_module_t& module) {
  wasm_byte_vec_t bytes;
  const ErrorPtr error(wasmtime_module_serialize(&module, &bytes));
  if (error) return {};
  std::string code(bytes.data, bytes.size);
  wasm_byte_vec_delete(&bytes);
  return code;
}

}  // namespace

Engine::Engine(EngineOptions options, const HostBindings& bindings)
    : options_(options), bindings_(bindings), handle_(std::make_unique<EngineHandle>()) {}

Engine::~Engine() = default;

base::Result<std::unique_ptr<Engine>> Engine::create(const EngineOptions& options,
                                                     const HostBindings& bindings) {
  std::unique_ptr<Engine> engine(new Engine(options, bindings));
  EngineOptions& limits = engine->options_;
  limits.memory_bytes = std::min((limits.memory_bytes + kPage - 1) / kPage * kPage, kReservation);
  const unsigned slots = slots_that_fit(options.instances);
  const bool pooled = slots > 0;
  engine->capacity_ = pooled ? slots : options.instances;
  ConfigPtr config =
      pooled ? make_config(kReservation, kGuard) : make_config(limits.memory_bytes, kSmallGuard);
  if (pooled) use_pool(*config, limits, slots);
  if (!pooled) {
    engine->warning_ =
        "this process may not reserve address space for WebAssembly instances: plugins run slower; "
        "lift the limit of virtual memory (ulimit -v)";
  } else if (slots < options.instances) {
    engine->warning_ = "there is address space for " + std::to_string(slots) +
                       " WebAssembly instances at once, " + std::to_string(options.instances) +
                       " were asked for; lift the limit of virtual memory (ulimit -v)";
  }
  EngineHandle& handle = *engine->handle_;
  handle.engine.reset(wasm_engine_new_with_config(config.release()));
  if (!handle.engine) return base::fail("the WebAssembly engine cannot be started");
  handle.linker.reset(wasmtime_linker_new(handle.engine.get()));
  handle.other_linker.reset(wasmtime_linker_new(handle.engine.get()));
  if (auto defined = engine->define_all(); !defined) return std::unexpected(defined.error());
  engine->settings_ = std::string("wasmtime ") + WASMTIME_VERSION +
                      (pooled ? " pool " : " small ") +
                      std::to_string(pooled ? 0 : limits.memory_bytes) + ' ' + processor();
  engine->ticker_ = std::make_unique<Ticker>(
      [raw = handle.engine.get()] { wasmtime_engine_increment_epoch(raw); });
  return engine;
}

base::Result<> Engine::define_all() {
  for (std::size_t i = 0; i < kHostFunctionCount; ++i) {
    const HostFunction& host = kHostFunctions[i];
    for (const auto& linker : {std::cref(handle_->linker), std::cref(handle_->other_linker)}) {
      const bool other = &linker.get() == &handle_->other_linker;
      const Signature& type = other && host.also ? *host.also : host.signature;
      auto defined = define(*linker.get(), host, type, bindings_[i]);
      if (!defined) return defined;
    }
  }
  return {};
}

base::Result<std::shared_ptr<const Module>> Engine::load(std::string_view wasm,
                                                         std::span<const WantedExport> wanted,
                                                         const ModuleCache* cache) const {
  auto made = std::make_unique<ModuleHandle>();
  const std::string key = base::sha256_hex(wasm) + '-' + base::sha256_hex(settings_).substr(0, 16);
  if (cache != nullptr) {
    const auto code = cache->find(key);
    if (code) made->module = deserialize(*handle_->engine, *code);
  }
  if (!made->module) {
    wasmtime_module_t* module = nullptr;
    const ErrorPtr error(wasmtime_module_new(handle_->engine.get(),
                                             reinterpret_cast<const std::uint8_t*>(wasm.data()),
                                             wasm.size(), &module));
    if (error) return base::fail("is not a valid module: " + message_of(*error));
    made->module.reset(module);
    if (cache != nullptr) cache->store(key, serialize(*module));
  }
  auto linked = link(*made);
  if (!linked) return std::unexpected(linked.error());
  const auto calls =
      imports_a_wait(*made->module) ? Module::Calls::kMayWait : Module::Calls::kReturnAtOnce;
  const Module::Exports present = present_exports(*made->module, wanted);
  return std::make_shared<const Module>(*this, std::move(made), calls, wanted, present);
}

base::Result<> Engine::link(ModuleHandle& module) const {
  std::string reason;
  for (const auto* linker : {&handle_->linker, &handle_->other_linker}) {
    wasmtime_instance_pre_t* pre = nullptr;
    const ErrorPtr error(wasmtime_linker_instantiate_pre(linker->get(), module.module.get(), &pre));
    if (!error) {
      module.pre.reset(pre);
      return {};
    }
    if (reason.empty()) reason = message_of(*error);
  }
  return base::fail("cannot be linked: " + reason);
}

}  // namespace barbacane::wasm
