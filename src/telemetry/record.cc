#include "telemetry/detail/record.h"

#include <array>
#include <cmath>
#include <ctime>
#include <iterator>

#include "base/json_escape.h"

namespace barbacane::telemetry {
namespace {

constexpr std::array<std::string_view, 5> kLower = {"error", "warn", "info", "debug", "trace"};
constexpr std::array<std::string_view, 5> kUpper = {"ERROR", "WARN", "INFO", "DEBUG", "TRACE"};

void put(fmt::memory_buffer& out, std::string_view text) {
  out.append(text.data(), text.data() + text.size());
}

void put_string(fmt::memory_buffer& out, std::string_view text) {
  out.push_back('"');
  base::escape_json(out, text);
  out.push_back('"');
}

/// The part up to the second is made once a second and thread: it is most of the work.
void put_time(fmt::memory_buffer& out, std::chrono::system_clock::time_point time) {
  using namespace std::chrono;
  const auto second = floor<seconds>(time);
  thread_local sys_seconds made_for{seconds::min()};
  thread_local std::array<char, 32> text{};
  thread_local std::size_t length = 0;
  if (second != made_for) {
    const std::time_t unix_time = system_clock::to_time_t(second);
    std::tm parts{};
    gmtime_r(&unix_time, &parts);
    length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    made_for = second;
  }
  put(out, {text.data(), length});
  fmt::format_to(std::back_inserter(out), ".{:06}Z",
                 duration_cast<microseconds>(time - second).count());
}

void put_number(fmt::memory_buffer& out, double value) {
  if (std::isfinite(value)) {
    fmt::format_to(std::back_inserter(out), "{}", value);
  } else {
    put(out, "null");
  }
}

/// The value as JSON.
struct JsonValue {
  fmt::memory_buffer& out;
  void operator()(std::string_view value) const { put_string(out, value); }
  void operator()(double value) const { put_number(out, value); }
  void operator()(bool value) const { put(out, value ? "true" : "false"); }
  void operator()(std::integral auto value) const {
    const fmt::format_int text(value);
    put(out, {text.data(), text.size()});
  }
};

/// The value as people write it: quotes only where they are needed.
struct PrettyValue {
  fmt::memory_buffer& out;
  void operator()(std::string_view value) const {
    const bool bare = !value.empty() && value.find_first_of(" =\"\\") == std::string_view::npos;
    if (!bare) return put_string(out, value);
    base::escape_json(out, value);
  }
  void operator()(auto value) const { JsonValue{out}(value); }
};

void put_member(fmt::memory_buffer& out, std::string_view name, std::string_view value) {
  put(out, ",\"");
  put(out, name);
  put(out, "\":");
  put_string(out, value);
}

void put_ids(fmt::memory_buffer& out, const LogContext& context) {
  if (!context.trace_id.empty()) put_member(out, "trace_id", context.trace_id);
  if (!context.span_id.empty()) put_member(out, "span_id", context.span_id);
  if (!context.request_id.empty()) put_member(out, "request_id", context.request_id);
}

void put_field(fmt::memory_buffer& out, const LogField& field) {
  put_string(out, field.name);
  out.push_back(':');
  std::visit(JsonValue{out}, field.value);
}

void format_json(fmt::memory_buffer& out, const Record& record) {
  put(out, "{\"timestamp\":\"");
  put_time(out, record.time);
  out.push_back('"');
  put_member(out, "level", kLower[static_cast<std::size_t>(record.level)]);
  put_member(out, "target", record.target);
  put_ids(out, record.context);
  put_member(out, "message", record.message);
  if (record.kind == Record::Kind::kEvent) put_member(out, "event", record.message);
  put(out, ",\"fields\":{");
  bool first = true;
  for (const LogField& field : record.fields) {
    if (!first) out.push_back(',');
    first = false;
    put_field(out, field);
  }
  put(out, "}}");
}

void format_flat(fmt::memory_buffer& out, const Record& record) {
  put(out, "{\"timestamp\":\"");
  put_time(out, record.time);
  out.push_back('"');
  put_member(out, "level", kUpper[static_cast<std::size_t>(record.level)]);
  put_member(out, "message", record.message);
  for (const LogField& field : record.fields) {
    out.push_back(',');
    put_field(out, field);
  }
  put_member(out, "target", record.target);
  put_ids(out, record.context);
  if (record.kind == Record::Kind::kEvent) put_member(out, "event", record.message);
  out.push_back('}');
}

void format_pretty(fmt::memory_buffer& out, const Record& record) {
  put_time(out, record.time);
  fmt::format_to(std::back_inserter(out), " {:>5} ",
                 kUpper[static_cast<std::size_t>(record.level)]);
  base::escape_json(out, record.target);
  put(out, ": ");
  base::escape_json(out, record.message);
  for (const LogField& field : record.fields) {
    out.push_back(' ');
    base::escape_json(out, field.name);
    out.push_back('=');
    std::visit(PrettyValue{out}, field.value);
  }
  if (!record.context.request_id.empty()) {
    put(out, " request_id=");
    PrettyValue{out}(record.context.request_id);
  }
  if (!record.context.trace_id.empty()) {
    put(out, " trace_id=");
    PrettyValue{out}(record.context.trace_id);
  }
}

}  // namespace

void format_record(fmt::memory_buffer& out, LogFormat format, const Record& record) {
  switch (format) {
    case LogFormat::kJson:
      return format_json(out, record);
    case LogFormat::kJsonFlat:
      return format_flat(out, record);
    case LogFormat::kPretty:
      return format_pretty(out, record);
  }
}

}  // namespace barbacane::telemetry
