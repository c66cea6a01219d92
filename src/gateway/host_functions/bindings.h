#pragma once

#include "wasm/host_binding.h"

/// The bodies of all host functions, one file for each capability; `wasm/host_interface.h` has
/// their names and types.
namespace barbacane::gateway {

/// Complete: every function there is has a body.
const wasm::HostBindings& host_bindings();

// The parts, by file.
void add_core_functions(wasm::HostBindings& bindings);
void add_log_functions(wasm::HostBindings& bindings);
void add_context_functions(wasm::HostBindings& bindings);
void add_clock_functions(wasm::HostBindings& bindings);
void add_uuid_functions(wasm::HostBindings& bindings);
void add_http_functions(wasm::HostBindings& bindings);
void add_websocket_functions(wasm::HostBindings& bindings);
void add_signature_functions(wasm::HostBindings& bindings);
void add_direct_message_functions(wasm::HostBindings& bindings);
void add_direct_request_functions(wasm::HostBindings& bindings);
void add_direct_body_functions(wasm::HostBindings& bindings);
void add_wasi_functions(wasm::HostBindings& bindings);
void add_unavailable_functions(wasm::HostBindings& bindings);

}  // namespace barbacane::gateway
