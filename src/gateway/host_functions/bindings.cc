#include "gateway/host_functions/bindings.h"

namespace barbacane::gateway {

const wasm::HostBindings& host_bindings() {
  static const wasm::HostBindings all = [] {
    wasm::HostBindings bindings;
    add_unavailable_functions(bindings);
    add_core_functions(bindings);
    add_log_functions(bindings);
    add_context_functions(bindings);
    add_clock_functions(bindings);
    add_uuid_functions(bindings);
    add_http_functions(bindings);
    add_websocket_functions(bindings);
    add_signature_functions(bindings);
    add_direct_message_functions(bindings);
    add_direct_request_functions(bindings);
    add_direct_body_functions(bindings);
    add_wasi_functions(bindings);
    return bindings;
  }();
  return all;
}

}  // namespace barbacane::gateway
