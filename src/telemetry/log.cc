#include "telemetry/log.h"

#include <array>
#include <csignal>
#include <utility>

#include <spdlog/async.h>
#include <spdlog/async_logger.h>

#include "base/text.h"
#include "telemetry/detail/line_sink.h"
#include "telemetry/detail/record.h"

namespace barbacane::telemetry {
namespace {

/// Lines that may wait for the writer. Each slot takes about 400 bytes from the start.
constexpr std::size_t kQueueLines = 4096;

/// A reader that closed the pipe must not end the process.
void ignore_broken_pipe_on_this_thread() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

std::optional<Level> parse_level(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, Level>, 5> kNames = {
      {{"error", Level::kError},
       {"warn", Level::kWarn},
       {"info", Level::kInfo},
       {"debug", Level::kDebug},
       {"trace", Level::kTrace}}};
  for (const auto& [name, level] : kNames) {
    if (base::equals_ignoring_case(text, name)) return level;
  }
  return std::nullopt;
}

LogFormat parse_format(std::string_view text) {
  if (base::equals_ignoring_case(text, "pretty")) return LogFormat::kPretty;
  if (base::equals_ignoring_case(text, "json-flat")) return LogFormat::kJsonFlat;
  return LogFormat::kJson;
}

struct Log::Sink {
  explicit Sink(int descriptor)
      : pool(std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1,
                                                            ignore_broken_pipe_on_this_thread)),
        logger(std::make_shared<spdlog::async_logger>(
            "barbacane",
            std::make_shared<LineSink>(descriptor,
                                       [p = pool.get()] { return p->queue_size() > 0; }),
            pool, spdlog::async_overflow_policy::overrun_oldest)) {
    logger->set_level(spdlog::level::trace);
  }

  void write(LogFormat format, const Record& record) {
    thread_local fmt::memory_buffer line;
    line.clear();
    format_record(line, format, record);
    logger->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
  }

  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::async_logger> logger;
};

Log::Log(Level level, LogFormat format, int descriptor)
    : level_(level), format_(format), sink_(std::make_unique<Sink>(descriptor)) {}

Log::~Log() {
  if (const std::size_t lost = sink_->pool->overrun_counter(); lost > 0) {
    text(Level::kWarn, "barbacane::telemetry", "log lines were dropped because the queue was full",
         {{"dropped", std::uint64_t{lost}}});
  }
  // Queued like a line: the last write too happens on the thread that survives a broken pipe. The
  // sink asks the pool whether more is waiting, so that thread ends before either of them goes.
  sink_->logger->flush();
  sink_->pool.reset();
}

void Log::event(Level level, std::string_view target, std::string_view event,
                std::initializer_list<LogField> fields, const LogContext& context) {
  if (!enabled(level)) return;
  sink_->write(format_, {.time = std::chrono::system_clock::now(),
                         .level = level,
                         .target = target,
                         .message = event,
                         .kind = Record::Kind::kEvent,
                         .fields = {fields.begin(), fields.size()},
                         .context = context});
}

void Log::text(Level level, std::string_view target, std::string_view message,
               std::initializer_list<LogField> fields, const LogContext& context) {
  if (!enabled(level)) return;
  sink_->write(format_, {.time = std::chrono::system_clock::now(),
                         .level = level,
                         .target = target,
                         .message = message,
                         .kind = Record::Kind::kText,
                         .fields = {fields.begin(), fields.size()},
                         .context = context});
}

}  // namespace barbacane::telemetry
