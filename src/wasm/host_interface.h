#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "wasm/capability.h"
#include "wasm/value_type.h"

/// Everything a plugin may import, in one table.
///
/// The linker, the check of modules, the normal form of capabilities and `barbacane plugin inspect`
/// all read `kHostFunctions`. The position of a function in it is its index, known when the program
/// is built (`host_index`), so that bodies can be put in an array beside it. Signatures and owners:
/// plugin ABI, 2.4, 5, 6 and 12.3; a new function is a new line here and a body in the gateway.
namespace barbacane::wasm {

/// How requests pass between gateway and plugin: as JSON (plugin ABI, 2 to 4) or by calls that read
/// and change them in place (12).
enum class Abi : std::uint8_t { kJson, kDirect };

enum class HostModule : std::uint8_t { kBarbacane, kDirect, kWasi };

/// Whether the answer can take longer than a computation: a module that imports such a function is
/// run so that it can be suspended.
enum class Answer : std::uint8_t { kAtOnce, kMayWait };

enum class Users : std::uint8_t { kEveryAbi, kJsonOnly, kDirectOnly };

struct HostFunction {
  HostModule module;
  std::string_view name;
  Signature signature;
  CapabilitySet granted_by;  ///< any one of them; empty: no capability is needed
  std::string_view summary;  ///< what it does, for people
  Answer answer = Answer::kAtOnce;
  Users users = Users::kEveryAbi;
  /// A second type that imports may have; the same as the first but for its missing result.
  std::optional<Signature> also = std::nullopt;

