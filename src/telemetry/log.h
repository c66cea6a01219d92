#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// Structured log records on standard output (observability contract, section 3).
///
/// A record is an event name or a text with fields. Formatting happens in the caller, writing on a
/// thread of its own (spdlog's asynchronous sink), so a worker never waits for the terminal; when
/// the queue is full the oldest lines give way and are counted. `enabled` is one load: ask it
/// before building fields on the request path. Thread-safe.
namespace barbacane::telemetry {

enum class Level : std::uint8_t { kError, kWarn, kInfo, kDebug, kTrace };
enum class LogFormat : std::uint8_t { kJson, kPretty, kJsonFlat };

/// Case-insensitive.
std::optional<Level> parse_level(std::string_view text);
/// Case-insensitive; unknown text means JSON, as the contract says.
LogFormat parse_format(std::string_view text);

struct LogField {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool> value;
};

/// The ids of the request a record belongs to; empty views are left out.
struct LogContext {
  std::string_view trace_id;
  std::string_view span_id;
  std::string_view request_id;
};

class Log {
 public:
  static constexpr int kStandardOutput = 1;

  /// Writes to standard output, or to another descriptor, which stays the caller's.
  Log(Level level, LogFormat format, int descriptor = kStandardOutput);
  /// Writes out what is queued.
  ~Log();

  bool enabled(Level level) const { return level <= level_; }

  /// `event` is a name of section 3.3, which is also the message; `target` the component
  /// (`barbacane::routing`).
  void event(Level level, std::string_view target, std::string_view event,
             std::initializer_list<LogField> fields = {}, const LogContext& context = {});
  /// Free text.
  void text(Level level, std::string_view target, std::string_view message,
            std::initializer_list<LogField> fields = {}, const LogContext& context = {});

 private:
  struct Sink;
  Level level_;
  LogFormat format_;
  std::unique_ptr<Sink> sink_;
};

}  // namespace barbacane::telemetry
