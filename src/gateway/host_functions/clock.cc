// Capability `clock_now` (plugin ABI, 5.4).

#include <chrono>

#include "gateway/host_functions/bindings.h"
#include "gateway/host_functions/host_body.h"

namespace barbacane::gateway {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;

/// Monotonic, with its zero where it equals Unix time at the first call in the process: plugins of
/// the earlier implementation print it as a timestamp.
std::int64_t monotonic(PluginInstance&) {
  static const auto zero =
      system_clock::now().time_since_epoch() -
      duration_cast<system_clock::duration>(steady_clock::now().time_since_epoch());
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch() + zero).count();
}

std::int64_t unix_seconds(PluginInstance&) {
  return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

void add_clock_functions(wasm::HostBindings& bindings) {
  using enum wasm::HostModule;
  bindings[wasm::host_index(kBarbacane, "host_clock_now")].at_once = host_body<&monotonic>;
  bindings[wasm::host_index(kBarbacane, "host_time_now")].at_once = host_body<&monotonic>;
  bindings[wasm::host_index(kBarbacane, "host_get_unix_timestamp")].at_once =
      host_body<&unix_seconds>;
}

}  // namespace barbacane::gateway
