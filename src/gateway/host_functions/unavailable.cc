// Host functions whose service this data plane does not have yet: they answer as the contract says
// for a service that is not available, so that every module links (plugin ABI, 5.6 to 5.9
// and 5.12).

#include "gateway/host_functions/bindings.h"
#include "gateway/host_functions/host_body.h"

namespace barbacane::gateway {
namespace {

wasm::HostEnd nothing(wasm::Instance&, wasm::Value*) { return wasm::HostEnd::kReturn; }

wasm::HostEnd unavailable(wasm::Instance&, wasm::Value* values) {
  values[0].i32 = kFailed;
  return wasm::HostEnd::kReturn;
}

/// Of the functions that take what another has left.
wasm::HostEnd empty_slot(wasm::Instance&, wasm::Value* values) {
  values[0].i32 = 0;
  return wasm::HostEnd::kReturn;
}

void unavailable_later(wasm::Instance&, const wasm::Value*, wasm::HostWait& wait) {
  wasm::Value failed;
  failed.i32 = kFailed;
  wait.complete(failed);
}

}  // namespace

void add_unavailable_functions(wasm::HostBindings& bindings) {
  using enum wasm::HostModule;
  const auto at = [&](std::size_t index) -> wasm::HostBinding& { return bindings[index]; };
  at(wasm::host_index(kBarbacane, "host_get_secret")).at_once = unavailable;
  at(wasm::host_index(kBarbacane, "host_secret_read_result")).at_once = empty_slot;
  at(wasm::host_index(kBarbacane, "host_rate_limit_check")).may_wait = unavailable_later;
  at(wasm::host_index(kBarbacane, "host_rate_limit_read_result")).at_once = empty_slot;
  at(wasm::host_index(kBarbacane, "host_cache_get")).at_once = unavailable;
  at(wasm::host_index(kBarbacane, "host_cache_set")).at_once = unavailable;
  at(wasm::host_index(kBarbacane, "host_cache_read_result")).at_once = empty_slot;
  at(wasm::host_index(kBarbacane, "host_kafka_publish")).may_wait = unavailable_later;
  at(wasm::host_index(kBarbacane, "host_nats_publish")).may_wait = unavailable_later;
  at(wasm::host_index(kBarbacane, "host_broker_read_result")).at_once = empty_slot;
  at(wasm::host_index(kBarbacane, "host_metric_counter_inc")).at_once = nothing;
  at(wasm::host_index(kBarbacane, "host_metric_histogram_observe")).at_once = nothing;
  at(wasm::host_index(kBarbacane, "host_span_start")).at_once = unavailable;
  at(wasm::host_index(kBarbacane, "host_span_end")).at_once = nothing;
  at(wasm::host_index(kBarbacane, "host_span_set_attribute")).at_once = nothing;
}

}  // namespace barbacane::gateway
