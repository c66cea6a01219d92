#include "gateway/process_state.h"

namespace barbacane::gateway {

net::ResolverOptions resolver_options(telemetry::Log& log) {
  net::ResolverOptions options;
  options.warn = [&log](std::string_view text) {
    log.text(telemetry::Level::kWarn, "barbacane::dns", text);
  };
  return options;
}

}  // namespace barbacane::gateway
