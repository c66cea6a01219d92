// The part of WASI that compilers leave in modules (plugin ABI, 2.4). Never needs a capability.

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstring>

#include <sys/random.h>

#include "gateway/host_functions/bindings.h"
#include "gateway/host_functions/host_body.h"
#include "gateway/request_context.h"

namespace barbacane::gateway {
namespace {

static_assert(std::endian::native == std::endian::little, "guests read little-endian numbers");

constexpr std::int32_t kSuccess = 0;
constexpr std::int32_t kBadRange = 1;
/// `badf`: there are no files.
constexpr std::int32_t kBadFile = 8;
constexpr std::size_t kLongestLine = 8 * 1024;
constexpr std::uint32_t kMostVectors = 1024;
constexpr std::size_t kRandomPiece = std::size_t{1} << 20;

template <class T>
bool write_number(const PluginInstance& plugin, std::uint32_t pointer, T number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  return plugin.memory().write(pointer, sizeof number, {bytes, sizeof number}).has_value();
}

std::int32_t random_get(PluginInstance& plugin, std::uint32_t buffer, std::uint32_t length) {
  const auto room = plugin.memory().room(buffer, length);
  if (!room) return kBadRange;
  for (std::size_t at = 0; at < room->size();) {
    const ssize_t got =
        ::getrandom(room->data() + at, std::min(room->size() - at, kRandomPiece), 0);
    if (got <= 0) return kBadRange;
    at += static_cast<std::size_t>(got);
  }
  return kSuccess;
}

std::int32_t clock_time_get(PluginInstance& plugin, std::uint32_t id, std::int64_t,
                            std::uint32_t out) {
  using namespace std::chrono;
  const auto since = id == 0 ? duration_cast<nanoseconds>(system_clock::now().time_since_epoch())
                             : duration_cast<nanoseconds>(steady_clock::now().time_since_epoch());
  return write_number(plugin, out, static_cast<std::uint64_t>(since.count())) ? kSuccess
                                                                              : kBadRange;
}

/// What a program prints goes to the log.
std::int32_t fd_write(PluginInstance& plugin, std::uint32_t file, std::uint32_t vectors,
                      std::uint32_t count, std::uint32_t out) {
  if (count > kMostVectors) return kBadRange;
  std::string line;
  std::uint64_t total = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto vector = plugin.memory().read(vectors, 8);
    if (!vector) return kBadRange;
    std::uint32_t where[2];
    std::memcpy(where, vector->data(), sizeof where);
    const auto bytes = plugin.memory().read(where[0], where[1]);
    if (!bytes) return kBadRange;
    total += bytes->size();
    line += bytes->substr(0, kLongestLine - std::min(kLongestLine, line.size()));
    if (vectors > UINT32_MAX - 8) return kBadRange;
    vectors += 8;
  }
  telemetry::Log* log = plugin.services().log;
  const bool printed = file == 1 || file == 2;
  if (printed && log != nullptr && log->enabled(telemetry::Level::kDebug)) {
    const RequestContext* request = request_of(plugin);
    log->text(telemetry::Level::kDebug, "barbacane::plugin::" + plugin.plugin().name, line,
              {{"plugin", plugin.plugin().name}},
              request ? log_context(*request) : telemetry::LogContext{});
  }
  return write_number(plugin, out, static_cast<std::uint32_t>(total)) ? kSuccess : kBadRange;
}

/// Of environment and arguments: there are none.
std::int32_t sizes_get(PluginInstance& plugin, std::uint32_t count, std::uint32_t size) {
  const bool written =
      write_number(plugin, count, std::uint32_t{0}) && write_number(plugin, size, std::uint32_t{0});
  return written ? kSuccess : kBadRange;
}

std::int32_t nothing_get(PluginInstance&, std::uint32_t, std::uint32_t) { return kSuccess; }
std::int32_t sched_yield(PluginInstance&) { return kSuccess; }

std::int32_t no_file(PluginInstance&, std::uint32_t) { return kBadFile; }
std::int32_t no_stat(PluginInstance&, std::uint32_t, std::uint32_t) { return kBadFile; }
std::int32_t no_read(PluginInstance&, std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t) {
  return kBadFile;
}
std::int32_t no_seek(PluginInstance&, std::uint32_t, std::int64_t, std::uint32_t, std::uint32_t) {
  return kBadFile;
}

wasm::HostEnd proc_exit(wasm::Instance& caller, wasm::Value* values) {
  caller.explain_trap("called proc_exit(" + std::to_string(values[0].i32) + ")");
  return wasm::HostEnd::kTrap;
}

}  // namespace

void add_wasi_functions(wasm::HostBindings& bindings) {
  using enum wasm::HostModule;
  bindings[wasm::host_index(kWasi, "random_get")].at_once = host_body<&random_get>;
  bindings[wasm::host_index(kWasi, "clock_time_get")].at_once = host_body<&clock_time_get>;
  bindings[wasm::host_index(kWasi, "fd_write")].at_once = host_body<&fd_write>;
  bindings[wasm::host_index(kWasi, "environ_sizes_get")].at_once = host_body<&sizes_get>;
  bindings[wasm::host_index(kWasi, "environ_get")].at_once = host_body<&nothing_get>;
  bindings[wasm::host_index(kWasi, "args_sizes_get")].at_once = host_body<&sizes_get>;
  bindings[wasm::host_index(kWasi, "args_get")].at_once = host_body<&nothing_get>;
  bindings[wasm::host_index(kWasi, "sched_yield")].at_once = host_body<&sched_yield>;
  bindings[wasm::host_index(kWasi, "proc_exit")].at_once = proc_exit;
  bindings[wasm::host_index(kWasi, "fd_close")].at_once = host_body<&no_file>;
  bindings[wasm::host_index(kWasi, "fd_seek")].at_once = host_body<&no_seek>;
  bindings[wasm::host_index(kWasi, "fd_read")].at_once = host_body<&no_read>;
  bindings[wasm::host_index(kWasi, "fd_fdstat_get")].at_once = host_body<&no_stat>;
}

}  // namespace barbacane::gateway
