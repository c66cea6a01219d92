#include "app/progress.h"

#include <cstdio>

#include <fmt/core.h>
#include <unistd.h>

namespace barbacane::app {

Progress::Progress(std::string what) : what_(std::move(what)) {
  if (::isatty(STDERR_FILENO) == 0) return;
  thread_ = std::jthread([this](std::stop_token stop) { run(std::move(stop)); });
}

Progress::~Progress() {
  // Join here, before the members the thread waits on go.
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
}

void Progress::run(std::stop_token stop) {
  bool shown = false;
  std::unique_lock lock(mutex_);
  for (int seconds = 1;; ++seconds) {
    wake_.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
    if (stop.stop_requested()) break;
    fmt::print(stderr, "\r{}... {} s", what_, seconds);
    std::fflush(stderr);
    shown = true;
  }
  if (shown) fmt::print(stderr, "\r\033[K");
}

}  // namespace barbacane::app
