#pragma once

#include <chrono>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "telemetry/log.h"

/// One log record and the three ways to write it (observability contract, 3.1 and 3.2).
namespace barbacane::telemetry {

struct Record {
  std::chrono::system_clock::time_point time;
  Level level = Level::kInfo;
  std::string_view target;
  std::string_view message;
  enum class Kind : std::uint8_t { kEvent, kText } kind = Kind::kEvent;
  std::span<const LogField> fields;
  LogContext context;
};

/// Appends the record as one line, without the line end. Whatever the texts hold, the result is one
/// line of valid UTF-8.
void format_record(fmt::memory_buffer& out, LogFormat format, const Record& record);

}  // namespace barbacane::telemetry
