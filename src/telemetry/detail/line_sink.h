#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <spdlog/sinks/sink.h>

/// The end of the asynchronous logger: finished lines to a file descriptor.
///
/// Runs on the logger's one thread. Lines are gathered while more are waiting and go out in one
/// write, so a busy gateway pays a system call for many lines and a quiet one shows each at once. A
/// descriptor that is closed or whose reader has gone makes lines vanish, never the process. What
/// is gathered needs a last `flush`.
namespace barbacane::telemetry {

class LineSink final : public spdlog::sinks::sink {
 public:
  /// `more_waiting` tells whether another line will follow at once.
  LineSink(int descriptor, std::function<bool()> more_waiting);

  void log(const spdlog::details::log_msg& message) override;
  void flush() override;
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

 private:
  static constexpr std::size_t kGather = 16 * 1024;

  int descriptor_;
  std::function<bool()> more_waiting_;
  std::string pending_;
};

}  // namespace barbacane::telemetry