  constexpr bool usable_from(Abi abi) const {
    return users == Users::kEveryAbi || (users == Users::kJsonOnly) == (abi == Abi::kJson);
  }
  constexpr bool accepts(const FunctionType& type) const {
    return type == signature.type() || (also && type == also->type());
  }
};

/// The name a module imports from: `barbacane`, `barbacane_direct`, `wasi_snapshot_preview1`.
constexpr std::string_view to_string(HostModule module) {
  constexpr std::string_view kNames[] = {"barbacane", "barbacane_direct", "wasi_snapshot_preview1"};
  return kNames[static_cast<std::size_t>(module)];
}

std::optional<HostModule> find_host_module(std::string_view name);

namespace detail {

using enum HostModule;
using enum Capability;
constexpr CapabilitySet kNone;
constexpr Answer kNow = Answer::kAtOnce;
constexpr Answer kWaits = Answer::kMayWait;
constexpr Users kAll = Users::kEveryAbi;
constexpr Users kJson = Users::kJsonOnly;
constexpr Users kOnlyDirect = Users::kDirectOnly;

// clang-format off: a table
constexpr auto kTable = std::to_array<HostFunction>({
    // Core (5.1)
    {kBarbacane, "host_set_output", "(i32, i32)", kNone, "hands the result of the call to the gateway", kNow, kJson},
    {kBarbacane, "host_body_len", "() -> i64", kNone, "length of the incoming body", kNow, kJson},
    {kBarbacane, "host_body_read", "(i32, i32) -> i32", kNone, "takes the incoming body", kNow, kJson},
    {kBarbacane, "host_body_set", "(i32, i32)", kNone, "replaces the outgoing body", kNow, kJson},
    {kBarbacane, "host_body_clear", "()", kNone, "removes the outgoing body", kNow, kJson},
    // Logging (5.2)
    {kBarbacane, "host_log", "(i32, i32, i32)", {kLog}, "writes a line to the gateway's log"},
    // Context (5.3)
    {kBarbacane, "host_context_get", "(i32, i32) -> i32", {kContextGet}, "looks up a value of the request's context", kNow, kJson},
    {kBarbacane, "host_context_read_result", "(i32, i32) -> i32", {kContextGet}, "takes the value that was found", kNow, kJson},
    {kBarbacane, "host_context_set", "(i32, i32, i32, i32)", {kContextSet}, "sets a value of the request's context", kNow, kJson},
    // Clock and identifiers (5.4)
    {kBarbacane, "host_clock_now", "() -> i64", {kClockNow}, "monotonic time in milliseconds"},
    {kBarbacane, "host_time_now", "() -> i64", {kClockNow}, "old name of host_clock_now"},
    {kBarbacane, "host_get_unix_timestamp", "() -> i64", {kClockNow}, "wall clock in seconds since 1970"},
    {kBarbacane, "host_uuid_generate", "() -> i32", {kGenerateUuid}, "makes a UUID of version 7"},
    {kBarbacane, "host_uuid_read_result", "(i32, i32) -> i32", {kGenerateUuid}, "takes the UUID that was made"},
    // Outbound HTTP (5.5)
    {kBarbacane, "host_http_call", "(i32, i32) -> i32", {kHttpCall}, "makes an HTTP request and waits for the whole answer", kWaits},
    {kBarbacane, "host_http_stream", "(i32, i32) -> i32", {kHttpCall}, "makes an HTTP request and streams its answer to the client", kWaits},
    {kBarbacane, "host_http_detach", "(i32, i32) -> i32", {kHttpCall}, "queues an HTTP request whose answer nobody waits for"},
    {kBarbacane, "host_http_read_result", "(i32, i32) -> i32", {kHttpCall, kWsUpgrade}, "takes the answer of a call, or why an upgrade failed"},
    {kBarbacane, "host_http_request_body_set", "(i32, i32)", {kHttpCall}, "sets the body of the next HTTP request"},
    {kBarbacane, "host_http_response_body_len", "() -> i64", {kHttpCall}, "length of the body of the answer"},
    {kBarbacane, "host_http_response_body_read", "(i32, i32) -> i32", {kHttpCall}, "takes the body of the answer"},
    // Secrets (5.6)
    {kBarbacane, "host_get_secret", "(i32, i32) -> i32", {kGetSecret}, "looks up a secret that this plugin's configs refer to"},
    {kBarbacane, "host_secret_read_result", "(i32, i32) -> i32", {kGetSecret}, "takes the secret that was found"},
    // Rate limit (5.7)
    {kBarbacane, "host_rate_limit_check", "(i32, i32, i32, i32) -> i32", {kRateLimit}, "counts a call against a quota", kWaits},
    {kBarbacane, "host_rate_limit_read_result", "(i32, i32) -> i32", {kRateLimit}, "takes the verdict"},
    // Cache (5.8)
    {kBarbacane, "host_cache_get", "(i32, i32) -> i32", {kCache}, "looks up a response in the cache"},
    {kBarbacane, "host_cache_set", "(i32, i32, i32, i32, i32) -> i32", {kCache}, "puts a response into the cache"},
    {kBarbacane, "host_cache_read_result", "(i32, i32) -> i32", {kCache}, "takes what was found"},
    // Brokers (5.9)
    {kBarbacane, "host_kafka_publish", "(i32, i32) -> i32", {kKafkaPublish}, "publishes a message to Kafka", kWaits},
    {kBarbacane, "host_nats_publish", "(i32, i32) -> i32", {kNatsPublish}, "publishes a message to NATS", kWaits},
    {kBarbacane, "host_broker_read_result", "(i32, i32) -> i32", {kKafkaPublish, kNatsPublish}, "takes the broker's answer"},
    // WebSocket (5.10)
    {kBarbacane, "host_ws_upgrade", "(i32, i32) -> i32", {kWsUpgrade}, "connects a WebSocket to an upstream", kWaits},
    // Signatures (5.11)
    {kBarbacane, "host_verify_signature", "(i32, i32) -> i32", {kVerifySignature}, "verifies a signature with a public key"},
    // Telemetry (5.12)
    {kBarbacane, "host_metric_counter_inc", "(i32, i32, i32, i32, f64)", {kTelemetry}, "adds to a counter"},
    {kBarbacane, "host_metric_histogram_observe", "(i32, i32, i32, i32, f64)", {kTelemetry}, "records a value in a histogram"},
    {kBarbacane, "host_span_start", "(i32, i32) -> i32", {kTelemetry}, "starts a span of the trace", kNow, kAll, Signature("(i32, i32)")},
    {kBarbacane, "host_span_end", "()", {kTelemetry}, "ends the span started last"},
    {kBarbacane, "host_span_set_attribute", "(i32, i32, i32, i32)", {kTelemetry}, "sets an attribute of the span"},
    // The direct ABI (12.3)
    {kDirect, "field_get", "(i32, i32, i32) -> i32", kNone, "reads method, path, query, config and other fields", kNow, kOnlyDirect},
    {kDirect, "field_set", "(i32, i32, i32) -> i32", kNone, "sets method, path or query", kNow, kOnlyDirect},
    {kDirect, "status_get", "() -> i32", kNone, "reads the status of the response", kNow, kOnlyDirect},
    {kDirect, "status_set", "(i32) -> i32", kNone, "sets the status of the response", kNow, kOnlyDirect},
    {kDirect, "header_get", "(i32, i32, i32, i32, i32, i32) -> i32", kNone, "reads a header line by name", kNow, kOnlyDirect},
    {kDirect, "header_set", "(i32, i32, i32, i32, i32) -> i32", kNone, "replaces the header lines of a name", kNow, kOnlyDirect},
    {kDirect, "header_add", "(i32, i32, i32, i32, i32) -> i32", kNone, "appends a header line", kNow, kOnlyDirect},
    {kDirect, "header_remove", "(i32, i32, i32) -> i32", kNone, "removes the header lines of a name", kNow, kOnlyDirect},
    {kDirect, "headers_read", "(i32, i32, i32) -> i32", kNone, "reads all header lines", kNow, kOnlyDirect},
    {kDirect, "path_param_get", "(i32, i32, i32, i32) -> i32", kNone, "reads a path parameter", kNow, kOnlyDirect},
    {kDirect, "query_param_get", "(i32, i32, i32, i32, i32) -> i32", kNone, "reads a query parameter", kNow, kOnlyDirect},
    {kDirect, "context_get", "(i32, i32, i32, i32) -> i32", {kContextGet}, "reads a value of the request's context", kNow, kOnlyDirect},
    {kDirect, "context_set", "(i32, i32, i32, i32) -> i32", {kContextSet}, "sets a value of the request's context", kNow, kOnlyDirect},
    {kDirect, "state_get", "(i32, i32) -> i32", kNone, "reads what this chain entry kept for the request", kNow, kOnlyDirect},
    {kDirect, "state_set", "(i32, i32) -> i32", kNone, "keeps bytes until the response of the request", kNow, kOnlyDirect},
    {kDirect, "body_length", "(i32) -> i64", kNone, "length of a body", kNow, kOnlyDirect},
    {kDirect, "body_read", "(i32, i64, i32, i32) -> i32", kNone, "reads a part of a body", kNow, kOnlyDirect},
    {kDirect, "body_set", "(i32, i32, i32) -> i32", kNone, "replaces a body", kNow, kOnlyDirect},
    {kDirect, "body_clear", "(i32) -> i32", kNone, "removes a body", kNow, kOnlyDirect},
    // The part of WASI that compilers leave in (2.4)
    {kWasi, "random_get", "(i32, i32) -> i32", kNone, "random bytes"},
    {kWasi, "clock_time_get", "(i32, i64, i32) -> i32", kNone, "wall clock or monotonic time in nanoseconds"},
    {kWasi, "fd_write", "(i32, i32, i32, i32) -> i32", kNone, "goes to the log at level debug"},
    {kWasi, "environ_sizes_get", "(i32, i32) -> i32", kNone, "there are no environment variables"},
    {kWasi, "environ_get", "(i32, i32) -> i32", kNone, "there are no environment variables"},
    {kWasi, "sched_yield", "() -> i32", kNone, "does nothing"},
    {kWasi, "proc_exit", "(i32)", kNone, "traps"},
    {kWasi, "args_sizes_get", "(i32, i32) -> i32", kNone, "there are no arguments"},
    {kWasi, "args_get", "(i32, i32) -> i32", kNone, "there are no arguments"},
    {kWasi, "fd_close", "(i32) -> i32", kNone, "fails: there are no files"},
    {kWasi, "fd_seek", "(i32, i64, i32, i32) -> i32", kNone, "fails: there are no files"},
    {kWasi, "fd_read", "(i32, i32, i32, i32) -> i32", kNone, "fails: there are no files"},
    {kWasi, "fd_fdstat_get", "(i32, i32) -> i32", kNone, "fails: there are no files"},
});
// clang-format on

}  // namespace detail

inline constexpr auto kHostFunctions = detail::kTable;
inline constexpr std::size_t kHostFunctionCount = kHostFunctions.size();

/// The index of a function that exists; anything else does not compile.
consteval std::size_t host_index(HostModule module, std::string_view name) {
  for (std::size_t i = 0; i < kHostFunctionCount; ++i) {
    if (kHostFunctions[i].module == module && kHostFunctions[i].name == name) return i;
  }
  throw "no such host function";
}

std::optional<std::size_t> find_host_function(HostModule module, std::string_view name);

}  // namespace barbacane::wasm
