#pragma once

#include <memory>
#include <string>

#include <wasmtime.h>

#include "wasm/trap.h"

/// The engine's C interface, owned: every handle is freed by what made it. The only header in the
/// tree that includes it.
namespace barbacane::wasm {

template <auto kDelete>
struct Deleter {
  template <class T>
  void operator()(T* handle) const {
    kDelete(handle);
  }
};

using ConfigPtr = std::unique_ptr<wasm_config_t, Deleter<wasm_config_delete>>;
using EnginePtr = std::unique_ptr<wasm_engine_t, Deleter<wasm_engine_delete>>;
using LinkerPtr = std::unique_ptr<wasmtime_linker_t, Deleter<wasmtime_linker_delete>>;
using ModulePtr = std::unique_ptr<wasmtime_module_t, Deleter<wasmtime_module_delete>>;
using InstancePrePtr =
    std::unique_ptr<wasmtime_instance_pre_t, Deleter<wasmtime_instance_pre_delete>>;
using StorePtr = std::unique_ptr<wasmtime_store_t, Deleter<wasmtime_store_delete>>;
using FuturePtr = std::unique_ptr<wasmtime_call_future_t, Deleter<wasmtime_call_future_delete>>;
using ErrorPtr = std::unique_ptr<wasmtime_error_t, Deleter<wasmtime_error_delete>>;
using TrapPtr = std::unique_ptr<wasm_trap_t, Deleter<wasm_trap_delete>>;
using FuncTypePtr = std::unique_ptr<wasm_functype_t, Deleter<wasm_functype_delete>>;
using PoolingPtr = std::unique_ptr<wasmtime_pooling_allocation_config_t,
                                   Deleter<wasmtime_pooling_allocation_config_delete>>;

struct EngineHandle {
  EnginePtr engine;
  LinkerPtr linker;
  LinkerPtr other_linker;  ///< with the second type of those functions that have one
};

struct ModuleHandle {
  ModulePtr module;
  InstancePrePtr pre;
};

std::string message_of(const wasmtime_error_t& error);

/// What the engine says about a guest that was stopped. `error` may stand for a trap as well.
Trap trap_of(const wasm_trap_t* trap, const wasmtime_error_t* error);

}  // namespace barbacane::wasm
