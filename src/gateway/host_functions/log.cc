// Capability `log` (plugin ABI, 5.2).

#include "base/text.h"
#include "gateway/host_functions/bindings.h"
#include "gateway/host_functions/host_body.h"
#include "gateway/request_context.h"

namespace barbacane::gateway {
namespace {

using telemetry::Level;

constexpr std::size_t kLongestLine = 8 * 1024;

Level level_of(std::int32_t level) {
  if (level == 0) return Level::kError;
  if (level == 1) return Level::kWarn;
  return level == 2 ? Level::kInfo : Level::kDebug;
}

void log(PluginInstance& plugin, std::int32_t level, std::uint32_t pointer, std::uint32_t length) {
  const bool refuses = plugin.call() != nullptr && plugin.call()->phase == Phase::kInit &&
                       level_of(level) == Level::kError;
  if (refuses) {
    const auto reason = guest_text(plugin, pointer, length);
    plugin.slots().complaint = base::utf8_prefix(reason.value_or(""), kLongestLine);
  }
  telemetry::Log* log = plugin.services().log;
  if (log == nullptr || !log->enabled(level_of(level))) return;
  const auto text = guest_text(plugin, pointer, length);
  if (!text) return;
  const RequestContext* request = request_of(plugin);
  const std::string& name = plugin.plugin().name;
  log->text(level_of(level), "barbacane::plugin::" + name, base::utf8_prefix(*text, kLongestLine),
            {{"plugin", name}}, request ? log_context(*request) : telemetry::LogContext{});
}

}  // namespace

void add_log_functions(wasm::HostBindings& bindings) {
  bindings[wasm::host_index(wasm::HostModule::kBarbacane, "host_log")].at_once = host_body<&log>;
}

}  // namespace barbacane::gateway
