#pragma once

#include "wasm/detail/wasmtime.h"

/// What the engine calls when a guest calls a host function; `binding` is the function's
/// `HostBinding`.
namespace barbacane::wasm {

wasm_trap_t* call_host(void* binding, wasmtime_caller_t* caller, wasmtime_val_raw_t* values,
                       std::size_t count);

void call_waiting_host(void* binding, wasmtime_caller_t* caller, const wasmtime_val_t* arguments,
                       std::size_t argument_count, wasmtime_val_t* results,
                       std::size_t result_count, wasm_trap_t** trap,
                       wasmtime_async_continuation_t* continuation);

}  // namespace barbacane::wasm
